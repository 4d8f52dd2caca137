"""What is proved of reference/."""
