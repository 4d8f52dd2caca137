"""What a sweep came to, as the demo prints it: what was found, fixed, left alone and not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from steadyhand.catalogue import discovery as catalogue
from steadyhand.demo import narration
from steadyhand.demo.account import Planted
from steadyhand.demo.terminal import Terminal
from steadyhand.model import Change, Record
from steadyhand.rhythm.core.handling import Handled
from steadyhand.settings.values import Settings


@dataclass(frozen=True)
class Outcome:
    """Says it on a terminal, held against what was planted and what was decided."""

    terminal: Terminal
    planted: Planted
    decided: Settings

    def verdict(self, records: Sequence[Record]) -> str:
        """How many time bombs, and what became of them."""
        now = datetime.now(UTC)
        fates = Counter(narration.fate(one, self.decided, now) for one in records)
        told = {
            narration.DONE: "fixed",
            Handled.AUTO: "automatic",
            Handled.YOU: "to approve",
            Handled.HAND: "by hand",
            Handled.LEFT: "left alone",
            Handled.PLANNED: "planned",
        }
        parts = [f"{fates[fate]} {said}" for fate, said in told.items() if fates[fate]]
        return f"{len(records)} time bombs: {', '.join(parts)}."

    def exactness(self, records: Sequence[Record]) -> str:
        """How what was found compares with what was planted."""
        found = Counter((one.finding.check, one.finding.key) for one in records)
        there = Counter((one.check, one.key) for one in self.planted.bombs)
        if found == there:
            return "Exactly what was planted; not a word about what is healthy."
        missed, more = (there - found), (found - there)
        named = ", ".join(f"{check} {key}" for check, key in [*missed, *more])
        return f"Planted were {there.total()}: {missed.total()} of them missed, {more.total()} more found: {named}"

    def fixed(self, changes: Sequence[Change]) -> None:
        """What was fixed at once."""
        say = self.terminal
        say.gap()
        say.say(
            ("Fixed", "h"),
            ("  safe, and you said auto; steadyhand undo undoes any of them", "m"),
        )
        for one in sorted(
            changes, key=lambda one: (one.finding.check, narration.name(one.finding))
        ):
            name, did = narration.name(one.finding), narration.fixed(one)
            say.cells((one.id, 14, "m"), (name, 24, "h"), (did, 30, ""))

    def left_alone(self, records: Sequence[Record]) -> None:
        """What is left alone, and why."""
        now = datetime.now(UTC)
        for one in records:
            if narration.fate(one, self.decided, now) is Handled.LEFT and one.held:
                name = narration.name(one.finding)
                self.terminal.gap()
                self.terminal.say(("○ ", ""), (name, "h"), f" is left alone: {one.held.reason}.")

    def not_read(self, covered: Mapping[str, Any]) -> None:
        """What could not be read."""
        reasons = {check: reason for check, _, reason in covered.get("unknown", ())}
        if reasons:
            self.terminal.gap()
        for check, reason in reasons.items():
            self.terminal.say(("? ", "act"), ("Not read: ", "h"), f"{check}: {reason}")

    def ages(self) -> None:
        """Say which ages were lowered, because nothing here can be old."""
        knobs = self.decided.knobs
        lowered = sum(said.get("days") == 0 for said in knobs.values())
        self.terminal.gap()
        self.terminal.note(
            f"Nothing here is a day old, so {lowered} checks begin at day 0 (steadyhand.toml)."
        )

    def unshown(self) -> None:
        """Which checks had nothing to find, and why."""
        shown = {one.check for one in self.planted.bombs}
        total = len(catalogue.names())
        reasons = [f"{one.check}: {one.because}" for one in self.planted.unshown]
        if reasons:
            said = f"{len(shown)} of {total} checks had something to find. {'; '.join(reasons)}."
            self.terminal.say(said, indent=3)
