"""Incidents, what they come from, and what may interrupt people."""
