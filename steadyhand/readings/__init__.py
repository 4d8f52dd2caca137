"""What reviews read and no check does."""
