"""What is proved of rhythm/core/."""
