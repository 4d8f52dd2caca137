"""What was saved: estimated, applied, proven from the bill."""
