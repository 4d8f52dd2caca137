"""What expires and is served."""

WORK = "stability"
