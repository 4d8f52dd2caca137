"""From an event, a sweep or a person to an effect, and back: what wakes us, and what we remember."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from steadyhand.check import Check
from steadyhand.engine.changes import guardrails
from steadyhand.engine.changes.begin import Wanted, begin, case_of, record_of
from steadyhand.engine.changes.look import Looking
from steadyhand.engine.changes.refused import Refused
from steadyhand.engine.changes.undo import undo
from steadyhand.engine.changes.worker import Worker
from steadyhand.engine.outcome import Look, Outcome, Trouble, told
from steadyhand.engine.survey import Survey
from steadyhand.engine.unseen import Unseen
from steadyhand.ledger import codec
from steadyhand.ledger.rows import merged
from steadyhand.model import (
    GLOBAL,
    Change,
    ChangeState,
    Finding,
    FindingStatus,
    Held,
    Mode,
    Record,
    Risk,
    Unknown,
)
from steadyhand.sources.keys import Place

LOOKS = 8
"""How often an effect is looked for while a person waits, a little later each time."""

OURS = "ch-"
"""How the sessions of our changes are called: by their change."""


@dataclass(frozen=True, kw_only=True)
class Reconciler(Worker):
    """Looks after one region of one account. One subject's trouble ends nothing else, and is told."""

    def on_event(
        self,
        checks: Sequence[Check],
        key: str,
        *,
        by: str = "",
        session: str = "",
        apply: bool = True,
        told: Any = None,
    ) -> Outcome:
        """Something happened to a subject: look again, here, and do what may be done.

        `by` did it, in `session`: of our own calls, the change; `told`: as the event says. Without `apply`, only look.
        """
        if apply and session.startswith(OURS):
            own = Outcome()
            self.resume(session, own, proven=True)
            if own.changes or own.troubles:
                return own
        look = self.look(checks, key, told)
        outcome = Outcome(findings=list(look.findings), unknown=list(look.unknown))
        if apply:
            self.act_on(checks, key, look, outcome, by)
        return outcome

    def act_on(
        self, checks: Sequence[Check], key: str, look: Look, outcome: Outcome, by: str
    ) -> None:
        """Begin what may be begun; remember the rest, and go on with what is on its way."""
        by_id = {check.id: check for check in checks}
        taken, waiting = set[tuple[str, str]](), list[Finding]()
        for finding in look.findings:
            check = by_id[finding.check]
            with told(outcome, finding.resource):
                parts = {step.owns.key for step in check.plan(finding)}
                if parts & taken:
                    continue  # twin checks, one part: one change
                if not self.is_trusted(check, finding):
                    waiting.append(finding)
                    continue
                begun = begin(self, Wanted(
                    check=check, finding=finding, looking=look.through, put_back_by=by
                ))  # fmt: skip
                if isinstance(begun, Change):
                    taken |= parts
                    outcome.changes.append(begun)
                else:
                    outcome.held[finding.id] = begun
                    waiting.append(finding)
        if waiting or not look.findings:
            with told(outcome, key):
                self.remember(by_id, waiting, look, key, outcome, by=by)

    def sweep(self, checks: Sequence[Check], *, apply: bool = True) -> Outcome:
        """See to what is on its way; look at everything these checks judge; fix what may be fixed."""
        outcome = self.settle() if apply else Outcome()
        survey = Survey(checks, self.aws, self.now())
        try:
            for one in survey:
                if isinstance(one, Finding):
                    outcome.findings.append(one)
                else:
                    outcome.unknown.append(one)
        except Exception as broken:  # noqa: BLE001 - a check's bug: nobody knows what it did not see
            reason = f"the sweep broke off: {broken!r}"
            outcome.unknown += [Unknown(check.id, survey.region(check), reason) for check in checks]
            outcome.troubles.append(Trouble("sweep", reason))
        outcome.seen = survey.seen
        self.sizes.update(survey.seen)
        if apply:
            looking = Looking(aws=self.aws, at=survey.now)
            look = Look(findings=outcome.findings, unknown=outcome.unknown, through=looking)
            self.act_on_all(checks, look, outcome)
        return outcome

    def act_on_all(self, checks: Sequence[Check], look: Look, outcome: Outcome) -> None:
        """Remember everything, and look again, one subject at a time, where something may be done."""
        by_id = {check.id: check for check in checks}
        eager = [one for one in look.findings if self.may_fix(by_id[one.check], one)]
        crowd = Counter(one.check for one in eager)
        for finding in eager:
            count = (crowd[finding.check], outcome.seen[finding.check])
            if reason := guardrails.crowded(case_of(self, by_id[finding.check], finding, count)):
                outcome.held[finding.id] = Held("crowded", reason)
        with told(outcome, "ledger"):
            self.remember(by_id, look.findings, look, None, outcome)
        subjects = {(one.check, one.key): None for one in eager if one.id not in outcome.held}
        for check_id, key in subjects:
            with told(outcome, key):
                woken = self.on_event([by_id[check_id]], key)
                outcome.changes += woken.changes
                outcome.held |= woken.held
                outcome.unknown += woken.unknown
                outcome.troubles += woken.troubles
        outcome.troubles += [Trouble("ledger", one) for one in self.ledger.take_unreadable()]

    def settle(self, change_id: str = "") -> Outcome:
        """Go on with one change, or with all that are due."""
        outcome = Outcome()
        due = [change_id] if change_id else []
        if not change_id:
            with told(outcome, "ledger"):
                due = self.ledger.due(self.now())
        for one in due:
            self.resume(one, outcome)
        return outcome

    def resume(self, change_id: str, outcome: Outcome, *, proven: bool = False) -> None:
        """Go on with one change, if it is one and on its way here."""
        with told(outcome, change_id):
            change = self.ledger.change(change_id)
            if change is None or change.finding.region not in {self.aws.region, GLOBAL}:
                return
            if change.state.moves:
                change = self.advance(change, proven=proven)
            elif proven and change.state is ChangeState.VERIFIED and len(change.steps) == 1:
                change = self.proved(change.with_step(0, proven=True))
            outcome.changes.append(change)

    # What a person asks for goes the same way.

    def fix(
        self,
        check: Check,
        record: Record,
        person: str,
        plan: str = "",
        *,
        during_freeze: bool = False,
    ) -> Change:
        """Fix one finding because a person says so; `plan` is the hash of what they saw."""
        finding = record.finding
        look = self.look([check], finding.key)
        seen = {one.id: one for one in look.findings}
        if finding.id not in seen:
            unread = look.unknown and Held("unknown", look.unknown[0].reason)
            raise Refused(unread or Held("gone", "it is not there any more"))
        if plan and codec.plan_hash(tuple(check.plan(seen[finding.id]))) != plan:
            raise Refused(Held("stale", "the plan is not the one you saw; look again"))
        begun = begin(self, Wanted(
            check=check, finding=seen[finding.id], looking=look.through, person=person,
            record=record, during_freeze=during_freeze,
        ))  # fmt: skip
        if isinstance(begun, Held):
            raise Refused(begun)
        return self.watched(begun)

    def undo(self, change: Change | str, person: str) -> Change:
        """Undo one change, as far as what it made is still as it made it."""
        name = change if isinstance(change, str) else change.id
        latest = self.ledger.change(name)
        if latest is None:
            raise Refused(Held("state", f"there is no change {name}"))
        return self.watched(undo(self, latest, person))

    def watched(self, change: Change) -> Change:
        """Look again for half a minute, since a person waits; what takes longer is told as it is."""
        for attempt in range(LOOKS):
            if not change.state.moves or change.waits:
                break
            self.aws.wait(0.1 * 2**attempt)
            change = self.advance(self.ledger.change(change.id) or change)
        return change

    # What is seen and remembered.

    def look(self, checks: Sequence[Check], key: str | None, told: Any = None) -> Look:
        """Read one subject anew and judge it."""
        looking = Looking(aws=self.aws, at=self.now())
        survey = Survey(checks, looking, looking.at, only=key, told=told)
        outcomes = list(survey)
        return Look(
            findings=[one for one in outcomes if isinstance(one, Finding)],
            unknown=[one for one in outcomes if isinstance(one, Unknown)],
            through=looking,
            items=survey.shown,
        )

    def remember(
        self,
        checks: Mapping[str, Check],
        findings: Iterable[Finding],
        look: Look,
        key: str | None,
        outcome: Outcome,
        *,
        by: str = "",
    ) -> None:
        """Write down what is new, worse or gone; go on with changes that are on their way."""
        place = Place(self.aws.account, self.aws.region, self.aws.partition)
        unseen = Unseen(checks, look.unknown, place)
        regions = {GLOBAL if check.is_global else self.aws.region for check in checks.values()}
        known: dict[str, Record] = {}
        for region in regions:
            known |= self.ledger.known(region, key)
        for finding in findings:
            with told(outcome, finding.resource):
                check, old = checks[finding.check], known.get(finding.id)
                steps = tuple(check.plan(finding))
                new = merged(old, record_of(self, check, finding, steps))
                new = replace(new, changed_at=look.through.at)
                held = outcome.held.get(finding.id) or self.waits(check, new)
                self.ledger.observe(replace(new, held=held), old)
        there = {finding.id for finding in look.findings}
        begun = {change.id for change in outcome.changes}
        for record in known.values():
            mine = record.finding.check in checks
            if mine and record.open_change and record.open_change not in begun:
                self.go_on(record.open_change, by, outcome)
            elif mine and record.finding.id not in there and not unseen.hides(record.finding):
                self.gone(record, look.through.at, outcome)

    def go_on(self, change_id: str, by: str, outcome: Outcome) -> None:
        """See to an open change of a subject at which somebody worked just now."""
        with told(outcome, change_id):
            change = self.ledger.change(change_id)
            if change is not None and change.state.moves:
                outcome.changes.append(self.advance(self.disturbed(change, by)))

    def gone(self, record: Record, at: datetime, outcome: Outcome) -> None:
        """An open finding that is not there any more, and that we did not fix."""
        if record.status is FindingStatus.OPEN and not record.open_change:
            gone = replace(record, status=FindingStatus.GONE, changed_at=at, held=None)
            self.ledger.observe(gone, record)
            outcome.gone.append(gone)

    # What may be done.

    def is_trusted(self, check: Check, finding: Finding) -> bool:
        """Is it worth asking the guardrails at all? Tags that were not read may still say another."""
        modes = self.settings.modes.get(check.id, {})
        return Mode.AUTO in modes.values() and check.risk_of(finding) is Risk.SAFE

    def may_fix(self, check: Check, finding: Finding) -> bool:
        """Would we act on it by ourselves, as far as it can be told from here?"""
        return self.is_trusted(check, finding) and any(True for _ in check.plan(finding))

    def waits(self, check: Check, record: Record) -> Held | None:
        """Why nobody acts on it by itself, as far as it can be told without asking AWS more."""
        finding = record.finding
        case = replace(
            case_of(self, check, finding, steps=tuple(check.plan(finding))),
            mode=self.settings.mode(check.id, record.environment),
            now=record.changed_at,
            looked_at=record.changed_at,
            exemptions=self.exemptions(),
            record=record,
        )
        return guardrails.ask(case)
