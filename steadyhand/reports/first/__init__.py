"""The report of the first 48 hours, written: mail, map, files."""
