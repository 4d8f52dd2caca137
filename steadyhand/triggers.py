"""What wakes a check. An event says look again, here; it is never believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

EVERY = "*"
"""Stands for all of a kind, where an event names one by what no read can be narrowed to."""


@dataclass(frozen=True, slots=True)
class Every:
    """The sweep: it finds what no event told."""

    period: timedelta


@dataclass(frozen=True, slots=True)
class ApiCalled:
    """Somebody called this API. `key` is where the event's detail names the subject.

    It may be a form of several places: "{requestParameters.cluster}/{requestParameters.service}".
    `or_in` are further places, where a request may name it otherwise, or names a second one, as a
    rename does. Each that is there is looked at.

    `of` is the CloudFormation type of what the key names, where the check's subjects are of many
    types: its own key is then the type, a space and this one, which is read as `kind` says.

    `where` narrows the rule, as an EventBridge pattern of the detail: {"requestParameters.type":
    ("String",)}. An event that says one of `unless` wakes nobody.

    `action` is spelled as CloudTrail does, with the client's name: "ec2:CreateVolume",
    "s3:PutBucketPublicAccessBlock", "lambda:CreateFunction20150331".
    """

    action: str
    key: str
    or_in: tuple[str, ...] = ()
    of: str = ""
    kind: str = ""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class ServiceEvent:
    """A service said something on the default bus.

    `key` is a path into the whole event ("detail.resourceArn", "resources"); `where` narrows the
    rule, as an EventBridge pattern of the detail: {"state": ["FAILED"]}.
    """

    source: str
    detail_type: str
    key: str
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConfigChanged:
    """AWS Config recorded a change of a resource of this type: "AWS::EC2::SecurityGroup".

    A Config rule evaluates it; the compliance change is the event.

    With `typed`, where the check's subjects are of many types, its own key is the type, a space and
    the resource's id, which is read as `kind` says. With `if_recorded` it is asked of what is
    recorded anyway: each recorded change is billed, and this check can do without.
    """

    resource_type: str
    kind: str = ""
    typed: bool = False
    if_recorded: bool = False


@dataclass(frozen=True, slots=True)
class AlarmChanged:
    """An alarm on this metric went off, whoever made it and whatever it is called.

    `key` is the dimension that names the subject ("QueueName"), a form of several
    ("{ClusterName}/{ServiceName}"), or `EVERY` where the metric names none. The alarm itself fixes
    nothing and is not believed: the subject is looked at. Composite alarms watch no metric, so those
    that they are made of wake; neither do alarms on a query over all of a namespace.
    """

    namespace: str
    metric: str
    key: str = EVERY


@dataclass(frozen=True, slots=True)
class AlarmConfigured:
    """An alarm on this metric was made, changed or deleted, by whatever name; `key` as above."""

    namespace: str
    metric: str
    key: str = EVERY


Trigger = Every | ApiCalled | ServiceEvent | ConfigChanged | AlarmChanged | AlarmConfigured


def hours(count: float) -> Every:
    """A sweep every so many hours."""
    return Every(timedelta(hours=count))


def days(count: float) -> Every:
    """A sweep every so many days."""
    return Every(timedelta(days=count))
