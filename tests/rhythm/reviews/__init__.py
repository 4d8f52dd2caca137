"""What is proved of rhythm/reviews/."""
