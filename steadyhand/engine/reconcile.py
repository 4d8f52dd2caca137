"""From a doorbell or a sweep to an effect: look, write down, ask the guardrails, act, look again."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from steadyhand.check import Check
from steadyhand.engine import guardrails, requests
from steadyhand.engine.actor import LEASE, Abandoned, Actor, Overreach
from steadyhand.engine.outcome import Look, Outcome, Refused
from steadyhand.engine.survey import Aws, Survey
from steadyhand.engine.tags import read_tags
from steadyhand.ledger import codec
from steadyhand.ledger.rows import merged
from steadyhand.ledger.table import Ledger
from steadyhand.model import (
    GLOBAL,
    STEADYHAND,
    Change,
    ChangeState,
    Exemption,
    Finding,
    FindingStatus,
    Held,
    Mode,
    ReadFailed,
    Record,
    Risk,
    Step,
    Unknown,
)
from steadyhand.settings.values import Settings
from steadyhand.triggers import ApiCalled

__all__ = ["Look", "Outcome", "Reconciler", "Refused", "in_force"]

LOOKS = 8
"""How often an effect is looked for before it counts as missing, a little later each time."""


@dataclass(frozen=True, kw_only=True)
class Reconciler:
    """All that is needed to look after one region of one account.

    `stopped` says why everything stands still, or nothing. `exemptions` are those in force.
    """

    aws: Aws
    ledger: Ledger
    settings: Settings
    actor: Actor
    stopped: Callable[[], str]
    exemptions: Callable[[], Sequence[Exemption]]
    now: Callable[[], datetime]

    def on_event(self, checks: Sequence[Check], key: str, *, apply: bool = True) -> Outcome:
        """A doorbell: look again, here, and do what may be done. Without `apply`, only look."""
        look = self.look(checks, key)
        outcome = Outcome(findings=list(look.findings), unknown=list(look.unknown))
        if not apply:
            return outcome
        by_id = {check.id: check for check in checks}
        several, plans = len(look.findings) > 1, set[str]()
        waiting = []
        for finding in look.findings:
            check = by_id[finding.check]
            steps = tuple(check.plan(finding))
            plan = codec.plan_hash([Step(step.do) for step in steps]) if several else ""
            if plan in plans:
                continue  # two checks, one grant: one change
            change = None
            if self.is_trusted(check, finding):
                change = self.carry_out(check, finding, steps, look, outcome)
            if change:
                plans.add(plan)
                outcome.changes.append(change)
            else:
                waiting.append(finding)
        if waiting or not look.findings:
            self.remember(by_id, waiting, look, key, outcome)
        return outcome

    def is_trusted(self, check: Check, finding: Finding) -> bool:
        """Is it worth asking the guardrails at all?"""
        environment = self.settings.environment(finding)
        return (
            self.settings.mode(check.id, environment) is Mode.AUTO
            and check.risk_of(finding) is Risk.SAFE
        )

    def look(self, checks: Sequence[Check], key: str | None) -> Look:
        """Read one subject anew and judge it."""
        now = self.now()
        survey = Survey(checks, self.aws, now, only=key)
        outcomes = list(survey)
        return Look(
            findings=[one for one in outcomes if isinstance(one, Finding)],
            unknown=[one for one in outcomes if isinstance(one, Unknown)],
            items=survey.shown,
            at=now,
        )

    def carry_out(
        self,
        check: Check,
        finding: Finding,
        steps: Sequence[Step],
        look: Look,
        outcome: Outcome,
        *,
        crowd: tuple[int, int] = (0, 0),
        person: str = "",
        record: Record | None = None,
    ) -> Change | None:
        """Ask the guardrails; write the undo down; act; look again unless our own bell will ring."""
        environment = self.settings.environment(finding)
        case = guardrails.Case(
            check=check,
            finding=finding,
            steps=steps,
            mode=self.settings.mode(check.id, environment),
            now=self.now(),
            looked_at=look.at,
            stopped=self.stopped(),
            exemptions=self.exemptions(),
            zone=self.settings.time_zone,
            tags=read_tags(finding, self.aws),
            hands_off_tag=self.settings.hands_off_tag,
            record=record,
            person=person,
            crowd=crowd,
        )
        held = guardrails.ask(case)
        if not held:
            change = Change(
                id=f"ch-{secrets.token_hex(5)}",
                finding=finding,
                steps=steps,
                state=ChangeState.INTENDED,
                by=person or STEADYHAND,
                at=case.now,
                environment=environment,
                before=codec.canonical(look.items.get(check.id, ()), check.reads[0].volatile),
            )
            stands = self.ledger.intend(
                change,
                self.record_of(check, finding, steps, case.now),
                looked_at=look.at,
                day_ago=case.now - guardrails.DAY,
            )
            if stands is None:
                return self.act(check, change)
            held = guardrails.ask(replace(case, record=stands)) or Held(
                "busy", "somebody else dealt with it since it was looked at"
            )
        outcome.held[finding.id] = held
        return None

    def act(self, check: Check, change: Change) -> Change:
        """Do what was written down. Whatever happens, how it ended is written down too."""
        answers = list(change.answers)
        keeps = len(change.steps) > 1 or any(map(codec.waits, change.steps))
        try:
            for answer in self.actor.do(
                change.steps,
                check.writes,
                name=change.finding.id,
                region=change.finding.region,
                since=change.at,
                answers=answers,
            ):
                answers.append(answer)
                change = replace(change, answers=tuple(answers), state=ChangeState.ACTED)
                if keeps:
                    self.ledger.acted(change)
        except (Abandoned, Overreach) as failed:
            return self.fail(check, change, f"{failed}")
        except ReadFailed as failed:  # it may have been done all the same: look
            return self.verify(check, change, f"{failed}")
        if self.has_echo(check, change) and not keeps and change.by == STEADYHAND:
            return change
        return self.verify(check, change)

    def has_echo(self, check: Check, change: Change) -> bool:
        """Will our own change wake its own check? Then that look verifies it."""
        woken = {wake.action for wake in check.wakes if isinstance(wake, ApiCalled)}
        return all(step.do.action in woken for step in change.steps)

    def verify(self, check: Check, change: Change, failed: str = "") -> Change:
        """Look again until the bomb is gone, and conclude; else say that it is not.

        What failed is looked at twice, not for long: an answer may be lost, an effect is not.
        """
        for attempt in range(2 if failed else LOOKS):
            look = self.look([check], change.finding.key)
            if not look.unknown and change.finding.id not in {one.id for one in look.findings}:
                return self.concluded(check, change, look)
            self.aws.wait(0.1 * 2**attempt)
        return self.fail(check, change, failed or "it was done, but the effect did not show")

    def concluded(self, check: Check, change: Change, look: Look) -> Change:
        after = codec.canonical(look.items.get(check.id, ()), check.reads[0].volatile)
        done = replace(
            change,
            state=ChangeState.VERIFIED,
            after=after,
            ended_at=self.now(),
            answers=change.answers,
        )
        self.ledger.conclude(done, FindingStatus.FIXED)
        return done

    def fail(self, check: Check, change: Change, reason: str) -> Change:
        """What was half done is taken back, as far as it was done."""
        if change.answers and change.state is not ChangeState.UNDOING:
            try:
                self.actor.undo(
                    change.steps,
                    check.writes,
                    name=change.finding.id,
                    region=change.finding.region,
                    since=self.now(),
                    answers=change.answers,
                )
                reason += "; what was done is taken back"
            except (ReadFailed, Abandoned, Overreach) as again:
                reason += f"; taking it back failed too: {again}"
        failed = replace(change, state=ChangeState.FAILED, reason=reason, ended_at=self.now())
        self.ledger.conclude(failed, FindingStatus.OPEN)
        return failed

    def record_of(
        self, check: Check, finding: Finding, steps: Sequence[Step], now: datetime
    ) -> Record:
        """A finding as the ledger keeps it."""
        return Record(
            finding=finding,
            status=FindingStatus.OPEN,
            first_seen=now,
            changed_at=now,
            environment=self.settings.environment(finding),
            risk=check.risk_of(finding),
            plan=codec.plan_hash(steps),
        )

    def remember(
        self,
        checks: Mapping[str, Check],
        findings: Iterable[Finding],
        look: Look,
        key: str | None,
        outcome: Outcome,
    ) -> None:
        """Write down what is new, worse or gone; conclude changes whose effect shows."""
        unknown = {one.check for one in look.unknown}
        regions = {GLOBAL if check.is_global else self.aws.region for check in checks.values()}
        known: dict[str, Record] = {}
        for region in regions:
            known |= self.ledger.known(region, key)
        for finding in findings:
            check, old = checks[finding.check], known.get(finding.id)
            new = merged(old, self.record_of(check, finding, tuple(check.plan(finding)), look.at))
            held = outcome.held.get(finding.id) or self.waits(check, new)
            self.ledger.observe(replace(new, held=held), old)
        there = {finding.id for finding in look.findings}
        for record in known.values():
            if record.finding.check in checks and record.finding.check not in unknown:
                is_there = record.finding.id in there
                self.settle(checks[record.finding.check], record, is_there, look, outcome)

    def waits(self, check: Check, record: Record) -> Held | None:
        """Why nobody acts on it by itself, as far as it can be told without asking AWS more."""
        steps = tuple(check.plan(record.finding))
        case = guardrails.Case(
            check=check,
            finding=record.finding,
            steps=steps,
            mode=self.settings.mode(check.id, record.environment),
            now=record.changed_at,
            looked_at=record.changed_at,
            exemptions=self.exemptions(),
            zone=self.settings.time_zone,
            tags=record.finding.tags or {},
            hands_off_tag=self.settings.hands_off_tag,
            record=record,
        )
        return guardrails.ask(case)

    def settle(
        self, check: Check, record: Record, is_there: bool, look: Look, outcome: Outcome
    ) -> None:
        """What a look says of one remembered finding: fixed, gone, or still to be done."""
        if record.open_change:
            change = self.ledger.change(record.open_change)
            is_old = record.open_since and look.at - record.open_since > 2 * LEASE
            if change is None:
                return
            if change.state is ChangeState.UNDOING:
                if is_old:
                    outcome.changes.append(self.undone(check, change))
            elif not is_there:
                look = look if look.items else self.look([check], record.finding.key)
                outcome.changes.append(self.concluded(check, change, look))
            elif is_old:
                self.fail(check, change, "the worker went away before the effect showed")
        elif not is_there and record.status is FindingStatus.OPEN:
            gone = replace(record, status=FindingStatus.GONE, changed_at=look.at, held=None)
            self.ledger.observe(gone, record)
            outcome.gone.append(gone)

    def sweep(self, checks: Sequence[Check], *, apply: bool = True) -> Outcome:
        """Look at everything these checks judge; then ring for what may be mended."""
        survey = Survey(checks, self.aws, self.now())
        outcome = Outcome()
        for one in survey:
            if isinstance(one, Finding):
                outcome.findings.append(one)
            else:
                outcome.unknown.append(one)
        outcome.seen = survey.seen
        if not apply:
            return outcome
        by_id = {check.id: check for check in checks}
        look = Look(findings=outcome.findings, unknown=outcome.unknown, items={}, at=survey.now)
        eager = [one for one in outcome.findings if self.may_fix(by_id[one.check], one)]
        crowd = Counter(one.check for one in eager)
        for finding in eager:
            check = by_id[finding.check]
            count = (crowd[check.id], survey.seen[check.id])
            if held := guardrails.crowded(
                guardrails.Case(
                    check=check,
                    finding=finding,
                    steps=(),
                    mode=Mode.AUTO,
                    now=look.at,
                    looked_at=look.at,
                    crowd=count,
                )
            ):
                outcome.held[finding.id] = Held("crowded", held)
        self.remember(by_id, outcome.findings, look, None, outcome)
        subjects = {(one.check, one.key): None for one in eager if one.id not in outcome.held}
        for check_id, key in subjects:
            woken_now = self.on_event([by_id[check_id]], key)
            outcome.changes += woken_now.changes
            outcome.held |= woken_now.held
            outcome.unknown += woken_now.unknown
        return outcome

    def may_fix(self, check: Check, finding: Finding) -> bool:
        """Would we act on it by ourselves, as far as it can be told from here?"""
        return self.is_trusted(check, finding) and any(True for _ in check.plan(finding))

    # What a person asks for goes the same road.

    def fix(self, check: Check, record: Record, person: str, plan: str = "") -> Change:
        """Mend one finding because a person says so; `plan` is the hash of what they saw."""
        return requests.fix(self, check, record, person, plan)

    def undo(self, check: Check, change: Change, person: str) -> Change:
        """Take one change back, if nobody changed the resource since."""
        return requests.undo(self, check, change, person)

    def undone(self, check: Check, change: Change) -> Change:
        """Look until it is as it was before, and conclude; say so where it is not exactly so."""
        volatile = check.reads[0].volatile
        reason = "it does not look as it did before"
        for attempt in range(LOOKS):
            look = self.look([check], change.finding.key)
            here = codec.canonical(look.items.get(check.id, ()), volatile)
            if codec.text(here) == codec.text(change.before):
                reason = ""
                break
            self.aws.wait(0.1 * 2**attempt)
        done = replace(change, state=ChangeState.UNDONE, reason=reason, ended_at=self.now())
        self.ledger.conclude(done, FindingStatus.OPEN, tried=False)
        return done


def in_force(ledger: Ledger, now: Callable[[], datetime]) -> Callable[[], Sequence[Exemption]]:
    """The exemptions, read at most every 20 seconds. What a person exempts by hand counts at once."""
    kept: list[Exemption] = []
    read_at: list[datetime] = []

    def exemptions() -> Sequence[Exemption]:
        if not read_at or now() - read_at[0] > timedelta(seconds=20):
            kept[:] = ledger.exemptions()
            read_at[:] = [now()]
        return kept

    return exemptions
