"""How a call to AWS fails, and what may be done about it: asked again, waited for, or given up.

Codes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html and the list of
the SDKs, https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from threading import local
from typing import Any

from botocore.exceptions import BotoCoreError, ConnectTimeoutError, ReadTimeoutError

from steadyhand.aws.parsers import Unparsed
from steadyhand.model import Call, MalformedAnswer, ReadFailed

NOT_DONE = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
"""Throttling: AWS refused the call before it did anything, so even a write may be repeated."""

NO_CODE = "NoCode"
TRIES = 4
"""How often a read is tried whose answer is none: a proxy, or a front too busy to say more."""

NOT_SPOKEN = (404, 405, 501)
"""How a front answers that does not know what it is asked at all: that is as certain as a code of AWS."""

DROPPED, HUNG = 3, 2
"""How often botocore sends a call whose connection breaks, or that nobody answers."""

PAUSE = 30.0
"""Seconds for which a service that did not answer `HUNG` calls in a row is asked no more."""


def is_again(failed: ReadFailed, sent: int, attempts: int) -> bool:
    """May it be sent once more, after `sent` times? `attempts`: what botocore was allowed; with one, it is a write."""
    if attempts == 1:
        return failed.code in NOT_DONE
    is_none = isinstance(failed, MalformedAnswer) or failed.code == NO_CODE
    may_heal = status_of(failed.answer) not in NOT_SPOKEN
    return is_none and may_heal and sent < min(TRIES, attempts)


def status_of(answer: Mapping[str, Any]) -> int:
    """The status of HTTP; 0 where nothing was answered."""
    return int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def reason_of(call: Call, answer: Mapping[str, Any], said: str = "") -> tuple[str, str]:
    """The code and the reason of an error. botocore makes a code of the status where there is none.

    What a proxy wrote is not repeated: it may be anybody's text.
    """
    error = answer.get("Error") or {}
    code = str(error.get("Code") or "")
    if code and not code.isdigit():
        return code, said or f"{error.get('Message') or code}"
    status = status_of(answer) or "none"
    return NO_CODE, f"{call.action} was refused with status {status}, and AWS did not say why"


class Tries(local):
    """How often botocore has sent a call, as it asks whether to send it once more."""

    count = 1

    def enough(self, attempts: int, caught_exception: Any = None, **_: Any) -> None:
        """No more of this, where a connection broke or hangs: raised through botocore."""
        self.count = attempts
        if caught_exception is None:
            return
        if attempts >= (HUNG if is_silence(caught_exception) else DROPPED):
            raise caught_exception

    def made(self) -> int:
        """How often it was sent; the next call begins at one."""
        count, self.count = self.count, 1
        return count


class Silence:
    """Which services answer nothing at all: asked on, each call of a scan would wait in full."""

    def __init__(self) -> None:
        self.hung: dict[str, int] = {}
        self.until: dict[str, tuple[float, ReadFailed]] = {}

    def broken(self, service: str) -> None:
        """Raise what the last calls ended with, while it is no use to ask."""
        if not self.until:
            return
        until, failed = self.until.get(service, (0.0, None))
        if failed and time.monotonic() < until:
            raise ReadFailed(failed.code, failed.reason)

    def heard(self, service: str, error: Exception) -> ReadFailed:
        """A call that ended without an answer."""
        if not is_silence(error):
            if isinstance(error, BotoCoreError):
                return ReadFailed(type(error).__name__, str(error))
            if isinstance(error, Unparsed):
                head = {"ResponseMetadata": {"HTTPStatusCode": error.status}}
                return MalformedAnswer(str(error), head)
            lost = (
                f"what came back is no answer of AWS: botocore made a {type(error).__name__} of it"
            )
            return MalformedAnswer(lost)
        failed = ReadFailed(type(error).__name__, str(error))
        self.hung[service] = self.hung.get(service, 0) + 1
        if self.hung[service] >= HUNG:
            self.until[service] = (time.monotonic() + PAUSE, failed)
        return failed

    def ended(self, service: str) -> None:
        """It answers."""
        if self.hung:
            self.hung.pop(service, None)
            self.until.pop(service, None)


def is_silence(error: object) -> bool:
    """Did nobody answer in time?"""
    return isinstance(error, ConnectTimeoutError | ReadTimeoutError)
