"""A scan after it was read: kept, compared, cut to what is asked for, written into files."""
