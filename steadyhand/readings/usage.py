"""Reads who uses what a review asks about: interfaces in a security group, connections, requests.

At most three questions, a call or two each, and only when they are asked. What cannot be read stays out,
and then nothing is claimed. Sources, in AWS's references:

* EC2, "DescribeNetworkInterfaces": the filter `group-id` finds every interface in the group. What a service
  made for somebody says so in its description, which is for people and not promised: `NAMES` knows some.
* "Amazon CloudWatch metrics for Amazon RDS": DatabaseConnections is counted while a database runs.
* "CloudWatch metrics for your Application Load Balancer" and "… Network Load Balancer": RequestCount and
  NewFlowCount are written only while there are some, so a day without a number says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple, Protocol

from steadyhand.check import tags_of
from steadyhand.model import Call, Finding, Note, ReadFailed
from steadyhand.readings.measures.look import DAY, Clients, Look, Query, midnight
from steadyhand.rhythm.backlog.decisions import decisions_of
from steadyhand.rhythm.backlog.used_by import KIND
from steadyhand.rhythm.core.facts import Facts, as_of

PERMISSIONS = (
    "cloudwatch:GetMetricData",
    "ec2:DescribeInstances",
    "ec2:DescribeNetworkInterfaces",
)
MOST = 100
"""Interfaces that are looked at; a sentence names three."""

NAMES = (
    (re.compile(r"ELB (?:app/|net/|gwy/)?([^/]+)"), "load balancer {}"),
    (
        re.compile(r"AWS Lambda VPC ENI-(.+)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        "function {}",
    ),
    (re.compile(r"EFS mount target for (fs-\w+)"), "file system {}"),
    (re.compile(r"(?:RDSNetworkInterface)()"), "a database of RDS"),
    (re.compile(r"(?:ElastiCache) (\S+)"), "cache {}"),
)


class Store(Protocol):
    """What remembering needs of the ledger."""

    def noted(self, kind: str, name: str) -> Note | None:
        """What was said under a name."""

    def note(self, new: Note, over: Note | None = None) -> bool:
        """Says it, unless something else was said meanwhile."""


class Count(NamedTuple):
    """A metric that tells use: what it counts, and the dimension that its resource has."""

    namespace: str
    metric: str
    dimension: str
    unit: str
    statistic: str = "Sum"


COUNTS = {
    ":db:": Count(
        "AWS/RDS", "DatabaseConnections", "DBInstanceIdentifier", "connection", "Maximum"
    ),
    ":cluster:": Count(
        "AWS/RDS", "DatabaseConnections", "DBClusterIdentifier", "connection", "Maximum"
    ),
    ":loadbalancer/app/": Count("AWS/ApplicationELB", "RequestCount", "LoadBalancer", "request"),
    ":loadbalancer/net/": Count("AWS/NetworkELB", "NewFlowCount", "LoadBalancer", "new connection"),
}
"""By what stands in the resource's ARN."""


def with_usage(facts: Facts, aws: Clients, now: datetime) -> Facts:
    """The same, with a note for each question of which it could be read. What was read for this very period is kept."""
    at = moment(facts, now)
    known = {one.name: one for one in facts.notes.get(KIND, ())}
    for one in decisions_of(as_of(facts)).rows:
        finding = facts.by_id[one.finding].finding
        if one.finding in known and known[one.finding].at == at:
            continue
        if said := usage_of(finding, facts, aws, now):
            known[one.finding] = Note(kind=KIND, name=one.finding, at=at, said=said)
    return replace(facts, notes={**facts.notes, KIND: tuple(known.values())})


def moment(facts: Facts, now: datetime) -> datetime:
    """When it was read, as far as the review is concerned: a period that is over knows nothing later."""
    last = facts.period.until.astimezone(UTC) - timedelta(seconds=1)
    return min(now.astimezone(UTC), last).replace(microsecond=0)


def remember(facts: Facts, ledger: Store) -> None:
    """Writes down what was read for the questions of this review, unless something later is known."""
    asked = {one.finding for one in decisions_of(as_of(facts)).rows}
    for note in facts.notes.get(KIND, ()):
        if note.name in asked:
            known = ledger.noted(KIND, note.name)
            if known is None or known.at < note.at:
                ledger.note(note, known)


def usage_of(
    finding: Finding, facts: Facts, aws: Clients, now: datetime
) -> Mapping[str, Any] | None:
    """What its note says; None where it cannot be read, or nobody knows how."""
    there = aws if finding.region == aws.region else aws.elsewhere(finding.region)
    look = Look(there, facts.period, now)
    try:
        if ":security-group/" in finding.resource:
            look.in_time()
            on = facts.period.local(now).date().isoformat()
            return {"on": on, "users": users(look, finding.resource.rpartition("/")[2])}
        found = next((one for part, one in COUNTS.items() if part in finding.resource), None)
        return counted(look, finding, found) if found else None
    except ReadFailed:
        return None


def users(look: Look, group: str) -> list[str]:
    """What has an interface in a group, by name, each once."""
    asked = {"Filters": [{"Name": "group-id", "Values": [group]}], "MaxResults": MOST}
    call = Call("ec2:DescribeNetworkInterfaces", asked)
    there = look.listed(call, "NetworkInterfaces", most=1)
    machines = {one for interface in there if (one := machine(interface))}
    names = called(look, sorted(machines))
    return list(dict.fromkeys(names.get(machine(one)) or described(one) for one in there))


def machine(interface: Mapping[str, Any]) -> str:
    """The instance that has it, or nothing."""
    return str((interface.get("Attachment") or {}).get("InstanceId") or "")


def called(look: Look, machines: Sequence[str]) -> Mapping[str, str]:
    """The instances' names by their tags, else their ids."""
    names = {one: one for one in machines}
    if not machines:
        return names
    try:
        call = Call("ec2:DescribeInstances", {"InstanceIds": list(machines)})
        for one in look.listed(call, "Reservations.Instances", most=1):
            names[one["InstanceId"]] = tags_of(one.get("Tags")).get("Name") or one["InstanceId"]
    except ReadFailed:
        return names
    return names


def described(interface: Mapping[str, Any]) -> str:
    """What a service says of an interface that it made; else its tag, else its id."""
    said = str(interface.get("Description") or "")
    for pattern, name in NAMES:
        if found := pattern.fullmatch(said) or pattern.match(said):
            return name.format(found[1])
    tag = tags_of(interface.get("TagSet")).get("Name")
    return tag or str(interface.get("NetworkInterfaceId", ""))


def counted(look: Look, finding: Finding, count: Count) -> Mapping[str, Any] | None:
    """Its number of the last whole day of UTC before the review; None where there is none."""
    until = midnight(min(look.now, look.period.until).astimezone(UTC).date())
    key = finding.resource.partition(":loadbalancer/")[2] or finding.resource.rpartition(":")[2]
    query = Query(count.namespace, count.metric, {count.dimension: key}, count.statistic)
    values = look.numbers({count.unit: query}, until - DAY, until)[count.unit]
    for _, value in islice(values, 1):
        said = {"on": (until - DAY).date().isoformat(), "count": round(value), "unit": count.unit}
        return said | ({"at_once": True} if count.statistic == "Maximum" else {})
    return None
