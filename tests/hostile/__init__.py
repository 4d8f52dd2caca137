"""An AWS that is rude: whatever a read may come back as, and a walk of every read through it."""
