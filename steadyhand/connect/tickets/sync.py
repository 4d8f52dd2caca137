"""Keeps the tracker as the backlog is: one issue for each item, for life.

It compares and writes only what differs, so it can be run again at any time, after a crash at any place. What is done
in more than one step is written down before: an issue that is about to be made is claimed in the ledger, and found by
its mark where the answer was lost; what is said below an issue carries a number, and is not said twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from steadyhand.connect.tickets import links as states
from steadyhand.connect.tickets.links import Link, Overtaken, Page, Store
from steadyhand.connect.tickets.listener import Heard, Listener
from steadyhand.connect.tickets.moved import about, rehomed
from steadyhand.connect.tickets.tracker import (
    DONE,
    NOT_PLANNED,
    Issue,
    Rejected,
    Tracker,
    TrackerFailed,
)
from steadyhand.connect.tickets.writer import Done, Writer
from steadyhand.ledger.codec import digest
from steadyhand.model import Note
from steadyhand.rhythm.backlog.items import EXEMPT, Item, items_of
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.tickets import marks, replies
from steadyhand.rhythm.tickets.content import KIND, LABELS, LANES

NEW = 20
"""How many issues are made in one run at most; the rest follow in the next."""

WORKING = timedelta(minutes=15)
"""How long a function lives at most. Until then, whoever claimed a ticket may still be at it."""


@dataclass(slots=True, kw_only=True)
class Sync:
    """One run. `by` names it, `runbooks` are the checks' own words, `going` says if there is time."""

    tracker: Tracker
    ledger: Store
    facts: Facts
    runbooks: Mapping[str, str]
    now: datetime
    by: str
    going: Callable[[], bool] = lambda: True
    new: int = NEW
    done: Done = field(default_factory=Done)
    listed: dict[int, Issue | None] = field(default_factory=dict)
    marks: dict[str, Issue] = field(default_factory=dict)
    fresh: set[int] = field(default_factory=set)
    bad: set[str] = field(default_factory=set)
    writer: Writer = field(init=False)

    def __post_init__(self) -> None:
        self.writer = Writer(
            tracker=self.tracker, facts=self.facts, runbooks=self.runbooks, done=self.done
        )

    def run(self) -> Done:
        """Hear what people said, then write what differs. It ends where a `Trouble` does."""
        try:
            self.look()
            pages = {one.name: self.page(one) for one in self.facts.notes.get(KIND, ())}
            self.facts, stray = rehomed(self.facts, pages, self.ledger, self.now)
            self.listen(pages)
            for item in items_of(self.facts, ended=True):
                page = pages.get(item.id) or Page(item.id, self.ledger, self.now)
                self.attempt(page, item)
            for page in stray:
                self.settle(page)
        except TrackerFailed as trouble:
            self.done.trouble = trouble
        return self.done

    def look(self) -> None:
        """All issues that carry a label of ours. By its mark we only take what we wrote ourselves."""
        self.writer.me = self.tracker.me()
        for issue in self.tracker.labelled([label.name for label in LABELS.values()]):
            self.listed[issue.number] = issue
        for number in sorted(self.listed):
            found = self.listed[number]
            if found and found.author == self.writer.me and (item := marks.marked(found.body)):
                self.marks.setdefault(item, found)

    def page(self, note: Note) -> Page:
        return Page(note.name, self.ledger, self.now, note)

    def listen(self, pages: Mapping[str, Page]) -> None:
        """People's words first: they change what is to be written."""
        whose = {"zone": self.facts.period.zone, "me": self.writer.me}
        listener = Listener(
            tracker=self.tracker, ledger=self.ledger, now=self.now, going=self.going, **whose
        )
        heard = Heard([], {})
        for item in items_of(self.facts, ended=True):
            if not (page := pages.get(item.id)):
                continue
            try:
                if issue := self.find(page, item):
                    listener.listen(page, item, issue, heard)
            except Overtaken:
                continue
            except Rejected as rejected:
                self.reject(item.id, rejected)
        self.done.moved, self.done.exempted = len(heard.moves), len(heard.exempt)
        self.facts = self.writer.facts = heard.told(self.facts)

    def find(self, page: Page, item: Item) -> Issue | None:
        """Its issue: by the number we remember, else by its mark."""
        link = page.link
        if link is None or not link.number:
            return self.marks.get(item.id)
        if link.state == states.DELETED:
            return None
        issue = self.listed.get(link.number)
        told = issue is not None and (issue.is_open or link.state != states.OPEN)
        if not told and link.number not in self.fresh:
            self.fresh.add(link.number)  # a list does not say who closed it
            self.listed[link.number] = self.tracker.issue(link.number)
        found = self.listed[link.number]
        return found if found and self.writer.wrote(found) else None

    def attempt(self, page: Page, item: Item) -> None:
        """One ticket. That one is not taken, or written by another run, holds up no other."""
        if item.id in self.bad:
            return
        if not self.going():
            self.done.left += 1
            return
        try:
            self.keep(page, item)
        except Overtaken:
            self.done.left += 1
        except Rejected as rejected:
            self.reject(item.id, rejected)

    def reject(self, item: str, rejected: Rejected) -> None:
        """Remember what is not taken of one ticket; this run has nothing more to do with it."""
        self.bad.add(item)
        self.done.rejected.append(f"{item}: {rejected.said}")

    def settle(self, page: Page) -> None:
        """Close a ticket whose item went into another one that has its own; it is told which."""
        link = page.link
        if link is None or page.name in self.bad or not self.going():
            return
        try:
            issue = self.tracker.issue(link.number)
            if issue and issue.is_open and self.writer.wrote(issue):
                said = "What this ticket was about is part of another one now."
                self.writer.say(page, issue, said, state=states.CLOSING)
                self.tracker.close(issue.number, DONE)
                self.done.closed += 1
            page.change(state=states.MOVED)
        except Overtaken:
            self.done.left += 1
        except Rejected as rejected:
            self.reject(page.name, rejected)

    def keep(self, page: Page, item: Item) -> None:
        """Bring one ticket to where its item is."""
        issue, link = self.find(page, item), page.link
        if link and link.state == states.DELETED:
            return
        if issue is None:
            if item.open:
                self.make(page, item)
            return
        if link is None or not link.number:
            link = self.adopt(page, issue)
        if item.open:
            self.keep_open(page, item, issue, link)
        else:
            self.keep_closed(page, item, issue, link)

    # Making.

    def make(self, page: Page, item: Item) -> None:
        """A new issue, after a claim. One that people deleted is made once more, and says so."""
        link = page.link
        if link and link.number and link.earlier:
            page.change(state=states.DELETED)
            self.done.deleted.append(item.id)
            return
        if self.done.created >= self.new:
            self.done.left += 1
            return
        if link and not link.number and self.is_claimed(page, link):
            self.done.left += 1
            return
        earlier = (link.number,) if link and link.number else link.earlier if link else ()
        page.write(Link(state=states.CLAIMED, by=self.by, earlier=earlier))
        self.writer.ensure()
        ticket = self.writer.ticket(item, earlier)
        body = ticket.within("")
        issue = self.tracker.create(ticket.title, body or "", LABELS[item.lane].name)
        self.done.created += 1
        page.write(
            Link(
                state=states.OPEN,
                number=issue.number,
                url=issue.url,
                title=issue.title,
                digest=ticket.digest,
                seen=digest(marks.ours(issue.body, item.id)),
                lane=item.lane.value,
                earlier=earlier,
                **about(item),
            )
        )

    def is_claimed(self, page: Page, link: Link) -> bool:
        """May somebody else still be making it?"""
        begun = page.note.at if page.note else self.now
        return link.by != self.by and self.now - begun < WORKING

    def adopt(self, page: Page, issue: Issue) -> Link:
        """An issue of ours that the ledger does not know: its answer was lost, or its note."""
        lanes = [LANES[name.lower()].value for name in issue.labels if name.lower() in LANES]
        return page.write(
            Link(
                state=states.OPEN if issue.is_open else states.CLOSED,
                number=issue.number,
                url=issue.url,
                title=issue.title,
                lane=lanes[0] if len(lanes) == 1 else "",
                earlier=page.link.earlier if page.link else (),
            )
        )

    # Open items.

    def keep_open(self, page: Page, item: Item, issue: Issue, link: Link) -> None:
        """There is work left: the issue is open, unless a person has the last word."""
        if link.state == states.CLOSING:
            link = page.change(state=states.OPEN if issue.is_open else states.CLOSED)
        if not issue.is_open:
            if link.state == states.OPEN:
                if not self.doubt(page, item, issue, link):
                    return
            else:
                if link.state == states.CLOSED:
                    again = replies.again(item, self.facts)
                    self.writer.say(page, issue, again, state=states.OPENING)
                self.reopen(issue)
                page.change(reopened=False)
        page.change(state=states.OPEN, asked=False, **about(item))
        self.writer.relabel(page, item, issue)
        self.writer.write(page, item, issue)

    def doubt(self, page: Page, item: Item, issue: Issue, link: Link) -> bool:
        """A person closed it as done. True: it is open again, for this one time."""
        if issue.reason == NOT_PLANNED:
            return False  # its exempting is not finished: the next run goes on
        looked = replies.looked_at(item, issue.closed_at or self.now, self.facts)
        if looked is None:
            return False
        said = (item, looked, self.facts, self.tracker.wont_fix)
        if link.reopened:
            if not link.asked:
                self.writer.say(page, issue, replies.asked(*said), asked=True)
            return False
        self.writer.say(page, issue, replies.still(*said), reopened=True)
        self.reopen(issue)
        return True

    def reopen(self, issue: Issue) -> None:
        self.tracker.reopen(issue.number)
        self.done.reopened += 1

    # Items with nothing left to do.

    def keep_closed(self, page: Page, item: Item, issue: Issue, link: Link) -> None:
        """Nothing is left: it is closed once. If a person opens it again, it stays open."""
        if link.state != states.CLOSED:
            if not issue.is_open and link.state == states.OPEN:
                self.agree(page, item, issue)
            elif issue.is_open:
                if link.state != states.CLOSING:
                    said = replies.closed(item, self.facts)
                    self.writer.say(page, issue, said, state=states.CLOSING)
                self.writer.write(page, item, issue)
                self.tracker.close(issue.number, NOT_PLANNED if item.state == EXEMPT else DONE)
                self.done.closed += 1
            page.change(state=states.CLOSED, reopened=False, asked=False)
        self.writer.write(page, item, issue)

    def agree(self, page: Page, item: Item, issue: Issue) -> None:
        """A person closed it, and rightly so. A "won’t fix" is told until when."""
        if item.state == EXEMPT:
            said = replies.exempted(item, self.facts, issue.closed_by)
            self.writer.say(page, issue, said, state=states.CLOSED)
