"""What is proved of rhythm/incidents/."""
