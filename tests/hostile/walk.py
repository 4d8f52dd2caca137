"""Every read of every check, failing in every way: the property that a scan never lies about it.

`run()` walks all of it and answers what was tried and what was wrong; `python -m tests.hostile.walk`
prints that. A sample of it is part of the tests.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from unittest.mock import patch

from steadyhand.catalogue import discovery as catalogue
from steadyhand.check import Check
from steadyhand.cli.commands.look.scan import FailOn, verdict
from steadyhand.cli.errors import Exit
from steadyhand.engine.scan import ScanResult, scan
from steadyhand.engine.survey import Survey
from steadyhand.engine.unseen import Unseen
from steadyhand.model import Finding
from steadyhand.source import Report
from steadyhand.sources.keys import Place
from tests.canonical import family
from tests.hostile.derived import Paper
from tests.hostile.failures import ALL, CODES, Failure
from tests.hostile.things import NOW
from tests.hostile.wire import Attack, Wire
from tests.hostile.world import ANSWERS

REFUSALS = frozenset(
    {
        *("OptInRequired", "UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure"),
        *("SignatureDoesNotMatch", "InvalidSignatureException", "RequestTimeTooSkewed"),
        *("UnauthorizedOperation", "AccessDenied"),
        *("AccessDeniedException", "ExpiredToken", "ExpiredTokenException", "RequestExpired"),
        *("RegionDisabledException", "repeat"),
    }
)
"""Failures that asking again does not heal."""


@dataclass(frozen=True)
class Case:
    """One read, failing in one way: from which page on, and how often (0: always)."""

    action: str
    failure: Failure
    page: int
    times: int

    def __str__(self) -> str:
        when = "always" if not self.times else f"{self.times} times"
        return f"{self.action} {self.failure.name} page {self.page + 1} {when}"


@dataclass
class Walk:
    """The account, what a scan finds there when all is well, and who reads what."""

    wire: Wire = field(default_factory=Wire)
    checks: list[Check] = field(default_factory=catalogue.load)
    readers: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with patch("time.sleep"):
            for check in self.checks:
                self.scan([check])
                for action in set(self.wire.asked):
                    self.readers.setdefault(action, set()).add(check.id)
            self.whole = self.scan(self.checks)
        reads = {source for check in self.checks for source in family(check.reads)}
        whole = {source.operation for source in reads if not source.is_sample}
        self.sampled = {source.operation for source in reads} - whole
        self.found = {one.finding.id: one.finding.check for one in self.whole.found}

    def scan(self, checks: Iterable[Check], attack: Attack | None = None) -> ScanResult:
        """One look, over and through."""
        return scan(list(checks), [self.wire.client(attack)], lambda: NOW)

    def cases(self) -> Iterator[Case]:
        """All there is to try."""
        for action in sorted(self.readers):
            pages = ANSWERS.get(action)
            paged = isinstance(pages, list) and self.wire.paging(*action.split(":"))
            for page in (0, 1) if paged and len(pages or ()) > 1 else (0,):
                for failure in ALL:
                    if failure.kind == "repeat" and (not paged or action in self.sampled):
                        continue
                    for times in (0,) if failure.name in REFUSALS else (0, 1):
                        yield Case(action, failure, page, times)

    def wrong(self, case: Case) -> list[str]:
        """What a scan says of a read that fails, where it should say something else."""
        attack = Attack(case.action, case.failure, case.page, case.times)
        try:
            with patch("time.sleep"):
                result = self.scan(self.checks, attack)
        except Exception as crash:  # noqa: BLE001 - that nothing does is the point
            return [f"crashed: {type(crash).__name__}: {crash}"]
        if not attack.hits:
            return ["the read was never made"]
        found = {one.finding.id: one.finding.check for one in result.found}
        blind = result.blind()
        if case.times and case.failure.name not in REFUSALS:
            healed = found == self.found and not blind
            return [] if healed else [f"asked again it is well, but {blind} {len(found)}"]
        return list(self.complaints(case, result, found, blind))

    def beside(self, case: Case) -> set[str]:
        """Who may be unknown too: a service that answers nothing twice in a row is asked no more."""
        if case.failure.kind != "hang":
            return set()
        service = case.action.partition(":")[0]
        return {
            check
            for action, checks in self.readers.items()
            if action.partition(":")[0] == service
            for check in checks
        }

    def complaints(
        self, case: Case, result: ScanResult, found: dict[str, str], blind: set[str]
    ) -> Iterator[str]:
        readers = self.readers[case.action]
        told = {
            one.finding.check
            for one in result.found
            if one.finding.evidence.get("unread") or one.finding.evidence.get("unchecked")
        }
        spared = readers | self.beside(case)
        if blind - spared:
            yield f"unknown without need: {blind - spared}"
        if silent := readers - blind - told:
            yield f"clean without a look: {silent}"
        if blind and verdict(result, FailOn.LOW) is not Exit.INCOMPLETE:
            yield "the exit code hides it"
        if more := found.keys() - self.found.keys():
            yield f"found what is not there: {more}"
        if lost := {i for i, check in self.found.items() if check not in spared} - found.keys():
            yield f"not judged: {lost}"
        by_id = {check.id: check for check in self.checks}
        unseen = Unseen(by_id, result.unknown, Place("", "", "aws"))
        missing = [one.finding for one in self.whole.found if one.finding.id not in found]
        if closed := {one.id for one in missing if not unseen.hides(one)}:
            yield f"the ledger would call gone: {closed}"
        first = [
            check
            for check in self.checks
            if len(check.reads) == 1
            and check.reads[0].operation == case.action
            and not isinstance(check.reads[0], Report)
            and case.page
            and self.has_on_page_one(check, case.action)
        ]
        if dumb := ({one.id for one in first} - set(found.values())):
            yield f"the first page is lost: {dumb}"
        if len({(one.check, one.reason, one.concerns) for one in result.unknown}) != len(
            result.unknown
        ):
            yield "told twice"

    def has_on_page_one(self, check: Check, action: str) -> bool:
        """Does it find something before the first page is over?"""
        paper = Paper({**ANSWERS, action: ANSWERS[action][:1]})  # type: ignore[index]  # a list of pages
        return any(isinstance(one, Finding) for one in Survey([check], paper, NOW))


def run(every: int = 1, first: int = 0) -> list[str]:
    """Walk it all, or each `every`-th case; what was wrong, one line each. Says what was tried."""
    walk = Walk()
    tried: Counter[str] = Counter()
    wrong: list[str] = []
    for number, case in enumerate(walk.cases()):
        if number % every != first:
            continue
        tried[case.action] += 1
        wrong += [f"{case}: {said}" for said in walk.wrong(case)]
    counted = (
        f"{tried.total()} failures of {len(tried)} reads by {len(walk.checks)} checks,"
        f" {len(ALL)} kinds, {len(CODES)} of them codes: {len(wrong)} wrong"
    )
    sys.stdout.write("\n".join([counted, *wrong, ""]))
    return wrong


if __name__ == "__main__":
    sys.exit(bool(run(int(sys.argv[1]) if sys.argv[1:] else 1)))
