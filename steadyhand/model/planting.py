"""What a check plants in the demo's account, and the ground it is planted in. Values: no AWS is known here.

A check's `demo` is handed the ground and yields what lies in it. Every name begins with the team's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

TEAM = "leaflab"
"""A plant shop of five people, made up. Every name in the account begins with it."""

PRODUCTION, STAGING, DEVELOPMENT = "production", "staging", "development"


class Named(Protocol):
    """A check, as far as it is known here."""

    @property
    def id(self) -> str:
        """Its name."""


@dataclass(frozen=True, slots=True)
class Bomb:
    """A time bomb: the check that must find it, the key its source goes by, and where it is."""

    check: str
    key: str
    environment: str


@dataclass(frozen=True, slots=True)
class Healthy:
    """A resource that looks much like a bomb and is none. Nothing may be said of it."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Known:
    """A resource that the story comes back to, by the name the story has for it."""

    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Unshown:
    """A check that has nothing to find here, and why: this account cannot be made to say it."""

    check: str
    because: str


Thing = Bomb | Healthy | Known | Unshown
Things = Iterator[Thing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """An empty account. `client` makes boto3 clients; `known` grows while things are planted."""

    client: Callable[[str], Any]
    account: str
    region: str
    now: datetime
    known: dict[str, str] = field(default_factory=dict)

    def arn(self, service: str, name: str) -> str:
        """The ARN of something in this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{name}"

    def name(self, what: str) -> str:
        """What the team calls it: "leaflab-orders"."""
        return f"{TEAM}-{what}"

    def bomb(self, check: Named, key: str, environment: str = PRODUCTION) -> Bomb:
        """What this check must find, by the key of its source."""
        return Bomb(check.id, key, environment)

    def healthy(self, kind: str, key: str) -> Healthy:
        """What lies beside it, and of which nothing may be said."""
        return Healthy(kind, key)

    def unshown(self, check: Named, because: str) -> Unshown:
        """That this account cannot be made to show it, and why."""
        return Unshown(check.id, because)

    def tags(self, name: str, environment: str, **more: str) -> list[dict[str, str]]:
        """Tags as most services take them."""
        said = {"Name": name, "environment": environment, **more}
        return [{"Key": key.replace("__", ":"), "Value": value} for key, value in said.items()]

    def tagged(
        self, kind: str, name: str, environment: str, **more: str
    ) -> list[Mapping[str, Any]]:
        """Tags as EC2 takes them while it makes something."""
        return [{"ResourceType": kind, "Tags": self.tags(name, environment, **more)}]

    def policy(self, statement: Mapping[str, Any]) -> str:
        """One statement as a policy document."""
        return policy(statement)

    def role(self, name: str, service: str, *actions: str) -> str:
        """A role that a service may take on, and what it may do; the same one when asked again."""
        called = self.name(name)
        arn = f"arn:aws:iam::{self.account}:role/{called}"
        if called not in self.known:
            iam, principal = self.client("iam"), {"Service": f"{service}.amazonaws.com"}
            trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
            iam.create_role(RoleName=called, AssumeRolePolicyDocument=policy(trust))
            if actions:
                may = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
                iam.put_role_policy(RoleName=called, PolicyName="work", PolicyDocument=policy(may))
            self.known[called] = arn
        return arn


def policy(statement: Mapping[str, Any]) -> str:
    """One statement as a policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
