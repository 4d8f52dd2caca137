"""What is proved of settings/."""
