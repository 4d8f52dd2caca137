"""What only a real account can tell: deployed into a sandbox, tried row by row, and removed again."""
