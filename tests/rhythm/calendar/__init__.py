"""What is proved of rhythm/calendar/."""
