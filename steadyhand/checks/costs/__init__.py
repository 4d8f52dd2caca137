"""What is paid for nothing."""

WORK = "scale and cost"
