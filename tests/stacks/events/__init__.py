"""What is proved of stacks/events/."""
