"""The function as Lambda calls it: ledger and parameter on moto, the tracker behind a socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from steadyhand.cli.doctor import account as doctor
from steadyhand.cli.doctor.line import Sign
from steadyhand.model import Exemption, Finding, FindingStatus, Record, Risk, Severity
from steadyhand.rhythm.reviews.coverage import tickets as gaps
from steadyhand.settings.values import Settings
from tests.connect.tickets.double import TOKEN, served
from tests.connect.tickets.github_double import GitHubDouble
from tests.connect.tickets.github_on_issues import PROJECT
from tests.connect.tickets.github_on_issues import refusal as said
from tests.functions.conftest import Context
from tests.functions.conftest import deploy as deploy  # noqa: PLC0414 - a fixture
from tests.reconcilers import ACCOUNT, REGION

NAME = "/steadyhand/tickets-token"
Deploy = Callable[[Settings], None]


class Called(Context):
    """One call."""

    def __init__(self, name: str = "request-1", left: int = 300_000) -> None:
        self.aws_request_id, self.left = name, left

    def get_remaining_time_in_millis(self) -> int:
        return self.left


@pytest.fixture
def double() -> Iterator[GitHubDouble]:
    made = GitHubDouble()
    made.at = datetime.now(UTC)
    with served(made):
        yield made


@pytest.fixture
def settings(double: GitHubDouble) -> Settings:
    return Settings(
        regions=[REGION],
        home=REGION,
        tickets="github",
        tickets_project=PROJECT,
        tickets_url=double.url,
    )


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No second between two writes, though GitHub wants it."""
    from steadyhand.connect.tickets import github

    assert github.BETWEEN_WRITES >= 1
    made = github.Github
    quick = {"seconds_between_requests": 0, "seconds_between_writes": 0}
    monkeypatch.setattr(github, "Github", lambda **named: made(**(named | quick)))


def put_token(token: str = TOKEN, kind: str = "SecureString") -> None:
    boto3.client("ssm", REGION).put_parameter(Name=NAME, Value=token, Type=kind, Overwrite=True)


def found(n: int = 1) -> Record:
    """Written into the ledger, as a sweep does."""
    from functions.context import ledger

    now = datetime.now(UTC) - timedelta(days=1)
    record = Record(
        finding=Finding(
            check="open_admin_ports",
            account=ACCOUNT,
            region=REGION,
            resource=f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/sg-{n}",
            key=f"sg-{n}",
            name=f"sg-{n}",
            summary=f"sg-{n} lets the internet reach SSH",
            severity=Severity.HIGH,
        ),
        status=FindingStatus.OPEN,
        first_seen=now,
        changed_at=now,
        environment="production",
        risk=Risk.APPROVAL,
    )
    assert ledger().observe(record, None)
    return record


def call(name: str = "request-1", left: int = 300_000) -> dict[str, Any]:
    from functions.tickets import handler

    answer: dict[str, Any] = handler({}, Called(name, left))
    return answer


def test_it_writes_what_the_ledger_says(
    deploy: Deploy, settings: Settings, double: GitHubDouble
) -> None:
    deploy(settings)
    put_token(TOKEN + "\n")
    found(1)
    found(2)
    assert call()["created"] == 1
    assert "What is left: 2 of 2" in double.issues[1]["body"]
    before = len(double.writes)
    for n in range(5):
        assert call(f"request-{n}")["why"] == ""
    assert len(double.writes) == before


def test_a_wont_fix_is_an_exemption_in_the_ledger(
    deploy: Deploy, settings: Settings, double: GitHubDouble
) -> None:
    from functions.context import ledger

    deploy(settings)
    put_token()
    record = found()
    call()
    double.move(1, "closed", "not_planned", "maya")
    assert call("request-2")["exempted"] == 1
    (exemption,) = ledger().exemptions()
    assert (exemption.scope, exemption.by) == (record.finding.id, "maya on GitHub")
    left = exemption.until - datetime.now(UTC)
    assert timedelta(days=89) < left <= timedelta(days=91), "through the 90th day"
    (now,) = ledger().records()
    assert now.exempt_until == exemption.until
    assert "Exempt until" in double.bodies(1)[0]


def test_what_is_found_after_its_check_was_exempted_has_no_ticket(
    deploy: Deploy, settings: Settings, double: GitHubDouble
) -> None:
    """A mail of the same hour calls it exempt, too."""
    from functions.context import ledger

    deploy(settings)
    put_token()
    now = datetime.now(UTC)
    until = now + timedelta(days=9)
    said = Exemption(scope="open_admin_ports", until=until, because="x", by="maya", at=now)
    ledger().exempt(said, [])
    found()
    assert call()["created"] == 0
    assert not double.issues


