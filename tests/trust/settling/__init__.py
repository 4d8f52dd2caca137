"""Fixes on the emulator in slow mode."""
