"""Writes one ticket: its text, its label, and what is said below it; only where something differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from steadyhand.aws import cli_command
from steadyhand.connect.tickets.links import Page
from steadyhand.connect.tickets.tracker import Issue, Rejected, Tracker, TrackerFailed
from steadyhand.ledger.codec import digest
from steadyhand.rhythm.backlog.items import Item
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.tickets.content import LABELS, LANES, Ticket
from steadyhand.rhythm.tickets.marks import marked, ours


@dataclass(slots=True)
class Done:
    """What a run did. `left` waits for the next one; `trouble` ended it, `rejected` did not."""

    created: int = 0
    edited: int = 0
    labelled: int = 0
    commented: int = 0
    closed: int = 0
    reopened: int = 0
    moved: int = 0
    exempted: int = 0
    left: int = 0
    deleted: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    trouble: TrackerFailed | None = None


@dataclass(slots=True, kw_only=True)
class Writer:
    """Of one run. `me` is whose token it is, `runbooks` are the checks' own words."""

    tracker: Tracker
    facts: Facts
    runbooks: Mapping[str, str]
    done: Done
    me: str = ""
    has_labels: bool = False

    def ticket(self, item: Item, earlier: tuple[int, ...]) -> Ticket:
        book = self.runbooks.get(item.check, "")
        return Ticket(
            item=item,
            facts=self.facts,
            command=cli_command.command,
            runbook=book,
            earlier=earlier,
        )

    def wrote(self, issue: Issue) -> bool:
        """Is it ours? Whoever may write the ledger's notes names any number, a person's issue too."""
        return issue.author == self.me or bool(marked(issue.body))

    def write(self, page: Page, item: Item, issue: Issue) -> None:
        """Title and our part of the body, where they differ from what they should be.

        A tracker may store a text a little differently; what it gave back the last time counts as
        the same. The issue is read once more just before, so that people's words are not lost.
        """
        link = page.link
        assert link is not None
        ticket = self.ticket(item, link.earlier)
        there = digest(ours(issue.body, item.id))
        if (link.digest, link.seen) == (ticket.digest, there):
            return
        now = self.tracker.issue(issue.number)
        body = ticket.within(now.body) if now else None
        if now is None:
            return  # deleted this minute: the next run sees it
        if body is None:
            raise Rejected(f"people's words leave no room in #{issue.number}")
        title = ticket.title if now.title == link.title else now.title
        if (_plain(body), title) != (_plain(now.body), now.title):
            now = self.tracker.edit(issue.number, title=title, body=body)
            self.done.edited += 1
        page.change(
            digest=ticket.digest,
            seen=digest(ours(now.body, item.id)),
            title=now.title if title == ticket.title else link.title,
        )

    def relabel(self, page: Page, item: Item, issue: Issue) -> None:
        """Exactly one label of ours; those of people stay."""
        want = LABELS[item.lane].name
        have = [name for name in issue.labels if name.lower() in LANES]
        wrong = [name for name in have if name.lower() != want]
        if wrong or not have:
            self.ensure()
            add = want if len(wrong) == len(have) else ""
            self.tracker.relabel(issue.number, add, wrong)
            self.done.labelled += 1
        page.change(lane=item.lane.value)

    def ensure(self) -> None:
        if not self.has_labels:
            self.tracker.ensure(list(LABELS.values()))
            self.has_labels = True

    def say(self, page: Page, issue: Issue, text: str, **then: object) -> None:
        """Say something below it, once; `then` is what is remembered together with that."""
        link = page.link
        assert link is not None
        key = f"<!-- steadyhand:{page.name}#{link.turn} -->"
        said = self.tracker.comments(issue.number)
        if not any(who == self.me and key in words for who, words in said):
            self.tracker.comment(issue.number, f"{text}\n\n{key}")
            self.done.commented += 1
        page.change(turn=link.turn + 1, **then)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
