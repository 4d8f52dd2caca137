"""What is proved of rhythm/backlog/."""
