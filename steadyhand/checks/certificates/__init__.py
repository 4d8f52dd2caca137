"""What expires and is served."""
