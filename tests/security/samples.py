"""What comes on a good day, for the fuzzer to spoil: as AWS, a tracker, Terraform and we ourselves write it."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from steadyhand.cli.scans import scan_store
from steadyhand.connect import kept_mail
from steadyhand.connect.message import Mail
from steadyhand.engine.scan import judged
from steadyhand.formats import render
from steadyhand.ledger import codec, rows
from steadyhand.ledger.change_rows import change_row
from steadyhand.model import Answer, Call, FindingStatus, Held, Note, Record, Risk
from steadyhand.settings.values import Settings
from tests.checks.exposure import test_open_admin_ports
from tests.formats import terraform, test_change_set
from tests.formats.made_up import finding, result
from tests.ledger.test_change_rows import CHANGE_OF_ONE, KEY, NOW
from tests.verbs import found

ACCOUNT = "123456789012"
ROOT = Path(__file__).resolve().parents[2]
JSON: tuple[Any, ...] = (
    {
        "source": "aws.ec2",
        "detail-type": "AWS API Call via CloudTrail",
        "account": "111122223333",
        "region": "eu-central-1",
        "detail": {
            "eventName": "AuthorizeSecurityGroupIngress",
            "eventSource": "ec2.amazonaws.com",
            "eventTime": "2026-11-23T09:10:11Z",
            "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/ann"},
            "requestParameters": {"groupId": "sg-1"},
            "responseElements": {},
        },
    },
    {"Records": [{"eventSource": "aws:sqs", "messageId": "1", "body": "{}"}]},
    {"Type": "Notification", "TopicArn": "arn:aws:sns:eu-central-1:1:t", "Message": "{}"},
    {"$at": "2026-11-23T09:10:11+00:00"},
    {"$bytes": "AA=="},
    {"$answer": [0, "a"]},
    [],
    "",
    5,
    None,
    True,
)
ALARMS = (
    {
        "source": "aws.cloudwatch",
        "detail-type": "CloudWatch Alarm State Change",
        "account": "111122223333",
        "region": "eu-central-1",
        "detail": {
            "alarmName": "a",
            "state": {"value": "ALARM", "timestamp": "2026-11-23T09:10:11.000+0000"},
            "previousState": {"value": "OK", "timestamp": "2026-11-23T09:00:00.000+0000"},
            "configuration": {"description": "d"},
        },
    },
)
BOUNCES = (
    {
        "source": "aws.ses",
        "detail-type": "Email Bounced",
        "time": "2026-11-23T09:10:11Z",
        "detail": {
            "eventType": "Bounce",
            "mail": {"messageId": "m", "destination": ["a@b.example"], "tags": {}},
            "bounce": {
                "bounceType": "Permanent",
                "bouncedRecipients": [{"emailAddress": "a@b.example"}],
            },
        },
    },
)
CONFIG = (
    {
        "configRuleName": "steadyhand-x",
        "resultToken": "t",
        "invokingEvent": json.dumps(
            {
                "configurationItem": {
                    "awsRegion": "eu-central-1",
                    "configurationItemCaptureTime": "2026-11-23T09:10:11.000Z",
                    "configurationItemStatus": "OK",
                    "resourceId": "sg-1",
                    "resourceType": "AWS::EC2::SecurityGroup",
                }
            }
        ),
    },
)
REQUESTS = (
    {
        "protocol": 1,
        "version": "0.1.0",
        "proof": {},
        "body": json.dumps({"verb": "fix", "said": {"finding": "fi-1"}, "nonce": "0" * 32}),
    },
)


def events() -> tuple[Any, ...]:
    """Those of the project, which wake its checks, and those that wake none."""
    files = sorted((ROOT / "events").glob("*.json"))
    return (*JSON, *(json.loads(one.read_text()) for one in files))


def ledger_rows() -> tuple[Any, ...]:
    """One row of each kind, as the ledger writes it."""
    record = Record(
        finding=finding(tags={"team": "shop"}),
        status=FindingStatus.OPEN,
        first_seen=NOW,
        changed_at=NOW,
        environment="production",
        risk=Risk.SAFE,
        plan="0123456789abcdef",
        held=Held("mode", "it is observe"),
        parts=(("arn:aws:sqs:::q", "policy"),),
        history=((NOW, FindingStatus.OPEN),),
    )
    pk, at, later = (
        f"{ACCOUNT}#eu-central-1",
        NOW.isoformat(),
        (NOW + timedelta(days=9)).isoformat(),
    )
    said = {"because": "a migration", "by": "ann", "scope": "fi-1"}
    alarm = {"signature": "errors", "summary": "too many"}
    return (
        rows.finding_row(pk, record),
        change_row(CHANGE_OF_ONE, ACCOUNT, NOW, KEY),
        {"pk": pk, "sk": "exemption#fi-1", "at": at, "until": later, "body": codec.text(said)},
        {
            "pk": pk,
            "sk": "incident#1",
            "id": "1",
            "at": at,
            "ended_at": later,
            "body": codec.text(alarm),
        },
        {
            "pk": pk,
            "sk": "move#it-1",
            "id": "move#it-1",
            "at": at,
            "body": codec.text({"lane": "now"}),
        },
    )


def pages() -> tuple[Any, ...]:
    """The list of all pages."""
    names = ("index.html", "calendar.ics", "week/1.html")
    return ({f"portal/{name}": {"said": "a", "whole": "b"} for name in names},)


class Bucket:
    """A bucket that holds one list and, under every key, one page; and the ledger's word for both."""

    account = ACCOUNT

    def __init__(self, listed: bytes) -> None:
        self.listed, self.known = listed, ""

    def ask(self, call: Call) -> Answer:
        is_list = call.params.get("Key") == "portal/manifest.json"
        return {"Body": BytesIO(self.listed if is_list else b"a page")}

    def noting(self, digest: str) -> Bucket:
        self.known = digest
        return self

    def noted(self, kind: str, name: str) -> Note | None:
        return Note(kind=kind, name=name, at=NOW, said={"sha256": self.known})

    def note(self, new: Note, over: Note | None = None) -> bool:
        return True


