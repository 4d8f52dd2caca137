"""Issues and moments for trouble."""

from __future__ import annotations

ISSUES = r"/issues$"
MAKING = ("POST", ISSUES)
