"""Dangers that come from outside one change: many events, poison among them, a key that means all, other owners."""
