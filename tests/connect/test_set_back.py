"""Whoever changed something by hand is told what was set back, where AWS itself says who they are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.connect.message import Mail
from steadyhand.connect.set_back import mail_of, whom
from steadyhand.model import STEADYHAND, Change, ChangeState, Finding, Severity
from tests.canonical import ACCOUNT, REGION
from tests.verbs import NOW

DOMAINS = ["leaflab.example"]
ANN = "ann@leaflab.example"
SSO = f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/"
SAID: dict[str, Any] = {
    "logical": "Orders",
    "stack": "shop-dev",
    "construct": "shop-dev/Orders/Resource",
    "properties": [{"property": "VisibilityTimeout", "template": 90, "now": 30}],
    "adopt": '--- template/Orders\n-    "VisibilityTimeout": 90,\n+    "VisibilityTimeout": 30,',
    "changed_by": {
        "who": "ann",
        "arn": SSO + ANN,
        "at": "2026-11-28T09:12:13+00:00",
        "call": "SetQueueAttributes",
        "through": "the console",
    },
}


def change(**said: Any) -> Change:
    finding = Finding(
        check="resource_drift",
        account=ACCOUNT,
        region=REGION,
        resource=f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders",
        key="AWS::SQS::Queue orders",
        name="orders",
        summary="x",
        severity=Severity.MEDIUM,
        evidence=SAID | said,
    )
    return Change(
        id="ch-0123456789",
        finding=finding,
        steps=(),
        state=ChangeState.VERIFIED,
        by=STEADYHAND,
        at=NOW,
    )


def by(arn: str) -> Change:
    return change(changed_by=SAID["changed_by"] | {"arn": arn})


@pytest.mark.parametrize(
    "arn",
    [
        SSO + ANN,
        f"arn:aws:iam::{ACCOUNT}:user/{ANN}",
        f"arn:aws:iam::{ACCOUNT}:user/team/shop/{ANN}",
        SSO + "ann@Leaflab.Example",
    ],
)
def test_whose_name_aws_vouches_for_is_told(arn: str) -> None:
    assert whom(by(arn), DOMAINS) == arn.rpartition("/")[2]


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:sts::{ACCOUNT}:assumed-role/admin/{ANN}",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/x-AWSReservedSSO_Admin_0/{ANN}",
        f"arn:aws:sts::{ACCOUNT}:federated-user/{ANN}",
        SSO + "ann",
        SSO + "ann@elsewhere.example",
        SSO + "ann@evil.leaflab.example",
        SSO + "ann@leaflab.example.evil.example",
        SSO + "ann@leaflab.example,eve@evil.example",
        SSO + "<ann@leaflab.example>",
        SSO + "a@b@leaflab.example",
        f"arn:aws:iam::{ACCOUNT}:root",
        "",
    ],
)
def test_nobody_is_guessed(arn: str) -> None:
    """A session of a role is called as whoever takes the role likes (AssumeRole, RoleSessionName)."""
    assert whom(by(arn), DOMAINS) == ""


def test_without_a_domain_of_the_owners_nobody_is_told() -> None:
    assert whom(change(), ()) == ""
    assert whom(change(changed_by={}), DOMAINS) == ""


def test_it_says_what_from_to_and_how_to_keep_it() -> None:
    mail = mail_of(change())
    assert mail.subject == "Set back: VisibilityTimeout of Orders in shop-dev"
    for said in (
        "You changed Orders of the stack shop-dev (SetQueueAttributes, the console) at 2026-11-28 09:12 UTC.",
        "VisibilityTimeout: 30 is 90 again",
        "steadyhand undo ch-0123456789",
        f"steadyhand exempt {change().finding.id} --until DATE --because REASON",
        "in the construct shop-dev/Orders/Resource",
        '+ "VisibilityTimeout": 30,',
    ):
        assert said in mail.text
    assert mail.name == "set-back-ch-0123456789"


@given(
    place=st.sampled_from(["logical", "stack", "construct", "now", "through", "adopt"]),
    words=st.text(min_size=1, max_size=60),
)
def test_a_strangers_words_make_no_line_no_tag_and_no_header(place: str, words: str) -> None:
    """Names and values of a resource are anybody's words; SES takes no line break in a subject."""

    def saying(words: str) -> Mail:
        said: dict[str, Any] = {"adopt": "x", place: words}
        said["properties"] = [{"property": "Value", "template": "a", "now": said.pop("now", "x")}]
        by_hand = SAID["changed_by"] | {"through": said.pop("through", "x")}
        return mail_of(change(changed_by=by_hand, **said))

    calm, found = saying("x"), saying(words)
    more = len(words.splitlines()) if place == "adopt" else 1
    assert found.text.count("\n") <= calm.text.count("\n") + more - 1
    assert found.subject.isprintable()
    assert found.html.count("<") == calm.html.count("<")
    assert max(map(len, found.text.splitlines())) < 300
