"""What is proved of catalogue/."""
