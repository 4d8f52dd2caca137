"""The embedded AWS, and the account full of time bombs that lives in it."""
