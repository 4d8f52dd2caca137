"""Commands that look at the account."""
