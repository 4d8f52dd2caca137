"""What is proved of engine/."""
