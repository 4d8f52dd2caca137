"""Adding a check: what `make new`, `make event` and `make one` do."""
