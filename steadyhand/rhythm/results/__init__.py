"""The promised results, measured."""
