"""Who can get in."""

WORK = "security"
