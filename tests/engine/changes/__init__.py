"""One change, tested."""
