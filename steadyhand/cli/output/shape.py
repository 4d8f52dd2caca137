"""How a command writes what it says: for people, or for programs."""

from enum import StrEnum


class Shape(StrEnum):
    """Text for people, JSON for programs."""

    TEXT = "text"
    JSON = "json"
