"""What is planted in the demo's account: one subject a file, by the calls a team would make."""
