"""The portal: static, private pages of everything the ledger knows."""
