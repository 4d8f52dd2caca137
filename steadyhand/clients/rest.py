"""What clients of an HTTP API with a token have in common: a pace that its owner sets, pages, and failures by name.

A question is a path of an API whose host is fixed, so the token is sent to nobody else: no redirection is
followed. The token is given with each question, kept nowhere, and in no word of a failure. Every question only
reads, so one that was not answered is asked again; an answer that is cut off, is no JSON or has another shape is
a failure and never an empty list.
"""

from __future__ import annotations

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from steadyhand.clients.https import Https, Reply
from steadyhand.model import Answer, MalformedAnswer, Params, ReadFailed

MOST = 4 * 1024 * 1024
"""Bytes of a page."""

TRIES = 3
PATIENCE = 20.0
"""Seconds that are waited for a service that asks for it; where it asks for more, the read failed."""

UNTOLD = 60.0
"""Seconds for which a service is left alone that says "too often", and not how long: as GitHub asks
(docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api)."""


@dataclass(kw_only=True)
class Rest(ABC):
    """One API. `called` is how people call it, `origin` its host with the path that all questions begin with.

    `https`, `clock` (seconds since 1970) and `sleep` are others in tests alone.
    """

    called: ClassVar[str]
    accept: ClassVar[str] = "application/json"
    spare: ClassVar[int]
    """Questions that are left to whoever else uses the token."""

    origin: str
    https: Https = field(default_factory=lambda: Https(most=MOST))
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    silent_until: float = 0.0

    def ask(self, params: Params, token: str) -> Answer:
        """One page at `Path`: its `result`, and `Next`, the parameters of the page that follows."""
        path = str(params["Path"])
        for attempt in range(TRIES):
            self.keep_silent()
            try:
                return self.read(path, self.once(path, token))
            except ReadFailed as failed:
                if failed.code not in {"NoAnswer", "TimedOut", "Throttled"} or attempt == TRIES - 1:
                    raise
            self.sleep(0.5 * 2**attempt)
        raise AssertionError

    def once(self, path: str, token: str) -> Reply:
        """One question and its answer, whatever that is."""
        said = self.https.get(
            f"{self.origin}{path}", accept=self.accept, more=self.authorised(token)
        )
        if (seconds := self.pause(said)) > 0:
            self.silent_until = self.clock() + seconds
        return said

    def keep_silent(self) -> None:
        """Wait as long as the service asked for, where that is not too long."""
        left = self.silent_until - self.clock()
        if left > PATIENCE:
            raise ReadFailed("Throttled", f"{self.called} asks for less, for {left:.0f} seconds")
        if left > 0:
            self.sleep(left)

    def read(self, path: str, said: Reply) -> Answer:
        """The page, or why it is none."""
        if said.status == 200:
            return self.page(path, said, self.parsed(said.body))
        raise self.failure(said)

    def failure(self, said: Reply) -> ReadFailed:
        """What another status than 200 means; nothing of the body is told on."""
        if self.is_too_often(said):
            return ReadFailed("Throttled", f"{self.called} was asked too often")
        if said.status == 401:
            return ReadFailed("TokenRefused", f"{self.called} does not know the token (401)")
        if said.status == 403:
            return ReadFailed("TokenTooNarrow", f"{self.called}: the token may not read that (403)")
        if said.status == 404:
            return ReadFailed("NotFound", f"{self.called} shows nothing there to this token (404)")
        if 300 <= said.status < 400:
            return ReadFailed("Moved", f"{self.called} sends elsewhere, where no token is sent")
        code = "NoAnswer" if said.status >= 500 else "Refused"
        return ReadFailed(code, f"{self.called} answered {said.status}")

    def parsed(self, body: bytes) -> Any:
        """JSON, whole."""
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise self.malformed() from error

    def malformed(self) -> MalformedAnswer:
        """An answer that is not what was promised."""
        return MalformedAnswer(f"{self.called} gave an answer that cannot be read")

    def is_too_often(self, said: Reply) -> bool:
        """Does it say so?"""
        return said.status == 429

    def pause(self, said: Reply) -> float:
        """For how many seconds it wants to be left alone, after this answer."""
        if (wanted := number(said.head.get("retry-after"))) is not None:
            return wanted
        if (left := self.left(said.head)) and left[0] <= self.spare:
            return max(left[1], 0.0)
        return UNTOLD if self.is_too_often(said) else 0.0

    @abstractmethod
    def authorised(self, token: str) -> Mapping[str, str]:
        """What the head of a question says."""

    @abstractmethod
    def page(self, path: str, said: Reply, body: Any) -> Answer:
        """The `result` of a good answer, and `Next` where a page follows."""

    @abstractmethod
    def left(self, head: Mapping[str, str]) -> tuple[float, float] | None:
        """How many questions are left, and in how many seconds there are more; None where it is not told."""


def number(text: str | None) -> float | None:
    """A number that a head says; None where it says none."""
    plain = (text or "").strip()
    return float(plain) if plain.isascii() and plain.isdigit() and len(plain) < 12 else None


def linked(said: Reply, origin: str) -> dict[str, Any]:
    """The page that a `Link` names as the next one (RFC 8288), if it is of the same API."""
    for one in said.head.get("link", "").split(","):
        target, _, kinds = one.strip().partition(";")
        if 'rel="next"' in kinds.replace(" ", "") and target[:1] + target[-1:] == "<>":
            url = target[1:-1]
            if not url.startswith(f"{origin}/"):
                raise ReadFailed("Moved", "the next page is elsewhere, where no token is sent")
            return {"Next": {"Path": url.removeprefix(origin)}}
    return {}
