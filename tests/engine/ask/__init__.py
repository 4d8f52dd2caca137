"""The door by which people act."""
