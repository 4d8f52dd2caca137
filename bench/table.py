"""The one table: what was measured on either side, the ratio, the target, and whether it held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

HEAD = ("", "Steadyhand", "Custodian", "ratio", "target", "")
HELD = {True: "held", False: "MISSED", None: ""}


class Row(NamedTuple):
    """One line. `held` is None where there is no target."""

    what: str
    ours: str = ""
    theirs: str = ""
    ratio: str = ""
    target: str = ""
    held: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """As it is printed."""
        return (*self[:5], HELD[self.held])


def beside(
    what: str, ours: float, theirs: float, at_most: float | None = None, form: str = ".2f"
) -> Row:
    """Two figures and their ratio, which may be held to a target."""
    ratio = ours / theirs
    target = "" if at_most is None else f"<= {at_most} x"
    held = None if at_most is None else ratio <= at_most
    return Row(what, f"{ours:{form}}", f"{theirs:{form}}", f"{ratio:.2f} x", target, held)


def limited(what: str, ours: float, at_most: float, theirs: str = "", form: str = ".2f") -> Row:
    """A figure of ours alone, held to a limit."""
    return Row(what, f"{ours:{form}}", theirs, "", f"<= {at_most}", ours <= at_most)


def shown(rows: Iterable[Row]) -> str:
    """The table as text."""
    lines = [HEAD, *(row.cells for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEAD))]
    return "\n".join(_line(line, widths) for line in lines)


def missed(rows: Iterable[Row]) -> list[Row]:
    """The rows whose target was not held."""
    return [row for row in rows if row.held is False]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(cells, widths, strict=True)
    left = f"{first[0]:<{first[1]}}"
    return "  ".join([left, *(f"{cell:>{width}}" for cell, width in rest)]).rstrip()
