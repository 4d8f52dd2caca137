"""For what moto does not know: recorded answers that botocore's model of AWS vouches for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Self

import botocore.session
from botocore.validate import ParamValidator

from steadyhand.check import Check
from steadyhand.engine.survey import Survey
from steadyhand.model import Answer, Call, Finding, ReadFailed
from steadyhand.source import NOT_AWS
from tests.canonical import ACCOUNT, REGION, asks
from tests.verbs import NOW

BOTO = botocore.session.Session()

Told = Answer | ReadFailed
Said = Mapping[str, Told | Callable[[Mapping[str, Any]], Told]]
"""What AWS answers, by operation: always the same, or by what it is asked."""


class Recorded:
    """A client of AWS that answers from recordings; neither question nor answer can lie about shapes."""

    account, partition, region = ACCOUNT, "aws", REGION

    def __init__(self, said: Said) -> None:
        self.said, self.counts, self.waited = said, Counter[str](), 0.0

    def ask(self, call: Call) -> Answer:
        self.counts[call.action] += 1
        assert call.action in self.said, (
            f"{call.action} is asked, and nothing says what AWS answers"
        )
        said = self.said[call.action]
        answer: Told = said(call.params) if callable(said) else said
        if isinstance(answer, ReadFailed):
            raise answer
        if call.service in NOT_AWS:  # botocore knows AWS alone
            return answer
        model = BOTO.get_service_model(call.service).operation_model(call.operation)
        if model.input_shape:
            vouch(call.params, model.input_shape)
        vouch(answer, model.output_shape)
        return answer

    def pages(self, call: Call) -> Iterator[Answer]:
        yield self.ask(call)

    def wait(self, seconds: float) -> None:
        self.waited += seconds

    def elsewhere(self, region: str) -> Self:
        del region
        return self

    def in_role(self, name: str) -> Self:
        return self

    def soon(self, service: str, job: Callable[..., None], *args: Any) -> None:
        job(*args)


def vouch(value: Any, shape: Any) -> None:
    wrong = ParamValidator().validate(value, shape)
    assert not wrong.has_errors(), wrong.generate_report()


def outcomes(check: Check, said: Said, now: datetime = NOW, only: str | None = None) -> list[Any]:
    """Everything a survey says."""
    return list(Survey([check], Recorded(said), now, only=only))


def spot(check: Check, said: Said, keys: Iterable[str], now: datetime = NOW) -> list[Finding]:
    """Exactly these are found, by sweep and by event, with reads that were declared."""
    client = Recorded(said)
    findings, keys = list(Survey([check], client, now)), sorted(keys)
    by_key = sorted(str(getattr(one, "key", one)) for one in findings)
    assert by_key == keys, f"a sweep finds {by_key}; {keys} was expected"
    for key in set(keys):
        woken = list(Survey([check], client, now, only=key))
        swept = [one for one in findings if getattr(one, "key", None) == key]
        assert woken == swept, f"an event that names {key} finds {woken}, a sweep {swept}"
    undeclared = client.counts.keys() - asks(check)
    assert not undeclared, f"reads that were not declared: {sorted(undeclared)}"
    return [one for one in findings if isinstance(one, Finding)]
