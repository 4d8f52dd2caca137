"""ACM cannot issue or renew a certificate: its DNS record is missing in a zone we host.

ACM proves that the domain is ours by a CNAME that must stay for ever. Somebody tidied the zone, or
the record was never made. A request lapses after 72 hours. A certificate in use goes on until it
expires, and then every browser refuses the site.

Fix: add the record ACM asks for to the one public zone of ours that holds the name. It is automatic
only for a certificate that was issued before and is in use. A new request is asked about: whoever may
request a certificate would else get one for any name of ours, without any right in our zones. Left to
a person: a record of that name with another value, and two zones with the same name.
Undo: remove the same record.

Steered by: who may request certificates. A new request is never served by itself, only the renewal
of one that is in use.
At worst: a CNAME is added to or removed from a zone, whose name begins with an underscore and that
leads to acm-validations.aws.

Runbook:

1. See what ACM asks for: `aws acm describe-certificate`, DomainValidationOptions. A new request
   says who made it; where CloudTrail did not tell yet: `aws cloudtrail lookup-events
   --lookup-attributes AttributeKey=EventName,AttributeValue=RequestCertificate`.
2. `steadyhand fix FINDING` adds the record; ACM looks again within the hour.
3. If it has another value, find out who set it: two accounts may share the domain.
4. Find what removed it, an import of the zone or a Terraform plan, and teach it to leave it alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check, tags_of
from steadyhand.model import (
    Call,
    Finding,
    Look,
    Part,
    Permit,
    Read,
    Risk,
    Seen,
    Severity,
    Step,
    Unknown,
    pick,
)
from steadyhand.sources.acm import LAPSES, CertificateDetails, Certificates, waits_for_issue
from steadyhand.sources.cloudtrail import CertificateRequests
from steadyhand.sources.route53 import HostedZones, Records, ZoneTags
from steadyhand.triggers import ApiCalled, ServiceEvent, days

if TYPE_CHECKING:
    from types_boto3_acm.type_defs import CertificateDetailTypeDef

TTL = 300


class AcmRenewalBlocked(Check):
    severity = Severity.HIGH
    risk = Risk.SAFE
    reads = (Certificates, CertificateDetails, HostedZones, Records, CertificateRequests)
    refines = (Records, CertificateRequests)
    looks = (ZoneTags,)
    wakes = (
        days(1),
        ServiceEvent("aws.acm", "ACM Certificate Approaching Expiration", "resources"),
        ServiceEvent("aws.acm", "ACM Certificate Renewal Action Required", "resources"),
        ServiceEvent("aws.acm", "ACM Certificate Available", "resources"),
        ApiCalled("acm:RequestCertificate", "responseElements.certificateArn"),
        ApiCalled("acm:DeleteCertificate", "requestParameters.certificateArn"),
    )
    writes = (
        Permit(
            "route53:ChangeResourceRecordSets",
            ("arn:{partition}:route53:::hostedzone/{HostedZoneId}",),
            condition={
                "ForAllValues:StringEquals": {
                    "route53:ChangeResourceRecordSetsRecordTypes": "CNAME",
                    "route53:ChangeResourceRecordSetsActions": ["CREATE", "DELETE"],
                },
                "ForAllValues:StringLike": {
                    "route53:ChangeResourceRecordSetsNormalizedRecordNames": "_*"
                },
            },
            shape={
                "HostedZoneId": r"[A-Z0-9]+",
                "ChangeBatch": {
                    "Changes": [
                        {
                            "Action": r"CREATE|DELETE",
                            "ResourceRecordSet": {
                                "Name": r"_[^*]+",
                                "Type": r"CNAME",
                                "TTL": frozenset({TTL}),
                                "ResourceRecords": [{"Value": r"_.+\.acm-validations\.aws\.?"}],
                            },
                        }
                    ]
                },
            },
        ),
    )
    resource_type = "AWS::CertificateManager::Certificate"
    consequence = (
        "The certificate is not issued or renewed, and the site goes dark when it expires."
    )
    short = "cannot be renewed"
    done = "DNS record added"
    hours_lost = (2, 8)
    peers = ("SS:acm:acmCertPendingValidation", "SS:acm:acmCertRenewalFailed")

    def find(self, account: Account, now: datetime) -> Iterator[Finding | Unknown]:
        del now
        zones = our_zones(account)
        details = dict(account[CertificateDetails])
        by = requesters(account)
        for certificate in account[Certificates]:
            arn = certificate["CertificateArn"]
            for name, value in wanted(details.get(arn)).items():
                holders = holding(zones, name)
                unread = [why for zone in holders if (why := account.unknown(Records, zone.key))]
                if unread:
                    yield self.unknown(account, arn, unread[0])
                    continue
                if not holders or any(zone.answers(name, value) for zone in holders):
                    continue
                other = any(name in zone.aliases for zone in holders)
                free = len(holders) == 1 and not other
                yield self.finding(
                    account,
                    resource=arn,
                    key=arn,
                    name=f"{arn}/{name}",
                    summary=f"{story(details[arn])}: {name} {problem(holders, other=other)}"
                    f"{asked_by(details[arn], by)}",
                    detonates_at=ending(details[arn]),
                    zone=holders[0].id if free else None,
                    record=name,
                    value=value,
                    renewal=is_renewal(details[arn]),
                    requested_by=by.get(arn, ""),
                )

    def risk_with_plan(self, finding: Finding) -> Risk:
        """Safe where the name was proven ours before; a new request may be anybody's."""
        return Risk.SAFE if finding.evidence.get("renewal") is True else Risk.APPROVAL

    def plan(self, finding: Finding) -> Iterator[Step]:
        told = finding.evidence
        if told["zone"]:
            arn = f"arn:{finding.resource.split(':')[1]}:route53:::hostedzone/{told['zone']}"
            yield Step(
                owns=Part(arn, f"CNAME {told['record']}", lambda: see_record(told)),
                makes={"ttl": TTL, "values": [plain(told["value"])]},
                do=change("CREATE", told),
                undo=change("DELETE", told),
                settles=timedelta(minutes=2),
            )


