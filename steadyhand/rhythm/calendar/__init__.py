"""Dates: what ends, expires or happens on a day."""
