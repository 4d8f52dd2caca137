"""The stacks, synthesised once for all tests."""
