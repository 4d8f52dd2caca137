"""What is proved of rhythm/first/."""
