"""What could not be brought back."""
