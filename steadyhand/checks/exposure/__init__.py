"""What the internet can reach."""

WORK = "security"
