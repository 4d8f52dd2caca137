"""The map of one environment as SVG: tiers from top to bottom, drawn for a phone, 420 units wide.

Names out of the account are in it, as nowhere else in a picture: ASCII alone, cut to the box by the
measured width of the bundled font.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from xml.sax.saxutils import escape, quoteattr

from steadyhand.reports.charts.colours import Theme
from steadyhand.reports.charts.png import FONTS
from steadyhand.rhythm.first.map import BAD, OPEN, Box, Map

WIDTH, NODE, HEIGHT, GAP = 420, 97, 44, 10.6
TOP, STEP = 22, 76
"""Where the first row begins, and how far below it the next one does."""
INSIDE = 8
NAME, SAYS, WORDS = 14, 13, 13
PORT = 0.8
"""Lines leave a box at 80 % of its width, so that the names of tiers stay free."""
LEGEND = ((OPEN, "open to the internet"), (BAD, "time bomb, see section 5"))
BESIDE = 170
"""How far apart the words of the legend begin."""


def map_size(shown: Map) -> dict[str, int]:
    """Width and height in units."""
    return {"width": WIDTH, "height": TOP + shown.rows * STEP + 4}


def map_svg(shown: Map, theme: Theme) -> str:
    """The picture, with its own ground."""
    height = map_size(shown)["height"]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"'
    head += f' viewBox="0 0 {WIDTH} {height}" font-family="Inter">'
    ground = f"<rect width={quoteattr(str(WIDTH))} height={quoteattr(str(height))}"
    ground += f" fill={quoteattr(theme['paper'])}/>"
    lines = "".join(f'<path d="{path(shown.boxes[a], shown.boxes[b])}"/>' for a, b in shown.links)
    drawn = f'<g fill="none" stroke={quoteattr(theme["quiet"])} stroke-width="1.5">{lines}</g>'
    marks = [*tiers(shown, theme), *(mark for box in shown.boxes for mark in boxed(box, theme))]
    told = {box.state for box in shown.boxes}
    return f"{head}{ground}{drawn}{''.join(marks)}{''.join(legend(height - 8, theme, told))}</svg>"


def corner(box: Box) -> tuple[float, float]:
    """Its upper left."""
    return box.column * (NODE + GAP), TOP + box.row * STEP


def path(upper: Box, lower: Box) -> str:
    """A line between two boxes: straight along a row, else down, across and down."""
    (xa, ya), (xb, yb) = corner(upper), corner(lower)
    if upper.row == lower.row:
        return f"M{xa + NODE:.1f} {ya + HEIGHT / 2:.1f}H{xb:.1f}"
    begin = f"M{xa + NODE * PORT:.1f} {ya + HEIGHT}"
    if upper.column == lower.column:
        return f"{begin}V{yb}"
    return f"{begin}V{ya + HEIGHT + 10}H{xb + NODE * PORT:.1f}V{yb}"


def tiers(shown: Map, theme: Theme) -> Iterator[str]:
    """The name of each tier above its first row, where no line runs."""
    named: set[str] = set()
    for box in shown.boxes:
        if box.tier not in named:
            named.add(box.tier)
            yield text(0, TOP + box.row * STEP - 7, box.tier, theme["muted"], WORDS)


def boxed(box: Box, theme: Theme) -> Iterator[str]:
    """A box and its two lines of words."""
    x, y = corner(box)
    stroke = {BAD: theme["act"], OPEN: theme["accent"]}.get(box.state, theme["quiet"])
    look = f'rx="4" fill={quoteattr(theme["paper"])} stroke={quoteattr(stroke)}'
    width = 2 if box.state else 1
    yield (
        f'<rect x="{x + 1:.1f}" y="{y}" width="{NODE - 2}" height="{HEIGHT}" {look}'
        f' stroke-width="{width}"/>'
    )
    room = NODE - 2 * INSIDE
    said = theme["act"] if box.state == BAD else theme["muted"]
    name = fitted(box.label, NAME, room, "SemiBold")
    yield text(x + INSIDE, y + 19, name, theme["ink"], NAME, weight=600)
    yield text(x + INSIDE, y + 36, fitted(box.says, SAYS, room, "Regular"), said, SAYS)


def legend(y: float, theme: Theme, states: set[str]) -> Iterator[str]:
    """What the outlines mean that are there."""
    shown = [(state, said) for state, said in LEGEND if state in states]
    for number, (state, said) in enumerate(shown):
        x = 1 + number * BESIDE
        stroke = theme["act" if state == BAD else "accent"]
        yield (
            f'<rect x="{x}" y="{y - 10}" width="14" height="11" rx="2" fill="none"'
            f' stroke={quoteattr(stroke)} stroke-width="2"/>'
        )
        yield text(x + 21, y, said, theme["muted"], WORDS)


def text(x: float, y: float, said: str, colour: str, size: int, *, weight: int = 400) -> str:
    """Words."""
    look = f'font-size="{size}" font-weight="{weight}" fill={quoteattr(colour)}'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(said)}</text>'


def fitted(said: str, size: int, room: float, cut: str) -> str:
    """As much of it as fits, from both ends: names of one team begin alike."""
    if wide(said, size, cut) <= room:
        return said
    for kept in range(len(said) - 1, 1, -1):
        tail = kept * 2 // 5
        short = f"{said[: kept - tail].rstrip()}…{said[len(said) - tail :].lstrip()}"
        if wide(short, size, cut) <= room:
            return short
    return "…"


def wide(said: str, size: int, cut: str) -> float:
    """How wide it is in units. What the font lacks counts as its widest glyph."""
    known = widths()[cut]
    return sum(known.get(one, 1000) for one in said) * size / 1000


@cache
def widths() -> Mapping[str, Mapping[str, float]]:
    """Of each cut, how wide each glyph is, in thousandths of the font size."""
    read: Mapping[str, Mapping[str, float]] = json.loads((FONTS / "widths.json").read_text("utf-8"))
    return read
