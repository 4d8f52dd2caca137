"""What is proved of readings/."""
