"""What is read of AWS, one file a service."""
