"""What its vendor stops supporting."""
