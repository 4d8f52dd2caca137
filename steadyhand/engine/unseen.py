"""What a look could not see, as small as the failure: of one item, or of all that a check judges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from steadyhand.check import Check
from steadyhand.model import Finding, Unknown
from steadyhand.sources import keys


class Unseen:
    """Of which findings nobody knows whether they are still there.

    Where a failed read concerns one item by the key of its check's subject, it is that item; where the check
    says in what they lie, all of those; where it concerns anything else, a list or a thing that several items share, it is all of the check.
    """

    def __init__(
        self, checks: Mapping[str, Check], unknown: Iterable[Unknown], place: keys.Place
    ) -> None:
        self.whole, self.items = set[str](), set[tuple[str, str]]()
        self.within = set[tuple[str, str, str]]()
        for one in unknown:
            check = checks.get(one.check)
            if one.within and one.concerns:
                self.within.add((one.check, one.within, one.concerns))
            elif check and one.concerns and is_key(check, one.concerns, place):
                self.items.add((one.check, one.concerns))
            else:
                self.whole.add(one.check)

    def hides(self, finding: Finding) -> bool:
        """May it still be there, unseen?"""
        return (
            finding.check in self.whole
            or (finding.check, finding.key) in self.items
            or any(
                check == finding.check and finding.evidence.get(name) == said
                for check, name, said in self.within
            )
        )


def is_key(check: Check, said: str, place: keys.Place) -> bool:
    """Is it what the check calls a subject of its own, and in no other spelling?"""
    kind = check.reads[0].root.kind
    try:
        return bool(kind) and keys.canonical(kind, said, place) == said
    except (keys.NotAKey, keys.NotOurs):
        return False
