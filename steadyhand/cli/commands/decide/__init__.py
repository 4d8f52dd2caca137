"""Commands by which a person decides: do this, leave that, undo it."""
