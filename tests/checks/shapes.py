"""Answers that AWS may give: made by botocore's output shapes, with what is optional missing at will."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import botocore.session

from steadyhand.model import Answer, Call
from steadyhand.source import NOT_AWS
from tests.canonical import ACCOUNT, REGION
from tests.checks.recorded import vouch
from tests.clients.answers import MADE_UP
from tests.verbs import NOW

BOTO = botocore.session.Session()
NUMBERS = (0, 1, 3, 7, 22, 80, 443, 3306, 3389, 5432, 35, 100, 1000, 65535, 80_000)
ZONES = ("example.com.", "shop.example.com.")
NUMBER = "a number"
HEAD = (
    "user,arn,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date"
)
SAID: Mapping[str, tuple[Any, ...]] = {
    "ActualProperties": ('{"VisibilityTimeout": 30}', '{"VisibilityTimeout": "x"}', "{}"),
    "Amount": ("0", "12.5", "900", "-3"),
    "Cidr": ("0.0.0.0/0", "10.0.0.0/8", "::/0"),
    **dict.fromkeys(("CidrBlock", "CidrIp", "CidrIpv4"), ("0.0.0.0/0", "10.0.0.0/8", "0.0.0.0/1")),
    **dict.fromkeys(("CidrIpv6", "Ipv6CidrBlock"), ("::/0", "fc00::/7")),
    "CloudTrailEvent": (
        "{}",
        '{"userIdentity": {"type": "Root"}}',
        '{"eventName": "RunInstances"}',
    ),
    "reason": ("MISSING",),  # of the failures in an answer of ECS
    "DomainName": ("example.com", "server", "10.0.0.1"),
    "ExpectedProperties": ('{"VisibilityTimeout": 90}', '{"VisibilityTimeout": {}}', "{}"),
    "IpProtocol": ("tcp", "udp", "-1", "icmp", "47"),
    "NextToken": ("",),
    "PhysicalResourceId": (f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/orders",),
    "PropertyPath": ("/VisibilityTimeout", "/Environment/Variables/KEY"),
    "Protocol": ("email", "https"),
    "ResourceType": ("AWS::SQS::Queue", "AWS::Lambda::Function", "AWS::IAM::Role"),
    "Unit": ("USD",),
}
"""What a string of that name holds, where neither the model nor the check's own facts say."""

ATTRIBUTES: Mapping[str, Callable[[random.Random], str]] = {
    "RedrivePolicy": lambda _: json.dumps(
        {"deadLetterTargetArn": arn("sqs", "x1-dlq"), "maxReceiveCount": 5}
    ),
    "RedriveAllowPolicy": lambda dice: json.dumps(
        {"redrivePermission": dice.choice(["allowAll", "denyAll", "byQueue"])}
    ),
    "Policy": lambda _: json.dumps({"Statement": {"Effect": "Allow", "Principal": "*"}}),
    "QueueArn": lambda dice: arn("sqs", f"x{dice.randrange(9)}"),
    "FifoQueue": lambda dice: dice.choice(["true", "false"]),
}


def follows(name: str) -> bool:
    """Does it name the page that follows? There is none."""
    return any(word in name.lower() for word in ("token", "marker", "lastevaluated"))


