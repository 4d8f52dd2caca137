"""The one way from an event to an effect."""
