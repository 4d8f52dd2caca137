"""What a test sees of a mail: its words, its skeleton, its pictures."""
