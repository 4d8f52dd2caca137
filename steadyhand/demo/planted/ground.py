"""Where things are planted, and the words for what was."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

TEAM = "leaflab"
"""A plant shop of five people, made up. Every name in the account begins with it."""

PRODUCTION, STAGING, DEVELOPMENT = "production", "staging", "development"


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


def tags(name: str, environment: str, **more: str) -> list[dict[str, str]]:
    """Tags as most services take them."""
    said = {"Name": name, "environment": environment, **more}
    return [{"Key": key.replace("__", ":"), "Value": value} for key, value in said.items()]


def tagged(kind: str, name: str, environment: str, **more: str) -> list[Mapping[str, Any]]:
    """Tags as EC2 takes them while it makes something."""
    return [{"ResourceType": kind, "Tags": tags(name, environment, **more)}]


def role(ground: Ground, service: str) -> str:
    """A role that a service may take on; the same one when asked again."""
    name = f"{TEAM}-{service}"
    arn = f"arn:aws:iam::{ground.account}:role/{name}"
    if ground.known.get(name) != arn:
        principal = {"Service": f"{service}.amazonaws.com"}
        trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        ground.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document)
        ground.known[name] = arn
    return arn
