"""Lambda handlers, one thin file each. Nothing is decided here."""

import gc

# What a function makes while it starts, it keeps: to look for garbage there is a tenth of the start.
gc.set_threshold(50_000)