def see_record(told: Mapping[str, Any]) -> Look:
    """One record set of one zone, and the zone's tags, which IAM cannot ask for us."""
    zone = f"/hostedzone/{told['zone']}"
    records = yield Read(Records, zone)
    tagged = yield Read(ZoneTags, zone)
    if not records:  # a zone has its own records at least
        return Seen(identity=None)
    tags = tags_of(list(pick([found for _, found in tagged], "Tags")))
    for _, one in records:
        if plain(one["Name"]) == told["record"] and one["Type"] == "CNAME":
            values = sorted(map(plain, pick(one, "ResourceRecords.Value")))
            return Seen(value={"ttl": one.get("TTL"), "values": values}, tags=tags)
    return Seen(tags=tags)


@dataclass(frozen=True, slots=True)
class Zone:
    """A public zone of ours: its CNAMEs, and the names it leaves to somebody else."""

    key: str
    name: str
    aliases: Mapping[str, frozenset[str]]
    delegated: frozenset[str]

    @property
    def id(self) -> str:
        """Without the "/hostedzone/" that some calls say and some do not."""
        return self.key.rpartition("/")[2]

    def holds(self, name: str) -> bool:
        """Is a name in it, and not handed on?"""
        return is_under(name, self.name) and not any(is_under(name, d) for d in self.delegated)

    def answers(self, name: str, value: str) -> bool:
        """Does it say what ACM wants to hear?"""
        return plain(value) in self.aliases.get(name, frozenset())


