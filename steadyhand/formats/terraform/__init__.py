"""Terraform's own report of what differs from its state, as its CI makes it: read, never the state."""
