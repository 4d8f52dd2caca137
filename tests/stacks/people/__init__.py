"""What is proved of stacks/people/."""
