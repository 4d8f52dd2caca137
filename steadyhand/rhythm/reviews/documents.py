"""What is written down, and what only one person has touched; nothing that we do not know.

There is no handbook yet, so no page of it can be old. Runbooks are generated from the checks' own
code, so they cannot be. Of people we know what they decided here: who approved, undid,
exempted or moved something. What they change past us is not read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from steadyhand.model import STEADYHAND
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts, is_automatic
from steadyhand.rhythm.core.figures import Figure, Line, Named
from steadyhand.rhythm.core.words import person
from steadyhand.rhythm.results.promised import FEW

VISIBLE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """Runbooks that are kept true, and who decided. `only`: one person decided everything."""

    runbooks: Figure | None
    people: Line
    only: bool


def documents_of(facts: Facts) -> Documents:
    """From the checks that looked, and from what people said in the period."""
    checks = {check for one in facts.sweeps for check in one.checks}
    looked = tuple(dict.fromkeys(one.id for one in facts.sweeps))
    said = words.plural(len(checks), "runbook")
    acts = decided(facts)
    return Documents(
        runbooks=Figure("documents.runbooks", said, looked) if checks else None,
        people=people(acts),
        only=len(acts) == 1 and sum(map(len, acts.values())) >= FEW,
    )


def decided(facts: Facts) -> dict[str, list[str]]:
    """Each person's decisions in the period, as rows of the ledger; the busiest first."""
    found = defaultdict[str, list[str]](list)
    for who, row in acts_of(facts):
        name = person(who)
        if name and row not in found[name]:
            found[name].append(row)
    return dict(sorted(found.items(), key=lambda one: (-len(one[1]), one[0])))


def acts_of(facts: Facts) -> Iterator[tuple[str, str]]:
    """Who, and the row that says so."""
    period = facts.period
    for change in facts.changes:
        if not is_automatic(change) and period.holds(change.at):
            yield change.by, change.id
        if change.undone_by not in {"", STEADYHAND} and period.holds(change.ended_at):
            yield change.undone_by, change.id
    for exemption in facts.exemptions:
        if period.holds(exemption.at):
            yield exemption.by, exemption.scope
    for move in facts.notes.get("move", ()):
        if period.holds(move.at):
            yield str(move.said.get("by", "")), move.id


def people(acts: dict[str, list[str]]) -> Line:
    """Who decided, and how often: "maya (3 decisions) and tom (1 decision)"."""
    if not acts:
        return ()
    line: list[str | Figure] = []
    shown = list(acts.items())[:VISIBLE]
    rest = [row for _, rows in list(acts.items())[VISIBLE:] for row in rows]
    for at, (name, rows) in enumerate(shown):
        last = at == len(shown) - 1 and not rest
        line.append("" if not at else " and " if last else ", ")
        count = Figure(f"documents.by.{at + 1}", words.plural(len(rows), "decision"), tuple(rows))
        line += [Named(name), " (", count, ")"]
    if rest:
        others = Figure("documents.others", words.plural(len(acts) - VISIBLE, "other"), tuple(rest))
        line += [" and ", others]
    return tuple(line)
