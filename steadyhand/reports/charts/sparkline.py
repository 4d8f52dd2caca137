"""The line beside an edge: thirteen weeks of answered requests, as SVG.

112 by 32 units, dashes for the target, a blue dot for the last week, a red one only for a worst
week that missed. It has its own ground, and no words: its number stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from steadyhand.reports.charts.colours import Theme

WIDTH, HEIGHT = 112, 32
MARGIN = 5
DOT = 2.6
ROOM = 0.02
"""Per cent above and below, so that a flat line is not drawn on an edge."""


def spark_svg(weeks: Sequence[float | None], target: float, theme: Theme) -> str:
    """The weeks in per cent; a week in which nobody came is a gap in the line."""
    there = [(at, week) for at, week in enumerate(weeks) if week is not None]
    low = min([target, *(week for _, week in there)]) - ROOM
    high = max([target, *(week for _, week in there)]) + ROOM

    def x(at: float) -> float:
        return MARGIN + (WIDTH - 2 * MARGIN) * at / max(1, len(weeks) - 1)

    def y(value: float) -> float:
        return HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * (value - low) / (high - low)

    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{theme["paper"]}"/>',
        (
            f'<line x1="{x(0):.1f}" x2="{x(len(weeks) - 1):.1f}" y1="{y(target):.1f}"'
            f' y2="{y(target):.1f}" stroke="{theme["muted"]}" stroke-width="1"'
            ' stroke-dasharray="2 2"/>'
        ),
    ]
    for run in runs(weeks):
        points = " ".join(f"{x(at):.1f},{y(weeks[at] or 0):.1f}" for at in run)
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{theme["quiet"]}"'
            ' stroke-width="2" stroke-linejoin="round" stroke-linecap="round"/>'
        )
    at, week = min(there, key=lambda one: one[1])
    if week < target:
        parts.append(_dot(x(at), y(week), theme["act"]))
    at, week = there[-1]
    parts.append(_dot(x(at), y(week), theme["accent"]))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"'
        f' viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(parts)}</svg>'
    )


def runs(weeks: Sequence[float | None]) -> list[list[int]]:
    """The places of weeks that follow each other without a gap."""
    found: list[list[int]] = [[]]
    for at, week in enumerate(weeks):
        if week is None:
            found.append([])
        else:
            found[-1].append(at)
    return [run for run in found if len(run) > 1]


def _dot(x: float, y: float, colour: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{DOT}" fill="{colour}"/>'
