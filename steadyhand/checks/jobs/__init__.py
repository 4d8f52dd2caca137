"""Work that can be lost."""
