"""What a deploy would trip over."""
