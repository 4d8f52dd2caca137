"""One test file for each check: see `tests.verbs`."""
