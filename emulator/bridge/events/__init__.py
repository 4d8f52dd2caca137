"""What AWS tells of by itself: events, alarms, metrics, trails, configuration items, mails."""
