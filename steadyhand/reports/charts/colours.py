"""The nine colours, light and dark. Good news has none; `act` means: a person, or it hurt."""

from __future__ import annotations

from collections.abc import Mapping

Theme = Mapping[str, str]

LIGHT: Theme = {
    "paper": "#ffffff",
    "wash": "#f3f6f8",
    "line": "#d9e0e5",
    "ink": "#14202b",
    "muted": "#536270",
    "accent": "#0b5c8f",
    "act": "#b0390b",
    "quiet": "#8497a5",
    "onaccent": "#ffffff",
}
DARK: Theme = {
    "paper": "#12181d",
    "wash": "#1b242b",
    "line": "#303c45",
    "ink": "#e9eef1",
    "muted": "#9dabb6",
    "accent": "#74bbea",
    "act": "#ff9d75",
    "quiet": "#64757f",
    "onaccent": "#0b1a24",
}
THEMES: Mapping[str, Theme] = {"light": LIGHT, "dark": DARK}
