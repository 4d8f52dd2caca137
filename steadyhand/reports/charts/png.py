"""SVG to PNG with resvg and the two bundled cuts of Inter; no font of the system is used."""

from __future__ import annotations

from pathlib import Path

import resvg_py

FONTS = Path(__file__).parents[1] / "fonts"
FILES = [str(FONTS / f"Inter-{cut}-digest.ttf") for cut in ("Regular", "SemiBold")]
ZOOM = 2
"""Pixels for one unit: sharp on a phone."""


def png(svg: str, zoom: float = ZOOM) -> bytes:
    """The picture's bytes, the same for the same SVG."""
    made: bytes = resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=zoom,
        skip_system_fonts=True,
        font_files=FILES,
        font_family="Inter",
        sans_serif_family="Inter",
    )
    return bytes(made)
