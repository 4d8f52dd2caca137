"""The commands, one file each. The first line of a docstring is what `--help` says."""
