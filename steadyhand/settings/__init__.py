"""What the owner decided: the values, the file they come from, what a deployed function is told."""
