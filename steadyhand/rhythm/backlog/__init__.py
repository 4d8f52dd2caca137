"""Now, Next, Later: items for life, their clock, promises, proposals, what needs an answer."""
