"""Where AWS calls in: one thin file for each Lambda. Nothing is decided here."""
