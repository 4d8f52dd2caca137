"""What AWS is told: the stacks, synthesised once for all tests."""
