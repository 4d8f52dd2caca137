"""Which line makes a log large: lines that differ only in what they name are one.

Of a line only plain words are shown that stand in the same place in all lines of its kind. Numbers,
addresses and whatever differs are a star.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

WORD = re.compile(r"[A-Za-z]{1,20}[.,:;!?]?")
LEVEL = re.compile(r"\b(?:DEBUG|TRACE)\b", re.IGNORECASE)
SAYS = ("message", "msg", "event")
"""Where lines in JSON say it, by the habit of the usual libraries."""

OVERHEAD = 26
"""Bytes that CloudWatch counts for each event beside its text.
Source: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html"""

LIKE, MOST_WORDS, LEAST = 2, 12, 3
"""Words at the beginning that make two lines alike, how many are shown, and how many lines make a kind."""


class Heaviest(NamedTuple):
    """One kind of line: its words, its share of the bytes, and the share of all lines for debugging."""

    words: str
    share: float
    debugging: float


def heaviest(lines: Iterable[str]) -> Heaviest | None:
    """The kind of line that has most bytes of these; None where no kind has three lines and two words."""
    kinds: dict[tuple[str, ...], list[tuple[list[str], int]]] = defaultdict(list)
    total = count = debugging = 0
    for line in lines:
        said, size = text_of(line), len(line.encode()) + OVERHEAD
        total, count = total + size, count + 1
        debugging += bool(LEVEL.search(line))
        words = [word if WORD.fullmatch(word) else "*" for word in said.split()[:MOST_WORDS]]
        kinds[(*words[:LIKE],)].append((words, size))
    large = sorted(
        (one for one in kinds.values() if len(one) >= LEAST), key=lambda one: -weight(one)
    )
    for kind in large:
        words = common([words for words, _ in kind])
        if any(word != "*" for word in words):
            return Heaviest(" ".join(words), weight(kind) / total, debugging / count)
    return None


def weight(kind: Iterable[tuple[list[str], int]]) -> int:
    """Its bytes."""
    return sum(size for _, size in kind)


def common(lines: list[list[str]]) -> list[str]:
    """What all of them say in the same place; stars where they differ, never two together."""
    places = zip(*lines, strict=False)
    words = [place[0] if len(set(place)) == 1 else "*" for place in places]
    return [word for n, word in enumerate(words) if word != "*" or n == 0 or words[n - 1] != "*"]


def text_of(line: str) -> str:
    """What a line says: of JSON its message."""
    try:
        said = json.loads(line) if line.startswith("{") else None
    except ValueError:
        return line
    if not isinstance(said, dict):
        return line
    return next((str(said[name]) for name in SAYS if said.get(name)), "")
