"""What a ticket says: an item of the backlog as Markdown that mentions, links and closes nothing.

Whoever names a resource chooses words of ours, so all that comes out of the account stands as
code: there GitHub and GitLab know no mention, no reference, no address, no tag and no command.
Nothing in it changes with the clock alone, so a ticket is edited when something happened.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from steadyhand.ledger.codec import digest
from steadyhand.model import Call, Lane, Note, Record, Risk, priced
from steadyhand.rhythm.backlog.items import EXEMPT, OPEN, Item
from steadyhand.rhythm.backlog.items import task as task_of
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.adopted import adopted_by
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.handling import Handled, handled, steps_of
from steadyhand.rhythm.tickets.marks import UNSPOKEN, closing, code, fenced, opening, placed, units

KIND = "ticket"
"""The kind of the ledger's notes about tickets. An item's note has the item's id as its name."""

STATE = "state"
"""The name of the note that says how it went; `state#…` are those before, each with its time."""

LONGEST_TITLE = 250
"""Characters; GitLab takes 255, GitHub 256."""

LONGEST_BODY = 65_000
"""UTF-16 units; GitHub takes 65,536."""

ROWS = (100, 50, 20, 5, 0)
"""How many open ones are listed: as many as there is room for."""

DONE = 20
"""How many of those that are over are listed."""

OFFERED = frozenset({Handled.YOU, Handled.AUTO})
"""Who may be given our plan: nobody is offered one for what is left alone, or what only a person can do."""

ADOPTED = 5
"""How many diffs of code are shown."""

LINE = 1000
"""Characters of one line of a plan."""


@dataclass(frozen=True, slots=True)
class Label:
    """How a lane is called in the tracker, its colour, and what it says."""

    name: str
    colour: str
    says: str


LABELS: Mapping[Lane, Label] = {
    Lane.NOW: Label("infra/now", "b0390b", "Steadyhand: stability, before anything else"),
    Lane.NEXT: Label("infra/next", "0b5c8f", "Steadyhand: security, after that"),
    Lane.LATER: Label("infra/later", "8497a5", "Steadyhand: scale and cost, when there is time"),
}
LANES: Mapping[str, Lane] = {label.name: lane for lane, label in LABELS.items()}


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """One item as a ticket. `runbook` is the check's own docstring, `earlier` what was deleted.

    `command` writes a call as the command line that does the same; it gets the region, too.
    """

    item: Item
    facts: Facts
    command: Callable[[Call, str], str]
    runbook: str = ""
    earlier: tuple[int, ...] = ()

    @property
    def title(self) -> str:
        """Its title. It stays the same for life, as long as the check's own does.

        A title has no code; GitLab finds mentions in it, so of an environment letters are left.
        """
        where = words.clean(UNSPOKEN.sub("", self.item.environment), words.NAME)
        tail = f" ({where})" if where else ""
        return words.clean(self.item.title, LONGEST_TITLE - len(tail)).rstrip(".") + tail

    @cached_property
    def whole(self) -> str:
        """Our part of the body, where there is room for all of it."""
        return self.shaped(ROWS[0])

    @property
    def digest(self) -> str:
        """A short name for what it says."""
        return digest([self.title, self.whole])

    def within(self, body: str) -> str | None:
        """A body with our part in it as it should be; None where people left no room.

        What stands between our marks is ours, everything else is kept as it is.
        """
        for rows in ROWS:
            made = placed(body, self.whole if rows == ROWS[0] else self.shaped(rows), self.item.id)
            if units(made) <= LONGEST_BODY:
                return made
        return None

    def shaped(self, rows: int) -> str:
        """Our part with so many rows; with none, also without plan and runbook."""
        item, facts = self.item, self.facts
        parts = [*head(item, facts, self.earlier), *checklist(item, facts, rows)]
        if item.open and rows:
            parts += [*plan(item, facts, self.command), *adopting(item), *book(self.runbook)]
        return "\n\n".join([opening(item.id), *parts, closing(item.id)])


# The parts of its text.


def head(item: Item, facts: Facts, earlier: Sequence[int]) -> Iterator[str]:
    """What it is about, since when, until when."""
    consequence = facts.kinds[item.check].consequence if item.check in facts.kinds else ""
    if consequence:
        yield f"**If nobody acts:** {consequence}"
    said = [f"Environment: {code(item.environment)}."] if item.environment else []
    if item.open:
        said.append(f"First seen on {day(item.first_seen, facts)}.")
        said.append(f"To be done by {day(item.due, facts)}.")
        if item.detonates_at:
            said.append(f"The next one happens on **{day(item.detonates_at, facts)}**.")
        if item.usd_per_month:
            said.append(f"Costs {priced(item.usd_per_month)} a month while it waits.")
    else:
        said.append("Nothing of it is open any more.")
    yield " ".join(said)
    if earlier:
        deleted = words.listed([f"no. {number}" for number in earlier])
        yield (
            f"An earlier ticket about this ({deleted}) was deleted. If this one is deleted too, "
            "there will be no other."
        )


