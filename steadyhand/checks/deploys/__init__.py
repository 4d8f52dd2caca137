"""What a deploy would trip over."""

WORK = "stability"
