"""What people said in the tracker, as the ledger keeps it: a label they moved, a "won’t fix".

Only what was done to a ticket since we left it open is a person's word. What we do not remember
is nobody's word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from steadyhand.connect.tickets.links import OPEN, Page, Store
from steadyhand.connect.tickets.tracker import NOT_PLANNED, Issue, Tracker
from steadyhand.model import Exemption, Lane, Note, Record
from steadyhand.rhythm.backlog import moves
from steadyhand.rhythm.backlog.items import Item
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.tickets.content import LABELS, LANES
from steadyhand.rhythm.tickets.replies import STAYS
from steadyhand.settings.local_date import day_of, end_of

ORDER = tuple(Lane)


@dataclass(slots=True)
class Heard:
    """What was heard in one run: it goes into the ledger, and into the facts of this run."""

    moves: list[Note]
    exempt: dict[str, datetime]

    def told(self, facts: Facts) -> Facts:
        """The facts with what was heard."""
        if not (self.moves or self.exempt):
            return facts
        notes = dict(facts.notes)
        notes[moves.KIND] = [*notes.get(moves.KIND, ()), *self.moves]
        return replace(facts, notes=notes, records=[self._told(one) for one in facts.records])

    def _told(self, record: Record) -> Record:
        until = self.exempt.get(record.finding.id)
        return replace(record, exempt_until=until) if until else record


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Listens to one tracker for one ledger. `going` says if there is time for more, `zone` whose days count.

    `me` is whose token it is: what was done by it is our own, though its answer was lost.
    """

    tracker: Tracker
    ledger: Store
    now: datetime
    going: Callable[[], bool]
    zone: str
    me: str = ""

    def listen(self, page: Page, item: Item, issue: Issue, heard: Heard) -> None:
        """What people did to one ticket since we left it."""
        link = page.link
        if link is None or link.state != OPEN or not item.open:
            return
        if issue.is_open:
            self._move(page, item, issue, heard)
        elif issue.reason == NOT_PLANNED:
            self._stay(item, issue, heard)

    def _move(self, page: Page, item: Item, issue: Issue, heard: Heard) -> None:
        """Another label of ours than the one we left there is a move of the item."""
        link = page.link
        there = {LANES[name.lower()] for name in issue.labels if name.lower() in LANES}
        new = [lane for lane in ORDER if lane in there and link and lane.value != link.lane]
        if not (link and link.lane and new):
            return
        if new[0] is not item.lane:
            put = self.tracker.labelled_by(issue.number, LABELS[new[0]].name)
            if put and self.me and put.by == self.me:
                return
            at = min(put.at, self.now) if put else self.now
            because = f"label {LABELS[new[0]].name} on {issue.url}"
            who = self._who(put.by if put else "")
            note = moves.note_of(item.id, new[0], who, because, at, findings=item.ids)
            self.ledger.note(note)
            heard.moves.append(note)
        page.change(lane=new[0].value)

    def _stay(self, item: Item, issue: Issue, heard: Heard) -> None:
        """Won’t fix: every finding that is open is exempt through a day. Exempting again is the same."""
        until = end_of(day_of(self.now + STAYS, self.zone), self.zone)
        for record in item.open:
            if not self.going():
                return
            said = Exemption(
                scope=record.finding.id,
                until=until,
                because=f"closed as won’t fix: {issue.url}",
                by=self._who(issue.closed_by),
                at=self.now,
            )
            self.ledger.exempt(said, [record])
            heard.exempt[record.finding.id] = until

    def _who(self, login: str) -> str:
        return f"{login or 'somebody'} on {self.tracker.called}"
