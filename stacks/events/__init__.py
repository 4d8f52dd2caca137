"""What wakes a function: event rules, their patterns, queues, schedules."""
