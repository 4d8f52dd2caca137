"""What there is in an account, for the first report."""