def arn(service: str, name: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"


DEEPEST = 9
"""Structures in structures; below, only what may not be missing is made."""


class ValidAnswers:
    """A client of AWS whose every answer is a valid one, and no two runs of a seed differ.

    `sparse` is how often a member that may be missing is. `needed` never are: what names an item.
    `words` are what the check's own facts say, by member: half of the time it is that.
    """

    account, partition, region = ACCOUNT, "aws", REGION

    def __init__(
        self,
        seed: int,
        sparse: float,
        needed: frozenset[str],
        words: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.dice, self.sparse, self.needed = random.Random(seed), sparse, needed
        self.words, self.counts, self.made = words or {}, Counter[str](), 0

    def ask(self, call: Call) -> Answer:
        self.counts[call.action] += 1
        if call.service in NOT_AWS:
            return MADE_UP[call.action](self.dice, call.params)
        model = BOTO.get_service_model(call.service).operation_model(call.operation)
        if model.input_shape:
            vouch(call.params, model.input_shape)
        answer: Answer = self.structure(model.output_shape) if model.output_shape else {}
        answer = {
            name: False if value is True and "truncated" in name.lower() else value
            for name, value in answer.items()
            if name in model.output_shape.required_members or not follows(name)
        }
        if call.operation == "GetCredentialReport":
            answer = {"Content": self.report(), "ReportFormat": "text/csv"}
        if call.operation == "GetMetricData":
            asked = call.params["MetricDataQueries"]
            answer = {"MetricDataResults": [{"Id": one["Id"], **self.numbers()} for one in asked]}
        if call.operation == "SimulatePrincipalPolicy":
            decided = self.dice.choice(("allowed", "allowed", "implicitDeny"))
            asked = call.params["ActionNames"]
            results = [{"EvalActionName": one, "EvalDecision": decided} for one in asked]
            answer = {"EvaluationResults": results}
        vouch(answer, model.output_shape)
        return answer

    def pages(self, call: Call) -> Iterator[Answer]:
        yield self.ask(call)

    def wait(self, seconds: float) -> None:
        pass

    def in_role(self, name: str) -> Self:
        return self

    elsewhere = in_role

    def soon(self, service: str, job: Callable[..., None], *args: Any) -> None:
        job(*args)

    # Values.

    def structure(self, shape: Any, depth: int = 0) -> dict[str, Any]:
        made: dict[str, Any] = {}
        members = dict(shape.members)
        if getattr(shape, "is_tagged_union", False):
            chosen = self.dice.choice(list(members))
            return {chosen: self.value(chosen, members[chosen], depth + 1)}
        for name, member in members.items():
            is_required = name in shape.required_members
            if depth >= DEEPEST and not is_required:
                continue
            is_needed = name in self.needed or is_required or depth == 0
            if is_needed or self.dice.random() >= self.sparse:
                made[name] = self.value(name, member, depth + 1)
        return made

    def value(self, name: str, shape: Any, depth: int) -> Any:
        self.made += 1
        kind = shape.type_name
        if kind == "structure":
            return self.structure(shape, depth)
        if kind == "list":
            most = 6 if depth < 3 else 2
            least = max(int(name in self.needed), shape.metadata.get("min", 0))
            count = max(least, self.dice.randrange(most + 1))
            return [self.value(name, shape.member, depth + 1) for _ in range(count)]
        if kind == "map":
            return self.mapping(shape, depth)
        if kind == "string":
            return self.text(name, shape)
        if kind == "timestamp":
            return self.moment()
        if kind == "boolean":
            return self.dice.random() < 0.5
        if kind in {"integer", "long"}:
            if name.lower().endswith("time"):
                return int(self.moment().timestamp() * 1000)
            low, high = shape.metadata.get("min", 0), shape.metadata.get("max", 10**9)
            return min(max(self.dice.choice(NUMBERS), low), high)
        if kind == "blob":
            return b"{}"
        low, high = shape.metadata.get("min", 0.0), shape.metadata.get("max", 1e9)
        return min(max(self.dice.choice((0.0, 1.0, 7.5)), float(low)), float(high))

    def mapping(self, shape: Any, depth: int) -> dict[str, Any]:
        shortest = shape.key.metadata.get("min", 0)
        words = getattr(shape.key, "enum", None) or ["env", "Name"]
        names = [word.ljust(shortest, "x") for word in words]
        if shape.value.name == "MetricValue":
            return {"UnblendedCost": self.value("UnblendedCost", shape.value, depth + 1)}
        chosen = [name for name in names if self.dice.random() >= self.sparse]
        if "QueueArn" in names:
            chosen = list({*chosen, "QueueArn"} - {"All"})
            return {name: self.attribute(name) for name in sorted(chosen)}
        return {name: self.value(name, shape.value, depth + 1) for name in chosen}

    def attribute(self, name: str) -> str:
        if name in self.words and self.dice.random() < 0.5:
            return self.dice.choice(self.words[name])
        return ATTRIBUTES.get(name, self.digit)(self.dice)

    @staticmethod
    def digit(dice: random.Random) -> str:
        return str(dice.randrange(4))

    def text(self, name: str, shape: Any) -> str:
        return self.word(name, shape).ljust(shape.metadata.get("min", 0), "x")

    def word(self, name: str, shape: Any) -> str:
        if enum := getattr(shape, "enum", None):
            return str(self.dice.choice(enum))
        if name in self.words and self.dice.random() < 0.5:
            return self.dice.choice(self.words[name])
        if name in SAID:
            return str(self.dice.choice(SAID[name]))
        number = self.dice.randrange(9)
        if name in {"Start", "End"}:
            return (NOW - timedelta(days=number)).date().isoformat()
        if name.lower().endswith("arn") or name == "StackId":
            return arn("x", f"thing/x{number}")
        if name in {"QueueUrls", "queueUrls"}:
            return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/x{self.made}"
        if name in {"Id", "Name"} and self.dice.random() < 0.3:
            return self.dice.choice(ZONES)
        return f"x{self.made}"

    def moment(self) -> datetime:
        return NOW + timedelta(
            days=self.dice.choice((-1200, -400, -100, -20, -2, -1, 0, 5, 29, 200))
        )

    def numbers(self) -> dict[str, Any]:
        count = self.dice.randrange(15)
        days = [NOW - timedelta(days=n) for n in range(count)]
        said = (0.0, 1.0, *map(float, self.words.get(NUMBER, ())))
        values = [self.dice.choice(said) for _ in days]
        return {"Timestamps": days, "Values": values, "StatusCode": "Complete"}

    def report(self) -> bytes:
        lines = [HEAD]
        for name in ("<root_account>", "ann", "bob", "cleo"):
            keys: list[str] = []
            for _ in range(2):
                when = [self.moment().astimezone(UTC).isoformat(), "N/A", "no_information"]
                keys += [self.dice.choice(["true", "false"]), self.dice.choice(when)]
                keys.append(self.dice.choice(when))
            lines.append(",".join([name, f"arn:aws:iam::{ACCOUNT}:user/{name}", *keys]))
        return "\n".join(lines).encode()


def words_of(facts: Any) -> dict[str, list[str]]:
    """Every text that facts hold, by the member that holds it, and every number that was measured."""
    found: dict[str, dict[str, None]] = {}

    def walk(value: Any, name: str) -> None:
        if isinstance(value, Mapping):
            for inner, said in value.items():
                walk(said, str(inner))
        elif isinstance(value, list | tuple):
            for said in value:
                walk(said, name)
        elif isinstance(value, str) and value:
            found.setdefault(name, {})[value] = None
        elif not name and type(value) in {int, float}:
            found.setdefault(NUMBER, {})[str(value)] = None

    for items in facts.values():
        walk(items, "")
    return {name: [*said] for name, said in found.items()}


def thinned(value: Any, dice: random.Random, needed: frozenset[str], sparse: float) -> Any:
    """The same facts with some of their members missing."""
    if isinstance(value, Mapping):
        return {
            name: thinned(inner, dice, needed, sparse)
            for name, inner in value.items()
            if name in needed or dice.random() >= sparse
        }
    if isinstance(value, list):
        return [thinned(inner, dice, needed, sparse) for inner in value]
    if type(value) is tuple:
        key, *rest = value
        return (key, *(thinned(item, dice, needed, sparse) for item in rest))
    return value
