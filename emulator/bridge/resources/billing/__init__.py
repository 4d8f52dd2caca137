"""Cost Explorer, the bill it answers from, and anomalies of it."""
