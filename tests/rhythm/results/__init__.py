"""What is proved of rhythm/results/."""
