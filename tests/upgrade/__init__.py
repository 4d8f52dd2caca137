"""The next version takes over what the one before left: stacks and rows."""
