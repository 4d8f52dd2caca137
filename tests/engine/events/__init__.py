"""What an event says of where to look, tested."""
