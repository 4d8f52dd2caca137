"""What is proved of aws/."""
