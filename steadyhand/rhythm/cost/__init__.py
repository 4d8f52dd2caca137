"""What the bill says: what moved, what is unusual, what is to come."""
