"""What could not be brought back."""

WORK = "stability"
