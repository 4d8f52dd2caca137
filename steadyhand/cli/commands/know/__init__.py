"""Commands that tell what is known."""
