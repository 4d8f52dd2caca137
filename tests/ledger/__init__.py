"""What is proved of ledger/."""
