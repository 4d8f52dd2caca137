"""Goes on with a change, in both directions: look, turn the machine, write down, call.

Whoever is called may do it: an event, a sweep, a delayed message, a person. Versions fence. It has
no code for recovery: a worker that died is the same as one that waits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from steadyhand.check import Check
from steadyhand.engine.changes import guardrails, machine
from steadyhand.engine.changes.actor import Actor, NotSent, Overreach
from steadyhand.engine.changes.authentic import Unlike, planned_anew
from steadyhand.engine.changes.guardrails import Case
from steadyhand.engine.changes.look import Looking
from steadyhand.engine.changes.machine import LEASE, Then
from steadyhand.engine.reading import Aws
from steadyhand.engine.tags import read_tags
from steadyhand.ledger.change_rows import due
from steadyhand.ledger.queries import status
from steadyhand.ledger.table import Ledger
from steadyhand.model import (
    STEADYHAND,
    Became,
    Change,
    ChangeState,
    Exemption,
    Held,
    Mode,
    ReadFailed,
    Seen,
    Step,
    filled,
)
from steadyhand.settings.values import Settings

BUSY = re.compile(
    r"Throttl|RequestLimit|TooManyRequests|SlowDown|ServiceUnavailable|PriorRequestNotComplete"
    r"|InvalidDBInstanceState|OperationAborted|ConcurrentModification|QueueDeletedRecently"
    r"|VolumeModificationRateExceeded|IncorrectModificationState"
)
"""Refusals that hold for now: nothing was done, and later it may be."""


PASSES = ("stopped", "cooling")
"""Guardrails that hold a change on its way for a while: it is not given up."""


def forget(name: str, region: str, at: datetime) -> None:
    """Nobody is told to look again: the next sweep does."""


@dataclass(frozen=True, kw_only=True)
class Worker:
    """All that is needed to look after one region of one account.

    `checks` gives a check by its name. `stopped` says why everything stands still, or nothing.
    `exemptions` are those in force. `remind` has somebody look again then: at a change or
    a finding, by its id, in its region.
    """

    aws: Aws
    ledger: Ledger
    settings: Settings
    actor: Actor
    checks: Callable[[str], Check]
    stopped: Callable[[], str]
    exemptions: Callable[[], Sequence[Exemption]]
    now: Callable[[], datetime]
    remind: Callable[[str, str, datetime], None] = forget
    sizes: dict[str, int] = field(default_factory=dict)

    def advance(self, change: Change, *, proven: bool = False) -> Change:
        """Turn the machine until it rests or waits. `proven`: its own echo names this change."""
        if is_cooling(change, self.now()):
            self.again(change)
            return change
        return self.turned(change, proven=proven)

    def turned(self, change: Change, *, proven: bool) -> Change:
        """The same, whatever time it is."""
        plan = self.plan(change)
        if proven and change.sent_at and change.current is not None:
            change = change.with_step(change.current, proven=True)
        while change.state.moves and (step := change.current) is not None:
            at = self.now()  # a look is as old as its beginning
            seen = self.see(plan, change, step)
            then, new = machine.turn(change, seen, at)
            if then is Then.SEND and (held := self.held_again(plan, change, seen)):
                if held.guardrail == "frozen":
                    return change  # neither on nor back: a sweep goes on once the window ends
                waits = held.guardrail in PASSES or change.state is not ChangeState.DOING
                then, new = (Then.WAIT, change) if waits else (Then.FAIL, held_up(change, held))
                if held.guardrail == "cooling" and change.waits != held.reason:
                    told = waiting(change, held, seen)
                    change = self.ledger.write(told, self.now()) or change
            if then is Then.WAIT:
                self.again(change)
                return self.proved(change) if change.steps[step].proven else change
            if then in (Then.DONE, Then.FOUND) and new.state.moves:
                change = new  # written down with the next call
                continue
            written = self.record(change, new)
            if written is None:
                return self.proved(change)
            change = self.send(written, step) if written.sent_at else written
            if written.sent_at and not change.sent_at and change.current == step:
                self.again(change)
                return change  # AWS was busy: a later look sends again
        return change

    def again(self, change: Change) -> None:
        """Have somebody look at a change when it is due."""
        self.remind(change.id, change.finding.region, due(change, self.now()))

    def proved(self, change: Change) -> Change:
        """What somebody faster wrote down, with the proof that AWS answered us or named the change."""
        latest = self.ledger.change(change.id)
        if latest is None:
            return change
        ours = (Became.SENT, Became.DONE)
        steps = tuple(
            replace(one, proven=True) if mine.proven and one.became in ours else one
            for one, mine in zip(latest.steps, change.steps, strict=True)
        )
        if steps == latest.steps:
            return latest
        return self.ledger.write(replace(latest, steps=steps), self.now(), "prove") or latest

    def plan(self, change: Change) -> tuple[Step, ...]:
        """The check's own plan of it, made anew. Where it is another, the change comes to rest."""
        check = self.checks(change.finding.check)
        try:
            return planned_anew(check, change, self.aws.account, self.aws.region)
        except Unlike as unlike:
            if change.state.moves:
                failed = replace(change, state=ChangeState.FAILED, sent_at=None, reason=f"{unlike}")
                self.ledger.write(failed, self.now(), "free")
            raise

    def record(self, change: Change, new: Change) -> Change | None:
        """Write the next version down; before a call also ask that the parts are still ours."""
        sends = bool(new.sent_at)
        parts = "ask" if sends else "" if new.state.moves else "free"
        written = self.ledger.write(new, self.now(), parts)
        if written or not sends or new.state is not ChangeState.DOING:
            return written
        latest = self.ledger.change(change.id)
        if latest is None or latest.version != change.version:
            return None
        new = held_up(change, Held("exempt", "somebody exempted it meanwhile"))
        return self.ledger.write(new, self.now(), "" if new.state.moves else "free")

    def send(self, change: Change, step: int) -> Change:
        """The call itself, written down already. An answer is only believed where it says no."""
        plan = self.plan(change)[step]
        call = plan.do if change.state is ChangeState.DOING else plan.undo
        if call is None or change.sent_at is None or self.now() - change.sent_at > LEASE:
            return change  # away too long: it is somebody else's now
        finding = change.finding
        permits = self.checks(finding.check).writes
        try:
            call = filled(call, change, step)
            self.actor.send(call, permits, name=change.id, region=finding.region)
        except (Overreach, KeyError) as wild:
            return self.conclude(change, machine.refused(change, step, f"{wild}"))
        except NotSent as not_sent:
            if status(not_sent.failed) in range(400, 500) and not BUSY.search(not_sent.failed.code):
                return self.conclude(change, machine.refused(change, step, f"{not_sent}"))
            return self.conclude(change, machine.postponed(change))
        except ReadFailed as failed:
            if BUSY.search(failed.code):
                return self.conclude(change, machine.postponed(change))
            if status(failed) not in range(400, 500):  # it may have been done: it is looked at
                return self.out(change)
            if change.attempts > 1:
                return self.out(machine.doubted(change, f"{failed}"))
            return self.conclude(change, machine.refused(change, step, f"{failed}"))
        return self.out(change.with_step(step, proven=True))

    def out(self, change: Change) -> Change:
        """A call that is out, or may be. Where it was held up beyond its lease, its time begins only now."""
        now = self.now()
        if change.sent_at and now - change.sent_at > LEASE:
            change = replace(change, sent_at=now)
        elif not change.waits:
            return change
        return self.ledger.write(change, now) or change

    def conclude(self, change: Change, new: Change) -> Change:
        """Write down that AWS said no; whoever saw it done meanwhile saw somebody else's."""
        if written := self.ledger.write(new, self.now(), "" if new.state.moves else "free"):
            return written
        latest = self.ledger.change(change.id) or change
        verified = latest.state is ChangeState.VERIFIED and len(latest.steps) == 1
        if new.state is ChangeState.FAILED and verified:
            theirs = machine.became(latest, 0, Became.THEIRS)
            theirs = replace(theirs, state=ChangeState.THEIRS, reason=new.reason)
            return self.ledger.write(theirs, self.now()) or latest
        return latest

    def see(self, plan: Sequence[Step], change: Change, step: int) -> Seen | None:
        """A fresh look at one part; None where it cannot be seen."""
        looking = Looking(aws=self.aws, at=self.now())
        fill = partial(filled, change=change, step=step)
        try:
            return looking.see(plan[step].owns.look(), fill)
        except (ReadFailed, KeyError, TypeError, ValueError, AttributeError):
            return None  # unseen, or an answer cut off: that is not unchanged, so we wait

    def held_again(self, plan: Sequence[Step], change: Change, seen: Seen | None) -> Held | None:
        """What is asked before a later step: what a person asked for needs no trust again."""
        doing = change.state is ChangeState.DOING
        step = change.current
        case = Case(
            check=self.checks(change.finding.check),
            finding=change.finding,
            steps=plan,
            mode=Mode.AUTO,
            now=self.now(),
            looked_at=self.now(),
            stopped=self.stopped(),
            exemptions=self.exemptions() if doing else (),
            tags=self.tags_of(plan[step], seen) if doing and step is not None else {},
            hands_off_tag=self.settings.hands_off_tag,
            zone=self.settings.time_zone,
            freeze=self.settings.freeze,
            during_freeze=change.by != STEADYHAND,
            person=change.by,
            not_before=seen.not_before if seen else None,
        )
        return guardrails.ask(case, guardrails.AGAIN if doing else guardrails.BACK)

    def tags_of(self, step: Step, seen: Seen | None) -> Mapping[str, Mapping[str, str] | None]:
        """The tags of the resource a step writes to, as just seen, else read now."""
        on = step.owns.on
        return {on: seen.tags if seen and seen.tags is not None else read_tags(on, self.aws)}

    def disturbed(self, change: Change, by: str) -> Change:
        """Somebody worked on it between two steps: what the first saw may hold no more."""
        waits = change.state is ChangeState.DOING and change.steps[-1].became is Became.NOTHING
        if not by or not waits or change.wish:
            return change
        wish = replace(change, wish=STEADYHAND, reason=f"{by} worked on it meanwhile")
        return self.ledger.write(wish, self.now()) or change


def held_up(change: Change, held: Held) -> Change:
    """A guardrail forbids the next step: what was done before it is undone."""
    return machine.given_up(change, held.reason, ours=True)


def waiting(change: Change, held: Held, seen: Seen | None) -> Change:
    """Why it waits, and until when where AWS says so."""
    until = seen.not_before if seen and held.guardrail == "cooling" else None
    return replace(change, waits=held.reason, not_before=until)


def is_cooling(change: Change, now: datetime) -> bool:
    """Would AWS refuse its next call, which nobody takes back? Then nothing is looked at until that time."""
    undoes = change.state is not ChangeState.DOING or not change.wish
    return change.not_before is not None and now < change.not_before and undoes


def in_force(ledger: Ledger, now: Callable[[], datetime]) -> Callable[[], Sequence[Exemption]]:
    """The exemptions, read at most every 20 seconds. What a person exempts by hand counts at once."""
    kept: list[Exemption] = []
    read_at: list[datetime] = []

    def exemptions() -> Sequence[Exemption]:
        if not read_at or now() - read_at[0] > timedelta(seconds=20):
            kept[:] = ledger.exemptions_to_obey()
            read_at[:] = [now()]
        return kept

    return exemptions
