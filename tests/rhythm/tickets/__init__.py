"""What is proved of rhythm/tickets/."""