def checklist(item: Item, facts: Facts, rows: int) -> Iterator[str]:
    """A box for each: what is open first, then what was over last."""
    over = sorted(item.over, key=lambda one: (-one[0].changed_at.timestamp(), one[0].finding.id))
    done = DONE if rows else 0
    lines = [box(one, OPEN, facts) for one in item.open[:rows]]
    lines += [box(one, state, facts) for one, state in over[:done]]
    folded = [
        f"{words.plural(len(all_) - shown, 'more is', 'more are')} {how}"
        for all_, shown, how in ((item.open, rows, "open"), (over, done, "over"))
        if all_[shown:]
    ]
    if folded:
        lines.append(f"- And {words.listed(folded)}.")
    count = f"{len(item.open):,} of {len(item.open) + len(over):,}"
    yield "\n".join([f"**What is left: {count}**", "", *lines])


def box(record: Record, state: str, facts: Facts) -> str:
    """One line of the list. A resource that is named in it already is told by its region."""
    task = task_of(record, state)
    is_named = re.split(r"[:/]", task.resource)[-1] in task.said
    line = " · ".join([code(task.said), code(task.region if is_named else task.resource)])
    line += f" · `{task.finding}`"
    if task.state == OPEN:
        return f"- [ ] {line}"
    if task.state == EXEMPT:
        until = f" until {day(record.exempt_until, facts)}" if record.exempt_until else ""
        return f"- {line} · exempt{until}"
    return f"- [x] {line} · {task.state}"


def plan(item: Item, facts: Facts, command: Callable[[Call, str], str]) -> Iterator[str]:
    """What Steadyhand would do: the first plan as `aws` commands with their undo, and how many more."""
    planned = [
        (one, steps)
        for one in item.open
        if handled(one, facts) in OFFERED and (steps := steps_of(one, facts))
    ]
    if not planned:
        yield "**Plan:** this is for a person; the runbook says how."
        return
    (record, steps), region = planned[0], planned[0][0].finding.region
    name, say = record.finding.id, "fix" if record.risk is Risk.SAFE else "approve"
    more, others = len(planned) - 1, len(item.open) - len(planned)
    said = [f"`steadyhand plan {name}` shows it as it is now, `steadyhand {say} {name}` does it."]
    if more:
        said.append(f"{words.plural(more, 'more has', 'more have')} a plan like it.")
    if others:
        said.append(f"{words.plural(others, 'is', 'are')} for a person; the runbook says how.")
    yield f"**Plan:** {' '.join(said)}"
    undo = [step.undo for step in reversed(steps) if step.undo]
    lines = [_line(command(step.do, region)) for step in steps]
    undoing = (f"# undo: {_line(command(one, region))}" for one in undo)
    yield fenced("\n".join([*lines, *undoing]), "sh")


def adopting(item: Item) -> Iterator[str]:
    """Of what differs from its code: the lines that make the code say what is there."""
    told = [(one, diff) for one in item.open if (diff := adopted_by(one.finding))][:ADOPTED]
    if told:
        yield "**Or adopt it:** what is there stays, and your code says so from then on."
    for record, diff in told:
        yield f"`{record.finding.id}`\n\n{fenced(diff, 'diff')}"


def book(runbook: str) -> Iterator[str]:
    """The check's runbook, folded away: for whoever does it by hand."""
    _, _, rest = runbook.strip().partition("\n")
    if rest.strip():
        told = rest.strip().replace("\nUndo:", "\n\nUndo:")
        yield f"<details>\n<summary>Runbook</summary>\n\n{told}\n\n</details>"


def day(at: datetime, facts: Facts) -> str:
    """A day as the owner's calendar shows it, always with its year."""
    local = facts.period.local(at)
    return f"{words.day(local.date())} {local.year}"


def gap_of(facts: Facts) -> Note | None:
    """What kept tickets from being written at the period's end; its `said["gap"]` says why."""
    told = [one for one in facts.notes.get(KIND, ()) if one.name.startswith(f"{STATE}#")]
    last = max(told, key=lambda one: one.at, default=None)
    return last if last and last.said.get("gap") else None


def _line(said: str) -> str:
    return words.clean(said, LINE)
