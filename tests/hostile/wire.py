"""The wire between a client and the account of `world.py`: what is sent never leaves the process.

Answers are written by moto's serialisers, so in each protocol they are bytes as AWS sends them.
An `Attack` makes one operation fail, from one page on, always or the first times.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from steadyhand.aws import client as aws
from steadyhand.aws.wire import ALWAYS_WRITTEN, answered_with
from steadyhand.catalogue import discovery as catalogue
from steadyhand.source import NOT_AWS
from tests.aws.test_service_models import Body, replied
from tests.canonical import family
from tests.hostile.failures import Failure, Reply, cut, error
from tests.hostile.things import CALLER, REGION
from tests.hostile.world import ANSWERS

OTHERS = {
    service: said
    for action, said in ANSWERS.items()
    if (service := action.partition(":")[0]) in NOT_AWS and callable(said)
}
"""Who is not AWS, by the service that a call names."""

GONE = {
    source.operation: min(source.gone)
    for check in catalogue.load()
    for source in family(check.reads)
    if source.gone
}
"""What AWS says of something that is not there."""

PLAIN = re.compile(r"\w+")
TOKEN = "page-2"


@dataclass
class Attack:
    """One operation that fails. `page`: 0 from the first on, 1 from the second; `times` 0: always."""

    action: str
    failure: Failure
    page: int = 0
    times: int = 0
    hits: int = 0

    def strikes(self, action: str, page: int) -> bool:
        """Does this request fail?"""
        if action != self.action or page < self.page or (self.times and self.hits >= self.times):
            return False
        self.hits += 1
        return True


@dataclass
class Wire:
    """A botocore session whose clients speak to the made-up account."""

    attack: Attack | None = None
    asked: list[str] = field(default_factory=list)
    unnamed: set[str] = field(default_factory=set)
    clients: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.session = aws.session()
        self.session.set_credentials("AKIAEXAMPLE000000000", "secret")
        self.session.register("before-parameter-build", self.hear)
        self.session.register("before-send", self.send)
        self.pager: dict[str, Mapping[str, Any]] = {}
        self.heard: tuple[Any, dict[str, Any]] = (None, {})

    def client(self, attack: Attack | None = None) -> aws.Botocore:
        """A client of the account. Of the service under attack it is new: failures leave traces."""
        self.attack, self.asked = attack, []
        made = aws.Botocore(
            REGION,
            session=self.session,
            identity=CALLER["Arn"],
            workers=False,
            attempts=2,
            others=OTHERS,
        )
        if attack:
            self.clients.pop(attack.action.partition(":")[0], None)
        made.clients = self.clients
        for service in self.clients:
            made.metronomes[service] = aws.Metronome(10_000)
        for service in OTHERS:
            made.metronomes[service] = aws.Metronome(10_000)
        return made

    def hear(self, params: Any, model: Any, **_: Any) -> None:
        """What is asked, before it is written down as a request."""
        self.heard = (model, dict(params))

    def send(self, request: Any, **_: Any) -> AWSResponse:
        """The answer, or what comes instead of it."""
        model, params = self.heard
        service = model.service_model.service_name
        action = f"{service}:{model.name}"
        self.asked.append(action)
        paged = self.paging(service, model.name)
        page = int(bool(paged and params.get(paged["input_token"])))
        struck = self.attack if self.attack and self.attack.strikes(action, page) else None
        kind = struck.failure.kind if struck else ""
        if kind == "hang":
            raise ReadTimeoutError(endpoint_url=request.url)
        if kind == "drop":
            raise ConnectionClosedError(endpoint_url=request.url)
        status, headers, body = self.answer(action, model, params, page, repeats=kind == "repeat")
        if struck and kind == "reply":
            protocol = model.service_model.resolved_protocol
            status, headers, body = struck.failure.reply("s3" if service == "s3" else protocol)
        if kind == "cut":
            body = cut(body)
        return AWSResponse(request.url, status, dict(headers), Body(body))

    def answer(
        self, action: str, model: Any, params: Mapping[str, Any], page: int, *, repeats: bool
    ) -> Reply:
        """What the account says."""
        known = ANSWERS.get(action)
        if known is None:
            self.unnamed.add(action)
            said: dict[str, Any] = {}
        elif callable(known):
            said = dict(known(params))
        else:
            said = dict(known[page] if page < len(known) else known[-1])
            paged = self.paging(*action.split(":"))
            if paged and (repeats or page + 1 < len(known)):
                said[paged["output_token"]] = TOKEN
                if paged.get("more_results"):
                    said[paged["more_results"]] = True
        must = model.output_shape and model.output_shape.required_members
        if must and action in GONE and callable(known) and not said:
            service = "s3" if action.startswith("s3:") else model.service_model.resolved_protocol
            return error(service, 404, GONE[action], "there is none")
        if model.output_shape:
            said = whole(said, model)
        status, headers, body = replied(model, spelled(said, model.output_shape))
        return status, [(name, str(value)) for name, value in headers.items()], body

    def paging(self, service: str, operation: str) -> Mapping[str, Any] | None:
        """How an operation names its pages, where it has any that can be named simply."""
        if service not in self.pager:
            loader = self.session.get_component("data_loader")
            self.pager[service] = loader.load_service_model(service, "paginators-1")["pagination"]
        found = self.pager[service].get(operation)
        simple = found and isinstance(found["output_token"], str)
        if not simple or not PLAIN.fullmatch(found["output_token"]):
            return None
        return found


def whole(said: Mapping[str, Any], model: Any) -> dict[str, Any]:
    """An answer with what AWS writes where there is nothing: a list that is empty, not no list."""
    shape = model.output_shape
    must, some = answered_with(model.name, shape)
    writes = model.service_model.resolved_protocol in ("ec2", "query")
    wanted = must | (some if not said and (writes or model.name in ALWAYS_WRITTEN) else must)
    large = {"list": list, "map": dict, "structure": dict}
    kinds = {name: shape.members[name].type_name for name in wanted}
    return {**{name: large[kind]() for name, kind in kinds.items() if kind in large}, **said}


def spelled(value: Any, shape: Any) -> Any:
    """A value as its shape has it: what a client decodes by itself, IAM's documents, is text on the wire.

    docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html: "URL-encoded compliant with RFC 3986".
    """
    if shape is None:
        return value
    if shape.type_name == "string":
        return quote(json.dumps(value)) if isinstance(value, Mapping) else value
    if shape.type_name == "structure" and isinstance(value, Mapping):
        known = shape.members
        return {name: spelled(said, known.get(name)) for name, said in value.items()}
    if shape.type_name == "list" and isinstance(value, list | tuple):
        return [spelled(one, shape.member) for one in value]
    return value
