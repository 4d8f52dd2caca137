"""Work that can be lost."""

WORK = "stability"
