"""Thirty secrets, planted in every field that a stranger or a careless colleague fills, show nowhere.

What is tried: each canary in summaries, names, tags, evidence, reasons, alarms, people, regions and errors
of AWS, through every format of a scan, every mail, page, ticket, calendar and log line.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping

import pytest
from aws_lambda_powertools import Logger

from functions import batches
from functions.batches import one_line
from steadyhand.cli.app import told
from steadyhand.cli.errors import from_aws
from steadyhand.formats import FORMATS, render
from steadyhand.model import FindingStatus, ReadFailed, Unknown
from tests.canaries import CANARIES, Canary
from tests.connect.tickets.double import served
from tests.connect.tickets.github_double import GitHubDouble
from tests.connect.tickets.world import World
from tests.formats.made_up import CHECK, finding, result
from tests.portal.pages import pages
from tests.reports.accounts import extremes, ledger_rows

ALL = "\n".join(one.said for one in CANARIES.values())


def leaked(text: str) -> list[str]:
    """The canaries whose secret part is there, also as JSON or HTML would spell it."""
    plain = text.replace("&#x3D;", "=").replace("\\/", "/").replace("&#43;", "+")
    return [name for name, one in CANARIES.items() if one.core in plain]


def texts(parts: Mapping[str, bytes]) -> Iterator[str]:
    for data in parts.values():
        yield data.decode("utf-8", "replace")


def test_thirty_at_least() -> None:
    assert len(CANARIES) >= 30
    assert leaked(ALL) == list(CANARIES), "else the rest would prove nothing"


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("canary", CANARIES.values(), ids=CANARIES)
def test_no_format_of_a_scan_shows_one(name: str, canary: Canary) -> None:
    said = canary.said
    bad = finding(
        summary=f"it says {said}",
        key=said,
        name=said,
        resource=f"arn:aws:ec2:eu-central-1:123456789012:security-group/{said}",
        evidence={"said": said, "deep": [{"more": said}]},
        tags={"Name": said, "note": said},
    )
    blind = Unknown(CHECK.id, "eu-central-1", f"AccessDenied: {said}", said)
    assert leaked(render(result(bad, unknown=(blind,)), name)) == []


@pytest.mark.parametrize("canary", CANARIES.values(), ids=CANARIES)
def test_no_mail_and_no_page_shows_one(canary: Canary) -> None:
    story = extremes.poisoned(canary.said)
    for mail in (story.mail("monthly"), story.on(ledger_rows.MONDAY).mail("weekly")):
        for said in (mail.subject, mail.preheader, mail.html, mail.text, mail.values):
            assert leaked(said) == []
        for said in texts(mail.attachments):
            assert leaked(said.replace("\r\n ", "")) == []
        assert leaked(mail.explained()) == []
    for said in texts(pages(story)):
        assert leaked(said) == []


def test_no_ticket_shows_one() -> None:
    double = GitHubDouble()
    with served(double):
        _no_ticket_of(World(double))


def _no_ticket_of(hub: World) -> None:
    for number, one in enumerate(CANARIES.values()):
        found = hub.find(
            n=number, summary=f"{one.said} is open", resource=one.said, key=one.said, name=one.said
        )
        if number % 2:
            hub.become(found, FindingStatus.FIXED)
    hub.run()
    assert hub.double.issues
    for issue in hub.double.issues.values():
        assert leaked(issue["body"] + issue["title"]) == []


@pytest.mark.parametrize("canary", CANARIES.values(), ids=CANARIES)
def test_no_error_on_the_terminal_shows_one(
    canary: Canary, capsys: pytest.CaptureFixture[str]
) -> None:
    told(from_aws(ReadFailed("AccessDenied", f"User may not: {canary.said}")), [])
    assert leaked(capsys.readouterr().err) == []


def test_no_line_of_the_log_shows_one_and_each_record_is_one_line() -> None:
    stream = io.StringIO()
    log = Logger(service="canaries", json_serializer=one_line, stream=stream)
    for one in CANARIES.values():
        log.info(one.said, extra={"reason": one.said, "deep": {"more": [one.said]}})
        try:
            json.loads("")
        except ValueError as failed:
            failed.add_note(one.said)
            log.exception("failed")
    assert leaked(stream.getvalue()) == []
    lines = stream.getvalue().splitlines()
    assert len(lines) == 2 * len(CANARIES)
    assert all(json.loads(line)["service"] == "canaries" for line in lines)


def test_the_functions_log_is_that_one() -> None:
    assert batches.log.registered_handler.formatter.json_serializer is one_line