def our_zones(account: Account) -> list[Zone]:
    """The public zones with what is in them."""
    sets: dict[str, list[Any]] = defaultdict(list)
    for zone, record in account[Records]:
        sets[zone].append(record)
    return [
        zone_of(zone["Id"], plain(zone["Name"]), sets[zone["Id"]])
        for zone in account[HostedZones]
        if not zone.get("Config", {}).get("PrivateZone")
    ]


def zone_of(zone: str, name: str, records: Sequence[Any]) -> Zone:
    """One zone."""
    aliases = {
        plain(record["Name"]): frozenset(map(plain, pick(record, "ResourceRecords.Value")))
        for record in records
        if record["Type"] == "CNAME"
    }
    servers = {plain(record["Name"]) for record in records if record["Type"] == "NS"}
    return Zone(zone, name, aliases, frozenset(servers - {name}))


def holding(zones: Sequence[Zone], name: str) -> list[Zone]:
    """The zones a name belongs in: those with the longest name. Two may share one."""
    inside = [zone for zone in zones if zone.holds(name)]
    longest = max((len(zone.name) for zone in inside), default=0)
    return [zone for zone in inside if len(zone.name) == longest]


def wanted(detail: CertificateDetailTypeDef | None) -> dict[str, str]:
    """The CNAMEs that ACM asks for, by name. A name and its wildcard share one."""
    if detail is None:
        return {}
    records = pick(detail, "DomainValidationOptions.ResourceRecord")
    return {plain(one["Name"]): one["Value"] for one in records if one["Type"] == "CNAME"}


def is_renewal(detail: CertificateDetailTypeDef) -> bool:
    """Was it issued once, and does something serve it now? AWS lets nothing serve one that was not.

    docs.aws.amazon.com/acm/latest/APIReference/API_CertificateDetail.html
    """
    return detail.get("Status") == "ISSUED" and bool(detail.get("InUseBy"))


def requesters(account: Account) -> dict[str, str]:
    """Who requested each, by CloudTrail's history, which lags; till then by the event that woke us."""
    told = account.told
    asked = account[Certificates] if told and told.event == "RequestCertificate" else ()
    woke = {one["CertificateArn"]: told.name for one in asked}
    return woke | {one.arn: one.caller.name for one in account[CertificateRequests]}


def asked_by(detail: CertificateDetailTypeDef, by: Mapping[str, str]) -> str:
    """Who wants a new one."""
    name = by.get(detail.get("CertificateArn", ""))
    said = f"requested by {name}" if name else "CloudTrail does not tell yet who requested it"
    return f"; {said}" if waits_for_issue(detail) else ""


def story(detail: CertificateDetailTypeDef) -> str:
    """What cannot happen."""
    verb = "issue" if waits_for_issue(detail) else "renew"
    return f"ACM cannot {verb} the certificate of {detail.get('DomainName', '')}"


def problem(holders: Sequence[Zone], *, other: bool) -> str:
    """What is wrong with the record."""
    return f"{'has another value' if other else 'is missing'} in zone {holders[0].name}"


def ending(detail: CertificateDetailTypeDef) -> datetime | None:
    """When a request lapses, or a certificate expires."""
    if waits_for_issue(detail):
        made = detail.get("CreatedAt")
        return made + LAPSES if made else None
    return detail.get("NotAfter")


def change(verb: str, told: Mapping[str, Any]) -> Call:
    """Add the record, or remove the same."""
    values = [{"Value": told["value"]}]
    record = {"Name": told["record"], "Type": "CNAME", "TTL": TTL, "ResourceRecords": values}
    changes = [{"Action": verb, "ResourceRecordSet": record}]
    batch = {"HostedZoneId": told["zone"], "ChangeBatch": {"Changes": changes}}
    return Call("route53:ChangeResourceRecordSets", batch)


def plain(name: str) -> str:
    """A DNS name as one compares it."""
    return name.rstrip(".").lower()


def is_under(name: str, zone: str) -> bool:
    """Is it this name, or below it?"""
    return name == zone or name.endswith(f".{zone}")
