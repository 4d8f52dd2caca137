"""What the internet can reach."""
