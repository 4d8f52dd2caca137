"""Agree, differ or no such rule; and the reasons for differences, which are data: reasons.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

REASONS = Path(__file__).with_name("reasons.toml")
RIGHT = ("us", "peer", "both")
"""Both are right where they ask different questions."""


class Reason(NamedTuple):
    """Why a peer differs from a check: who is right, and why."""

    check: str
    peer: str
    right: str
    why: str


class Verdict(NamedTuple):
    """One check beside one peer: what only one of them complains of, or why it is not asked."""

    check: str
    peer: str
    missing: str = ""
    same: frozenset[str] = frozenset()
    only_us: frozenset[str] = frozenset()
    only_peer: frozenset[str] = frozenset()

    @property
    def differs(self) -> bool:
        return bool(self.only_us or self.only_peer)


def reasons() -> list[Reason]:
    """As they are written down."""
    return [Reason(**one) for one in tomllib.loads(REASONS.read_text("utf-8"))["reason"]]


def unexplained(verdicts: Iterable[Verdict], known: Iterable[Reason]) -> Iterator[str]:
    """Differences without a reason, and reasons without a difference."""
    differ = {(one.check, one.peer) for one in verdicts if one.differs}
    explained = {(one.check, one.peer) for one in known}
    for check, peer in sorted(differ - explained):
        yield f"{check} and {peer} differ, and reasons.toml does not say why"
    for check, peer in sorted(explained - differ):
        yield f"{check} and {peer} do not differ, but reasons.toml says why"


def table(verdicts: Iterable[Verdict], known: Iterable[Reason]) -> Iterator[str]:
    """Markdown: a row for each check and peer."""
    why = {(one.check, one.peer): one for one in known}
    yield "| check | peer | | both find | only we | only the peer | who is right, and why |"
    yield "|---|---|---|---:|---:|---:|---|"
    for one in sorted(verdicts):
        if one.missing:
            yield f"| `{one.check}` | {one.peer} | {one.missing} | | | | |"
            continue
        because = why.get((one.check, one.peer))
        said = f"{because.right}: {because.why}" if because and one.differs else ""
        counts = (len(those) for those in (one.same, one.only_us, one.only_peer))
        verdict = "**differ**" if one.differs else "agree"
        cells = (f"`{one.check}`", one.peer, verdict, *map(str, counts), said)
        yield f"| {' | '.join(cells)} |"