MAIL = Mail(
    name="weekly", subject="Week 48", preheader="calm", html="<p>", text="calm", images={"a": b"png"},
    explain={"n": ("fi-1",)},
)  # fmt: skip


def kept_mails() -> tuple[bytes, ...]:
    """A mail as the ledger keeps it, and one that unpacks to a hundred times what it is."""
    bomb = base64.b85encode(zlib.compress(b" " * 2**27, 9))
    return kept_mail.packed(MAIL).encode(), bomb


class Noted:
    """A ledger in which every note says the same."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self.said = said

    def noted(self, kind: str, name: str) -> Note | None:
        return Note(kind=kind, name=name, at=NOW, said=self.said)

    def note(self, new: Note, over: Note | None = None) -> bool:
        return False


def settings() -> tuple[bytes, ...]:
    """Our own, and one in which much is said."""
    many = (
        '[owner]\nname = "A"\n[mail]\nto = ["a@b.example"]\n[deploy]\nregions = ["eu-central-1"]\n'
    )
    return (
        (ROOT / "steadyhand.toml").read_bytes(),
        (many + '[checks.open_admin_ports]\nmode = "observe"\n').encode(),
    )


EXEMPTIONS = (
    b'[[exempt]]\nscope = "fi-1a2b3c4d5e"\nuntil = 2027-03-01\nbecause = "the migration"\nby = "ann"\n',
    b'[[exempt]]\nscope = "open_admin_ports"\nuntil = "2027-03-01"\nbecause = "x"\n',
)


CHANGE_SETS = tuple(
    json.dumps(one).encode() for one in (test_change_set.SET, test_change_set.SET | {"Changes": []})
)


def terraforms() -> tuple[bytes, ...]:
    """Both forms of a report of drift."""
    address, kind = "aws_sqs_queue.jobs", "aws_sqs_queue"
    stream = terraform.stream(
        terraform.VERSION,
        terraform.refreshed(address, kind, terraform.QUEUE),
        terraform.drifted(address, kind),
        terraform.SUMMARY,
    )
    was, now = ({"id": terraform.QUEUE, "delay_seconds": n} for n in (1, 2))
    change = terraform.change(address, before=was, after=now)
    return stream.encode(), terraform.plan(change).encode()


def scans() -> tuple[bytes, ...]:
    """What `scan --out` writes."""
    return (render(result(finding()), "json").encode(),)


def kept_scans() -> tuple[bytes, ...]:
    """What the last scan leaves on this machine."""
    check = test_open_admin_ports.CHECK
    several = tuple(
        judged(check, one, NOW, Settings()) for one in found(check, test_open_admin_ports.BAD)
    )
    one = result(checks=(check,), found=several)
    data = scan_store.written(one)
    return data, re.sub(rb'("(?:finish|start)ed_at": ?"[^"]*?)\+00:00"', rb'\1"', data)
