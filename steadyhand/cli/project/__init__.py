"""The project that deploying and the demo run in: a checkout, or the copy that the wheel carries."""
