"""What `steadyhand doctor` looks at."""
