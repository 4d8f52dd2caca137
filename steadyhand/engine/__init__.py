"""The one road from an event to an effect."""
