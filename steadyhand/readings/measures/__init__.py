"""How well a month went, as AWS can tell."""
