"""What watches, and whether anybody hears it."""

WORK = "stability"
