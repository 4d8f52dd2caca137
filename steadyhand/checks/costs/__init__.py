"""What is paid for nothing."""
