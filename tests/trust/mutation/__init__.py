"""The machine and the judges broken on purpose, one mutant at a time."""
