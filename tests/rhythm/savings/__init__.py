"""Savings, against meters as AWS reads them."""
