"""The door: a request of a person comes in, and goes the way that machines go, under the person's proven name.

Settings, guardrails and plans are those of what is deployed, whatever lies in the caller's folder. Nothing is done
before AWS said who asks, the owner's list has them, and the request is the first of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from steadyhand.aws import proof
from steadyhand.catalogue import discovery as catalogue
from steadyhand.check import Check
from steadyhand.engine.ask import answer, request
from steadyhand.engine.ask.operators import is_operator
from steadyhand.engine.ask.request import MalformedRequest, OtherProtocol, Request, word
from steadyhand.engine.changes.refused import Refused
from steadyhand.engine.reconcile import Reconciler
from steadyhand.ledger import codec
from steadyhand.ledger.change_rows import Forged
from steadyhand.ledger.table import Ledger
from steadyhand.model import GLOBAL, Exemption, Held, Lane, ReadFailed, Record, Risk
from steadyhand.rhythm.backlog.moves import item_id, note_of
from steadyhand.settings.local_date import in_utc
from steadyhand.settings.values import Settings
from steadyhand.triggers import EVERY

Said = Mapping[str, Any]
FINDING = re.compile(r"fi-[0-9a-f]{10}")
CHANGE = re.compile(r"ch-[0-9a-f]{10}")
ITEM = re.compile(r"it-[0-9a-f]{10}")
PLAN = re.compile(r"[0-9a-f]{16}")


class Denied(Exception):
    """Who asks may not, or not like this. One sentence."""


@dataclass(frozen=True, kw_only=True)
class Door:
    """`ledger` seals what it writes. `endpoint` is the emulator's, where this runs on one."""

    account: str
    partition: str
    home: str
    version: str
    settings: Settings
    ledger: Ledger
    reconcilers: Callable[[str], Reconciler]
    checks: Callable[[str], Check]
    now: Callable[[], datetime]
    endpoint: str = ""

    def answer(self, event: Any) -> dict[str, Any]:
        """What becomes of a request. Every no is a sentence; nothing is done then."""
        try:
            asked = request.read(event)
            said = self.done(asked, self.admitted(asked))
        except OtherProtocol as other:
            said = answer.denied("protocol", str(other))
        except (MalformedRequest, proof.Unproven, Denied) as no:
            said = answer.denied(type(no).__name__.lower(), str(no))
        except Refused as refused:
            said = answer.refused(refused)
        except Forged as forged:
            said = answer.refused(Refused(Held("forged", str(forged))))
        except ReadFailed as failed:
            said = {"failed": {"code": failed.code, "reason": failed.reason}}
        return {"protocol": request.PROTOCOL, "version": self.version} | said

    def admitted(self, asked: Request) -> str:
        """The ARN of who asks, once it is proven, on the owner's list, and said for the first time."""
        caller = proof.confirmed(
            asked.proof,
            function=request.function_arn(self.partition, self.home, self.account),
            body=asked.body,
            region=self.home,
            partition=self.partition,
            now=self.now(),
            endpoint=self.endpoint,
        )
        if caller.account != self.account:
            raise Denied(f"{caller.arn} is of another account")
        if not is_operator(caller.arn, self.settings.operators):
            raise Denied(f"{caller.arn} is not among the operators of [owner] in what is deployed")
        told = {"by": caller.arn, "user": caller.user_id, "verb": asked.verb, "said": asked.said}
        if not self.ledger.asked(asked.nonce, self.now(), told):
            raise Denied("this was asked before, and is done once; look what became of it")
        return caller.arn

    def done(self, asked: Request, person: str) -> dict[str, Any]:
        """One verb, in the name of a person."""
        verbs: Mapping[str, Callable[[Said, str], dict[str, Any]]] = {
            "fix": self.fix,
            "approve": self.approve,
            "undo": self.undo,
            "exempt": self.exempt,
            "move": self.move,
            "react": self.react,
        }
        if asked.verb not in verbs:
            raise MalformedRequest("this request wants what nobody can do here")
        return verbs[asked.verb](asked.said, person)

    # What may be asked.

    def fix(self, said: Said, person: str) -> dict[str, Any]:
        """Fix a finding whose fix is safe."""
        return self.fixed(said, person, approved=False)

    def approve(self, said: Said, person: str) -> dict[str, Any]:
        """Fix a finding whose fix may affect users."""
        return self.fixed(said, person, approved=True)

    def fixed(self, said: Said, person: str, *, approved: bool) -> dict[str, Any]:
        name, plan = word(said, "finding", FINDING), word(said, "plan", PLAN)
        record = self.record(name)
        check = self.check(record.finding.check)
        if not approved and check.risk_of(record.finding) is Risk.APPROVAL:
            why = "its fix may affect users in production, so it is approved, not just done"
            raise Refused(Held("approval", why))
        there, during = self.reconciler(record.finding.region), said.get("during_freeze") is True
        done = there.fix(check, record, person, plan=plan, during_freeze=during)
        return answer.changed(done, self.now())

    def undo(self, said: Said, person: str) -> dict[str, Any]:
        """Undo a change, by the calls that were shown."""
        name, plan = word(said, "change", CHANGE), word(said, "plan", PLAN)
        change = self.ledger.change(name)
        if change is None:
            raise Refused(Held("state", f"there is no change {name}"))
        if codec.plan_hash(change.steps) != plan:
            raise Refused(Held("stale", "its calls are not the ones you saw; look again"))
        undone = self.reconciler(change.finding.region).undo(change, person)
        return answer.changed(undone, self.now())

    def exempt(self, said: Said, person: str) -> dict[str, Any]:
        """Let a finding, a resource or a check be, until a day."""
        scope, because = word(said, "scope"), word(said, "because").strip()
        try:
            until = datetime.fromisoformat(word(said, "until"))
            is_over = until <= self.now()
            until = in_utc(until)
        except (TypeError, ValueError):
            raise MalformedRequest("this request has no until") from None
        if is_over:
            raise Refused(Held("over", "an exemption ends in the future"))
        concerned = self.concerned(scope)
        word_of = Exemption(scope=scope, until=until, because=because, by=person, at=self.now())
        self.ledger.exempt(word_of, concerned)
        return {"wrote": len(concerned)}

    def concerned(self, scope: str) -> list[Record]:
        """The findings that an exemption of this whole scope is about."""
        if FINDING.fullmatch(scope):
            return [self.record(scope)]
        is_check = scope in catalogue.places()
        found = [
            one
            for one in self.ledger.records()
            if scope == (one.finding.check if is_check else one.finding.resource)
        ]
        if not found and not is_check:
            raise Refused(Held("gone", f"the ledger has no finding about {scope}"))
        return found

    def move(self, said: Said, person: str) -> dict[str, Any]:
        """Put an item of the backlog into another lane."""
        item, because = word(said, "item", ITEM), word(said, "because").strip()
        lane = word(said, "lane")
        if lane not in set(Lane):
            raise MalformedRequest("the lane of this request is none")
        about = [
            one.finding.id
            for one in self.ledger.records()
            if item == item_id(one.finding.account, one.finding.check, one.environment)
        ]
        self.ledger.note(note_of(item, Lane(lane), person, because, self.now(), findings=about))
        return {"wrote": 1}

    def react(self, said: Said, person: str) -> dict[str, Any]:
        """Look again at one subject, and do what may be done without a person's word."""
        del person
        names, key = said.get("checks"), word(said, "key")
        if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
            raise MalformedRequest("this request has no checks")
        checks = [self.check(one) for one in dict.fromkeys(names)]
        there = self.reconciler(word(said, "region"))
        woken = there.sweep(checks) if key == EVERY else there.on_event(checks, key)
        return answer.outcome(woken, self.now())

    # What it is about.

    def record(self, name: str) -> Record:
        """What the ledger knows of a finding."""
        found = self.ledger.record(name)
        if found is None:
            raise Refused(Held("gone", f"the ledger has no finding {name}"))
        return found

    def check(self, name: str) -> Check:
        """One of our checks."""
        if name not in catalogue.places():
            raise MalformedRequest("this request names a check that is not deployed")
        return self.checks(name)

    def reconciler(self, region: str) -> Reconciler:
        """The engine of a region that the owner named."""
        where = self.home if region == GLOBAL else region
        if where not in {self.home, *self.settings.regions}:
            raise Refused(Held("region", f"{where} is not among the regions of what is deployed"))
        return self.reconcilers(where)
