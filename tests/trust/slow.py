"""A slow AWS before moto: a write is answered at once and shows later, by the facts of the emulator's slow mode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from emulator.bridge import settling
from steadyhand.model import Answer, Call
from tests.trust.lab import is_read, no


@dataclass
class Later:
    """One write that does not show yet."""

    due: datetime
    call: Call
    go: Callable[[], Answer]


@dataclass
class Slow:
    """What is on its way, and what of it is seen already."""

    queue: list[Later] = field(default_factory=list)
    pending: list[tuple[datetime, str, str]] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Is anything on its way?"""
        return bool(self.queue or self.pending)

    def land(self, now: datetime) -> None:
        """What is due happens. What cannot happen any more is lost without a word."""
        for one in [one for one in self.queue if one.due <= now]:
            self.queue.remove(one)
            try:
                answer = one.go()
            except Exception:  # noqa: BLE001 - nobody is there to hear of it
                continue
            self.begun(one.call.action, answer, one.due)
        self.pending = [one for one in self.pending if one[0] > now]

    def begun(self, action: str, answer: Answer, at: datetime) -> None:
        """What a write made is there and not ready."""
        until = at + timedelta(seconds=settling.seconds(action))
        self.pending += [(until, action, name) for name in settling.made(action, answer)]

    def ask(self, call: Call, go: Callable[[], Answer], now: datetime) -> Answer:
        """A read shows what has settled; a write begins to."""
        self.land(now)
        if is_read(call.action):
            answer = settling.shown(go(), self.under_way())
            return settling.unready(answer, [(action, name) for _, action, name in self.pending])
        if call.action in settling.AT_ONCE:
            answer = go()
            self.begun(call.action, answer, now)
            return answer
        if error := settling.refusal(call.action, call.params, self.under_way()):
            raise no(error)
        due = now + timedelta(seconds=settling.seconds(call.action))
        self.queue.append(Later(due, call, go))
        return {}

    def under_way(self) -> list[settling.Write]:
        """The writes that do not show yet."""
        return [(one.call.action, one.call.params) for one in self.queue]
