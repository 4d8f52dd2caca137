"""What is certain without a read that failed is found; what needs it is unknown or a person's."""

from __future__ import annotations

from typing import Any

from steadyhand.account import Account
from steadyhand.checks.certificates.acm_expiring import AcmExpiring
from steadyhand.checks.certificates.acm_renewal_blocked import AcmRenewalBlocked
from steadyhand.checks.jobs.queue_without_dlq import QueueWithoutDlq
from steadyhand.model import Finding, ReadFailed, Unknown
from steadyhand.sources.acm import CertificateDetails, Certificates, Replacements
from steadyhand.sources.cloudwatch import MessagesReceived
from steadyhand.sources.lambda_ import EventSourceMappings
from steadyhand.sources.route53 import HostedZones, Records
from steadyhand.sources.sqs import DeadLetterSources, QueueAttributes, Queues
from tests.hostile.things import NOW, certificate, details, pending

DENIED = ReadFailed("AccessDenied", "you may not")


def outcomes(check: Any, facts: Any, failures: Any) -> list[Finding | Unknown]:
    found: list[Finding | Unknown] = list(check.find(Account.of(facts, failures), NOW))
    return found


def test_a_certificate_expires_whether_or_not_it_has_a_successor() -> None:
    facts = {Certificates: [certificate("a")], Replacements: []}
    (known,) = outcomes(AcmExpiring(), facts, {})
    (unread,) = outcomes(AcmExpiring(), facts, {Replacements: {None: DENIED}})
    assert isinstance(known, Finding)
    assert isinstance(unread, Finding)
    assert known.id == unread.id
    assert list(AcmExpiring().plan(known))
    assert not list(AcmExpiring().plan(unread)), "it may have one: a person looks"
    assert "could not be read" in unread.summary


def test_a_zone_that_is_denied_hides_certificates_of_that_zone_alone() -> None:
    zones = [
        {"Id": "/hostedzone/Z1", "Name": "a.example.com."},
        {"Id": "/hostedzone/Z2", "Name": "b.example.com."},
    ]
    both = [pending("a"), pending("b")]
    told = [(one["CertificateArn"], details(one)["Certificate"]) for one in both]
    facts = {Certificates: both, CertificateDetails: told, HostedZones: zones, Records: []}
    denied = {Records: {"/hostedzone/Z1": DENIED}}
    unknown, found = outcomes(AcmRenewalBlocked(), facts, denied)
    assert unknown == Unknown(
        "acm_renewal_blocked", "eu-central-1", "you may not", both[0]["CertificateArn"]
    )
    assert isinstance(found, Finding)
    assert found.key == both[1]["CertificateArn"]


def test_a_queue_that_holds_messages_is_used_whoever_reads_it() -> None:
    urls = ["https://sqs/1/full", "https://sqs/1/idle"]

    def queue(url: str) -> dict[str, str]:
        count = "3" if url.endswith("full") else "0"
        name = url.rpartition("/")[2]
        return {"QueueArn": f"arn:aws:sqs:r:1:{name}", "ApproximateNumberOfMessages": count}

    facts: Any = {
        QueueAttributes: [(url, queue(url)) for url in urls],
        Queues: urls,
        DeadLetterSources: [],
        EventSourceMappings: [],
        MessagesReceived: [],
    }
    for denied in ({EventSourceMappings: {None: DENIED}}, {MessagesReceived: {urls[1]: DENIED}}):
        found, unknown = outcomes(QueueWithoutDlq(), facts, denied)
        assert isinstance(found, Finding)
        assert found.key == urls[0]
        assert isinstance(unknown, Unknown)
        assert unknown.concerns == urls[1]
