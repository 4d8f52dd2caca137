"""Backlog items as tickets, and what people reply there."""
