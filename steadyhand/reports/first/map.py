"""The map of one environment as SVG: tiers from top to bottom, drawn for a phone, 420 units wide.

Names out of the account are in it, as nowhere else in a picture: ASCII alone. A box is as wide as its
name in the bundled font, and a row ends where the next box would not fit; only what is wider than the
whole picture is cut.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import ceil
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a box lies: its row from the top, its left edge and its width in units."""

    row: int
    x: float
    width: float

    @property
    def y(self) -> int:
        """Its upper edge."""
        return TOP + self.row * STEP

    @property
    def port(self) -> float:
        """Where lines come and go."""
        return self.x + NODE * PORT


def places(shown: Map) -> list[Place]:
    """Where each box lies: in its column where it can, at the next free place, or in a new row."""
    found: list[Place] = []
    row, free, last = -1, 0.0, (-1, "")
    for box in shown.boxes:
        width = min(max(NODE, needed(box)), WIDTH)
        if (box.row, box.tier) != last:
            row, free, last = row + 1, 0.0, (box.row, box.tier)
        x = max(free, box.column * (NODE + GAP))
        if x + width > WIDTH:
            x = free
        if x + width > WIDTH:
            row, x = row + 1, 0.0
        found.append(Place(row, x, width))
        free = x + width + GAP
    return found


def needed(box: Box) -> float:
    """How wide it must be for its words."""
    name, says = wide(box.label, NAME, "SemiBold"), wide(box.says, SAYS, "Regular")
    return ceil(max(name, says)) + 2 * INSIDE


def map_size(shown: Map) -> dict[str, int]:
    """Width and height in units."""
    rows = places(shown)[-1].row + 1
    return {"width": WIDTH, "height": TOP + rows * STEP + 4}


def map_svg(shown: Map, theme: Theme) -> str:
    """The picture, with its own ground."""
    height = map_size(shown)["height"]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"'
    head += f' viewBox="0 0 {WIDTH} {height}" font-family="Inter">'
    ground = f"<rect width={quoteattr(str(WIDTH))} height={quoteattr(str(height))}"
    ground += f" fill={quoteattr(theme['paper'])}/>"
    where = places(shown)
    lines = "".join(f'<path d="{path(where[a], where[b])}"/>' for a, b in shown.links)
    drawn = f'<g fill="none" stroke={quoteattr(theme["quiet"])} stroke-width="1.5">{lines}</g>'
    drawn_boxes = zip(shown.boxes, where, strict=True)
    marks = [
        *tiers(shown, where, theme),
        *(mark for box, place in drawn_boxes for mark in boxed(box, place, theme)),
    ]
    told = {box.state for box in shown.boxes}
    return f"{head}{ground}{drawn}{''.join(marks)}{''.join(legend(height - 8, theme, told))}</svg>"


def path(upper: Place, lower: Place) -> str:
    """A line between two boxes: straight along a row, else down, across and down."""
    if upper.row == lower.row:
        left, right = sorted((upper, lower), key=lambda one: one.x)
        return f"M{left.x + left.width:.1f} {left.y + HEIGHT / 2:.1f}H{right.x:.1f}"
    begin = f"M{upper.port:.1f} {upper.y + HEIGHT}"
    if upper.x == lower.x:
        return f"{begin}V{lower.y}"
    return f"{begin}V{upper.y + HEIGHT + 10}H{lower.port:.1f}V{lower.y}"


def tiers(shown: Map, where: list[Place], theme: Theme) -> Iterator[str]:
    """The name of each tier above its first row, where no line runs."""
    named: set[str] = set()
    for box, place in zip(shown.boxes, where, strict=True):
        if box.tier not in named:
            named.add(box.tier)
            yield text(0, place.y - 7, box.tier, theme["muted"], WORDS)


def boxed(box: Box, place: Place, theme: Theme) -> Iterator[str]:
    """A box and its two lines of words."""
    x, y = place.x, place.y
    stroke = {BAD: theme["act"], OPEN: theme["accent"]}.get(box.state, theme["quiet"])
    look = f'rx="4" fill={quoteattr(theme["paper"])} stroke={quoteattr(stroke)}'
    width = 2 if box.state else 1
    yield (
        f'<rect x="{x + 1:.1f}" y="{y}" width="{place.width - 2:.1f}" height="{HEIGHT}" {look}'
        f' stroke-width="{width}"/>'
    )
    room = place.width - 2 * INSIDE
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
