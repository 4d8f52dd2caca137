"""What is proved of stacks/access/."""