def test_a_moved_label_is_a_move_in_the_ledger(
    deploy: Deploy, settings: Settings, double: GitHubDouble
) -> None:
    from functions.context import ledger

    deploy(settings)
    put_token()
    found()
    call()
    double.at = datetime.now(UTC)
    double.put_label(1, "infra/later", "maya")
    double.take_label(1, "infra/next", "maya")
    assert call("request-2")["moved"] == 1
    (move,) = ledger().notes("move")
    assert (move.said["lane"], move.said["by"]) == ("later", "maya on GitHub")


def test_without_a_token_it_says_so_and_breaks_nothing(
    deploy: Deploy, settings: Settings, double: GitHubDouble, caplog: pytest.LogCaptureFixture
) -> None:
    from functions.context import home, ledger
    from functions.tickets import gathered

    deploy(settings)
    found()
    answer = call()
    assert answer["why"] == f"no token: {NAME} may not be read (ParameterNotFound)"
    assert not double.asked
    call("request-2")
    put_token("tok-0ld-and-revoked")
    assert call("request-3")["why"] == "token refused"
    lines = [vars(one) for one in caplog.records if one.levelname == "WARNING"]
    assert [line["new"] for line in lines] == [True, False, True]
    assert lines[2]["message"] == "tickets: token refused"
    everything = str([vars(one) for one in caplog.records])
    everything += str([note.said for note in ledger().notes("ticket")])
    assert "tok-0ld-and-revoked" not in everything
    (gap,) = gaps(gathered())
    assert (gap.what, gap.why, str(gap.places)) == ("tickets", "token refused", "GitHub")
    assert gap.places.ids[0].startswith("ticket#state#")
    assert doctor.tickets(home(), settings).sign is Sign.MISSING
    put_token()
    assert call("request-4")["created"] == 1
    assert gaps(gathered()) == []
    assert doctor.tickets(home(), settings).sign is Sign.OK
    past = [one.said["gap"] for one in ledger().notes("ticket") if one.name.startswith("state#")]
    assert len(past) == 3


@pytest.mark.parametrize("token", ["two words", "über", "a\nb", "-"])
def test_something_else_than_a_token_is_not_sent(
    token: str, deploy: Deploy, settings: Settings, double: GitHubDouble
) -> None:
    deploy(settings)
    put_token(token)
    why = call()["why"]
    assert why == ("token refused" if token == "-" else f"no token: {NAME} holds something else")
    assert token not in why or token == "-"


def test_after_a_limit_it_is_silent_until_then(
    deploy: Deploy, settings: Settings, double: GitHubDouble
) -> None:
    from functions.tickets import gathered

    deploy(settings)
    put_token()
    found()
    double.fail("POST", "/issues$", said(429, "Too many", Retry_After="600"))
    assert call()["why"].startswith("paused until ")
    assert gaps(gathered()) == []
    count = len(double.asked)
    assert call("request-2")["why"].startswith("silent until ")
    assert len(double.asked) == count


def test_another_run_is_at_it(deploy: Deploy, settings: Settings, double: GitHubDouble) -> None:
    from functions.context import ledger, now
    from steadyhand.connect.tickets import state

    deploy(settings)
    put_token()
    assert state.taken(ledger(), "somebody", now())
    assert call() == {"why": "another run is at it"}
    assert not double.asked


def test_with_no_time_left_it_begins_nothing(
    deploy: Deploy, settings: Settings, double: GitHubDouble
) -> None:
    deploy(settings)
    put_token()
    found()
    answer = call(left=10_000)
    assert (answer["created"], answer["left"]) == (0, 1)
    assert call("request-2")["created"] == 1


def test_where_no_tracker_is_named_nothing_happens(deploy: Deploy) -> None:
    deploy(Settings(home=REGION, regions=[REGION]))
    assert call() == {"why": "no tracker is named"}


# The doctor.


def test_the_doctor_says_what_is_missing(deploy: Deploy, settings: Settings) -> None:
    from functions.context import home

    deploy(settings)
    line = doctor.tickets(home(), settings)
    assert (line.sign, line.said) == (Sign.MISSING, f"no parameter {NAME}: nothing is written")
    assert line.then == f"aws ssm put-parameter --name {NAME} --type SecureString --value TOKEN"
    put_token(kind="String")
    assert "plain text" in doctor.tickets(home(), settings).said
    boto3.client("ssm", REGION).delete_parameter(Name=NAME)
    put_token()
    assert doctor.tickets(home(), settings).sign is Sign.LATER


def test_the_doctor_speaks_of_it_where_a_tracker_is_named() -> None:
    from tests.cli.doctor.test_account import Output

    there = Output(
        dynamodb__Query={"Items": []},
        ssm__GetParameter={"Parameter": {"Value": "go", "Type": "SecureString"}},
    )
    for settings, there_is in (
        (Settings(tickets="gitlab", tickets_project="a/b"), True),
        (Settings(), False),
    ):
        names = [line.name for line in doctor.of_account(there, settings)]  # type: ignore[arg-type]
        assert ("tickets" in names) == there_is
