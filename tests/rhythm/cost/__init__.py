"""What is proved of rhythm/cost/."""
