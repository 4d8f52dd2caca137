"""APIs that answer with errors of their own since they were deployed: how REST and HTTP APIs are judged."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, NamedTuple

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity
from steadyhand.model.knobs import Range

LATELY = timedelta(days=1)


class Api(NamedTuple):
    """One API as it is judged: when each of its stages was changed, and what it answered in the last hour."""

    key: str
    arn: str
    name: str
    stages: dict[str, datetime]
    errors: int
    requests: int
    tags: dict[str, str]


class FailingApi(Check):
    """Judged alike, by whatever API Gateway calls the numbers of a kind of API."""

    severity = Severity.HIGH
    risk = Risk.ADVICE
    consequence = "Whoever calls it gets errors, until somebody goes back."
    short = "fails since a deploy"
    hours_lost = (1, 4)

    percent: Annotated[int, Range(1, 100, "percent")] = 5
    """What part of its requests in an hour must have failed."""

    failures: Annotated[int, Range(1, 1_000_000, "times")] = 5
    """How often it must have failed in that hour."""

    @abstractmethod
    def apis(self, account: Account) -> Iterator[Api]:
        """Every API of the account."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        for api in self.apis(account):
            fresh = {name: at for name, at in api.stages.items() if now - LATELY <= at <= now}
            is_bad = api.errors >= self.failures and api.errors * 100 >= api.requests * self.percent
            if not fresh or not is_bad:
                continue
            stage = max(fresh, key=lambda name: (fresh[name], name))
            yield self.finding(
                account,
                resource=api.arn,
                key=api.key,
                summary=(
                    f"{api.name} answered {api.errors} of {max(api.requests, api.errors)} requests of the"
                    f" last hour with an error of its own; its stage {stage} was changed on"
                    f" {fresh[stage].astimezone(UTC):%d %B %Y at %H:%M} UTC"
                ),
                tags=api.tags,
                errors=api.errors,
                requests=api.requests,
                stage=stage,
            )


def total(counts: Sequence[float]) -> int:
    """A number that was measured in parts."""
    return round(sum(counts))
