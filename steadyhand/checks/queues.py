"""What is known of a queue beside its own settings: whose failures end there, and who may read it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from steadyhand.account import Account
from steadyhand.model import pick
from steadyhand.sources.dead_letters import (
    AsyncDestinations,
    RuleTargets,
    Schedules,
    SendingFunctions,
    SubscriptionAttributes,
    TopicSubscriptions,
    may_be_an_end,
)
from steadyhand.sources.lambda_ import EventSourceMappings
from steadyhand.sources.sqs import DeadLetterSources, policy_of

SENDERS = (
    *(SendingFunctions, AsyncDestinations, TopicSubscriptions, SubscriptionAttributes),
    *(RuleTargets, Schedules),
)
"""What names a queue as the end of its failures."""

TAKES = ("receivemessage", "deletemessage", "purgequeue", "changemessagevisibility")
CHANGES = ("setqueueattributes", "addpermission", "removepermission", "startmessagemovetask")


def ends_of_services(account: Account) -> set[str]:
    """The ARNs of the queues where functions, topics, rules and schedules put what failed."""
    found: set[Any] = set(pick(account[SendingFunctions], "DeadLetterConfig.TargetArn"))
    failed = "DestinationConfig.OnFailure.Destination"
    found |= set(pick([said for _, said in account[AsyncDestinations]], failed))
    found |= set(pick(account[EventSourceMappings], failed))
    for _, said in account[SubscriptionAttributes]:
        found.add(policy_of(said.get("RedrivePolicy")).get("deadLetterTargetArn"))
    found |= set(pick(account[RuleTargets], "DeadLetterConfig.Arn"))
    found |= set(pick(account[Schedules], "Target.DeadLetterConfig.Arn"))
    return {str(arn) for arn in found if arn}


def failing_into(account: Account) -> dict[str, set[str]]:
    """The names of the dead-letter queues, and of those that send their failures to each."""
    found: dict[str, set[str]] = {}
    for end, source in account[DeadLetterSources]:
        found.setdefault(last(end), set()).add(last(source))
    return found


def in_short(names: set[str]) -> str:
    """The first, and how many more."""
    first, *others = sorted(names)
    return f"{first} and {len(others)} more" if others else first


def last(name: str) -> str:
    """A queue's own name, of its URL or ARN."""
    return name.rpartition("/")[2].rpartition(":")[2]


def unread_sender(account: Account, queue: tuple[str, Mapping[str, str]]) -> str:
    """Why nobody knows whether some service puts its failures there; empty where all were read."""
    asked = (one for one in SENDERS if (one.root.only_if or may_be_an_end)(queue))
    return next(filter(None, map(account.unknown, asked)), "")


def refusal(existing: Mapping[str, str], source: str, account: str) -> str:
    """Why a queue that is there already is no place for another one's failed messages."""
    allow = policy_of(existing.get("RedriveAllowPolicy"))
    permission = allow.get("redrivePermission", "allowAll")
    named = allow.get("sourceQueueArns") or ()
    if permission == "denyAll" or (permission == "byQueue" and source not in named):
        return "its redrive allow policy does not take messages from here"
    if existing.get("RedrivePolicy"):
        return "it sends messages on itself"
    if who := next(strangers(existing.get("Policy"), account), ""):
        return f"its policy lets {who} read or change it"
    return ""


def strangers(policy: str | None, account: str) -> Iterator[str]:
    """Who else may read or change a queue, by its policy; conditions are not believed."""
    if not policy:
        return
    try:
        statements = json.loads(policy).get("Statement", ())
    except (ValueError, AttributeError):
        yield "nobody knows whom"
        return
    for one in statements if isinstance(statements, list) else [statements]:
        if one.get("Effect") == "Allow" and grants_reading(one):
            yield from (who for who in principals(one) if not is_own(who, account))


def grants_reading(statement: Mapping[str, Any]) -> bool:
    """Does it allow more than to send?"""
    if "Action" not in statement:
        return True  # NotAction: everything but
    patterns = [said.lower() for said in many(statement["Action"])]
    actions = [f"sqs:{name}" for name in (*TAKES, *CHANGES)]
    return any(fnmatchcase(action, pattern) for action in actions for pattern in patterns)


def principals(statement: Mapping[str, Any]) -> Iterator[str]:
    """Whom it names, as a person reads it."""
    if "Principal" not in statement:
        yield "everybody else"  # NotPrincipal
        return
    said = statement["Principal"]
    for who in many(
        said if not isinstance(said, dict) else [w for v in said.values() for w in many(v)]
    ):
        yield "everybody" if who == "*" else str(who)


def is_own(principal: str, account: str) -> bool:
    """Is it of this account?"""
    return principal == account or f"::{account}:" in principal


def many(value: Any) -> list[Any]:
    """A policy's one or many as many."""
    return value if isinstance(value, list) else [value]
