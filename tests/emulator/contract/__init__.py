"""What we rely on the embedded AWS for, one file per subject, each behaviour checked by its effect."""
