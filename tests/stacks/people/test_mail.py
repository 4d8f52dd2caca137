"""How the owner's mails come back: SES tells the bus, the bus tells us."""

from __future__ import annotations

import json
from pathlib import Path

from stacks.people.mail import TOLD
from stacks.permissions import permissions
from steadyhand.connect.mail import Envelope, content
from steadyhand.rhythm.incidents.bounces import SAID
from tests.connect.test_mail import MAIL
from tests.reports.accounts import ledger_rows
from tests.stacks.conftest import Installation

EVENT = Path(__file__).parents[3] / "events" / "mail_bounced.json"


def test_mails_are_sent_with_what_the_stack_makes(widest: Installation) -> None:
    (made,) = widest.of_type("AWS::SES::ConfigurationSet").values()
    envelope = Envelope(sender="s@example.com", to=["a@example.com"], at=ledger_rows.NOW, by="x")
    assert content(MAIL, envelope)["ConfigurationSetName"] == made["Name"] == "steadyhand"
    assert made["SuppressionOptions"] == {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}


def test_a_mail_with_attachments_may_be_checked_as_a_raw_one(widest: Installation) -> None:
    """cases/aws 12: whichever of the two SES asks for, on the identity and on the configuration set.

    docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
    """
    may = permissions(widest.templates)["steadyhand-review"]["may"]
    (sending,) = (one for one in may if "ses:SendEmail" in one["actions"])
    assert sending["actions"] == ["ses:SendEmail", "ses:SendRawEmail"]
    assert {arn.split(":")[5].split("/")[0] for arn in sending["on"]} == {
        "identity",
        "configuration-set",
    }


def test_ses_tells_the_default_bus_whatever_did_not_simply_arrive(widest: Installation) -> None:
    (told,) = widest.of_type("AWS::SES::ConfigurationSetEventDestination").values()
    where = told["EventDestination"]
    assert where["Enabled"] is True
    assert where["MatchingEventTypes"] == TOLD
    assert "event-bus/default" in json.dumps(where["EventBridgeDestination"])
    assert len(TOLD) == len(SAID)


def test_what_it_tells_of_our_mails_reaches_the_alarm_function(widest: Installation) -> None:
    rule = widest.named("AWS::Events::Rule", "Name")["steadyhand-letters"]
    pattern, event = rule["EventPattern"], json.loads(EVENT.read_text())
    assert event["source"] in pattern["source"]
    assert event["detail-type"] in pattern["detail-type"]
    ours = pattern["detail"]["mail"]["tags"]["ses:configuration-set"]
    assert event["detail"]["mail"]["tags"]["ses:configuration-set"] == ours
    rules = widest.of_type("AWS::Events::Rule", "steadyhand").values()
    (alarms,) = next(one["Targets"] for one in rules if one["Name"] == "steadyhand-alarms")
    (target,) = rule["Targets"]
    assert target["Arn"] == alarms["Arn"]


def test_who_names_no_sender_gets_nothing_of_ses(plainest: Installation) -> None:
    assert not plainest.of_type("AWS::SES::ConfigurationSet")
    assert "steadyhand-letters" not in plainest.named("AWS::Events::Rule", "Name")
