"""Words of others in a ticket, as code, and the marks between which a ticket's text is ours."""

from __future__ import annotations

import re

from steadyhand.rhythm.core import words


def code(said: str, most: int = words.STORY) -> str:
    """Somebody else's words as code, whatever backticks they have."""
    text = words.clean(said, most) or "?"
    fence = "`" * (_longest(text) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def fenced(text: str, language: str) -> str:
    """Lines of code, in a fence that none of them can close."""
    fence = "`" * max(3, _longest(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def opening(item: str) -> str:
    """Where our part begins. It is how a ticket is found again."""
    return f"<!-- steadyhand:{item} -->"


def closing(item: str) -> str:
    """Where it ends."""
    return f"<!-- /steadyhand:{item} -->"


UNSPOKEN = re.compile(r"[^\w .-]")
MARK = re.compile(r"^<!-- steadyhand:(it-[0-9a-f]{10}) -->[ \t\r]*$", re.MULTILINE)


def marked(body: str) -> str:
    """The item whose ticket this is; nothing where there is no mark of ours on a line of its own."""
    found = MARK.search(body)
    return found[1] if found else ""


def ours(body: str, item: str) -> str:
    """Our part of a body, with plain line ends; nothing where it is not whole."""
    found = _part(item).search(body)
    return found[0].replace("\r\n", "\n").strip() if found else ""


def placed(body: str, part: str, item: str) -> str:
    """A body with our part in its place, or at its end where it had none.

    What stands under the mark of another item is ours, too: the ticket came from there.
    """
    if (was := marked(body)) and was != item and _part(was).search(body):
        body = _part(was).sub(lambda _: part, body, count=1)
    if _part(item).search(body):
        return _part(item).sub(lambda _: part, body, count=1)
    alone = re.compile(rf"^<!-- /?steadyhand:{re.escape(item)} -->[ \t\r]*\n?", re.MULTILINE)
    rest = alone.sub("", body).rstrip()
    return f"{rest}\n\n{part}\n" if rest else f"{part}\n"


def units(text: str) -> int:
    """Its length as trackers count it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _part(item: str) -> re.Pattern[str]:
    begin, end = re.escape(opening(item)), re.escape(closing(item))
    return re.compile(rf"^{begin}[ \t\r]*$.*?^{end}(?=[ \t\r]*$)", re.MULTILINE | re.DOTALL)


def _longest(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)
