"""The first file: asked or said by options, held to the same rules as any, never written over unasked."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import typer

from steadyhand.settings import file as settings_file
from steadyhand.settings.values import Settings
from tests.cli.terminal import REGION, say

pytestmark = pytest.mark.moto
ME = "arn:aws:iam::123456789012:role/ops"
FILE = Path(settings_file.NAME)


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """A person at the terminal: answers in order, then the defaults. What was asked."""

    def answer(*answers: str, agrees: bool = False) -> list[str]:
        left, asked = iter(answers), list[str]()

        def prompt(text: str, default: str = "", **_: Any) -> str:
            asked.append(f"{text} [{default}]")
            return next(left, default)

        def confirm(text: str) -> bool:
            asked.append(text)
            return agrees

        monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
        monkeypatch.setattr(typer, "prompt", prompt)
        monkeypatch.setattr(typer, "confirm", confirm)
        return asked

    return answer


@pytest.fixture
def as_me(aws: None, unread: None, monkeypatch: pytest.MonkeyPatch) -> None:
    session = "arn:aws:sts::123456789012:assumed-role/ops/ines"
    monkeypatch.setattr("steadyhand.cli.client.caller", lambda *_: session)


def read(file: Path = FILE) -> Settings:
    return settings_file.read(file)


def test_the_defaults_are_a_file_that_is_read_and_names_nobody() -> None:
    said = say("init", "--defaults")
    assert (said.code, said.err) == (0, "")
    assert read() == Settings(modes={"open_admin_ports": {"*": "observe"}})
    assert say("checks").code == 0


def test_nobody_there_to_answer() -> None:
    said = say("init")
    assert (said.code, FILE.exists()) == (2, False)
    assert "--defaults" in said.err


def test_a_file_that_is_there_stays_until_somebody_says_so(
    as_me: None, answering: Callable[..., list[str]]
) -> None:
    FILE.write_text("# mine\n")
    said = say("init", "--defaults")
    assert (said.code, "left as it is" in said.err, FILE.read_text()) == (1, True, "# mine\n")
    asked = answering()
    assert say("init").code == 1
    assert "is there already" in asked[0]
    assert FILE.read_text() == "# mine\n"
    answering(agrees=True)
    assert say("init").code == 0
    assert FILE.read_text() != "# mine\n"
    FILE.write_text("# mine\n")
    assert say("init", "--defaults", "--overwrite").code == 0
    assert read().owner == "Your team"


def test_a_file_that_cannot_be_written_leaves_the_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    FILE.write_text("# mine\n")

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    said = say("init", "--defaults", "--overwrite")
    assert (said.code, FILE.read_text()) == (1, "# mine\n")
    assert "No space left on device" in said.err


def options() -> Iterator[str]:
    yield from (
        "--owner",
        "Anna's R&D team",
        "--mail-to",
        "a@b.example",
        "--mail-to",
        "c@d.example",
    )
    yield from ("--mail-from", "ops@b.example", "--operator", ME, "--time-zone", "Europe/Berlin")
    yield from ("--region", "eu-central-1", "--region", "us-east-1")
    yield from ("--trail", "create", "--recorder", "exists")


def test_options_say_all_of_it_and_nothing_is_asked(
    as_me: None, answering: Callable[..., list[str]]
) -> None:
    expected = Settings(
        owner="Anna's R&D team",
        mail_to=["a@b.example", "c@d.example"],
        mail_from="ops@b.example",
        operators=[ME],
        time_zone="Europe/Berlin",
        regions=["eu-central-1", "us-east-1"],
        home="eu-central-1",
        trail="create",
        recorder="exists",
        modes={"open_admin_ports": {"*": "observe"}},
    )
    assert say("init", "--defaults", *options()).code == 0
    assert read().as_json() == expected.as_json()
    asked = answering()
    assert say("init", *options(), "--out", "asked.toml").code == 0
    assert asked == []
    assert Path("asked.toml").read_text() == FILE.read_text()


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--owner", "{{resolve:ssm:x}}", "cannot be printed, or braces"),
        ("--mail-to", "ops", "is no mail address"),
        ("--operator", "tomas", "ARN"),
        ("--time-zone", "Europe/Berln", "perhaps Europe/Berlin is meant"),
        ("--region", "eu-centrl-1", "perhaps eu-central-1 is meant"),
        ("--trail", "yes", "exists"),
        ("--recorder", "on", "exists"),
    ],
)
def test_a_wrong_option_is_one_sentence_and_writes_nothing(
    option: str, value: str, said: str
) -> None:
    told = say("init", "--defaults", option, value)
    assert (told.code, told.out, FILE.exists()) == (2, "", False)
    assert said in told.err
    assert len(told.err.splitlines()) <= 2


def test_what_is_wrong_only_together_writes_nothing_either() -> None:
    told = say("init", "--defaults", "--region", "eu-central-1", "--region", "cn-north-1")
    assert (told.code, FILE.exists()) == (2, False)
    assert "two partitions" in told.err


def test_an_answer_that_does_not_fit_is_asked_for_again(
    as_me: None, answering: Callable[..., list[str]]
) -> None:
    asked = answering(
        'Your "team"\\ of = [x]',
        *("nobody", "ops@example.com, b@example.com"),
        "ops@example.com",
        *("ops", ME),
        *("Mars", "Europe/Berlin"),
        "eu-central-1 us-east-1",
        *("no", "none"),
        "exists",
    )
    said = say("init")
    assert said.code == 0, said.err
    assert len(asked) == 12
    assert all(one in said.err for one in ("nobody", "ops", "Mars", '"no"'))
    made = read()
    assert made.owner == 'Your "team"\\ of = [x]'
    assert list(made.mail_to) == ["ops@example.com", "b@example.com"]
    assert tuple(made.operators) == (ME,)
    assert (made.home, made.trail, made.recorder) == ("eu-central-1", "none", "exists")


def test_the_account_is_offered_not_taken(as_me: None, answering: Callable[..., list[str]]) -> None:
    asked = answering()
    said = say("init", "--region", REGION)
    assert said.code == 0, said.err
    by_key = {one.rpartition(" [")[0][:14]: one.rpartition(" [")[2][:-1] for one in asked}
    assert by_key["Who may fix, a"] == ME
    assert by_key["A CloudTrail t"] == "create"  # there is none
    assert by_key["An AWS Config "] == "none"
    assert tuple(read().operators) == (ME,)
    assert say("init", "--defaults", "--out", "nobody.toml").code == 0
    assert tuple(read(Path("nobody.toml")).operators) == ()


def test_a_trail_that_logs_is_found(as_me: None, answering: Callable[..., list[str]]) -> None:
    here = {"LocationConstraint": REGION}
    s3 = boto3.client("s3", region_name=REGION)
    s3.create_bucket(Bucket="kept-records", CreateBucketConfiguration=here)
    trails = boto3.client("cloudtrail", region_name=REGION)
    trails.create_trail(Name="main", S3BucketName="kept-records")
    trails.start_logging(Name="main")
    answering()
    assert say("init").code == 0
    assert read().trail == "exists"


def test_it_says_what_mail_needs_first(as_me: None, answering: Callable[..., list[str]]) -> None:
    answering()
    said = say("init", "--mail-to", "ops@example.com")
    assert said.code == 0
    assert "aws sesv2 create-email-identity --email-identity ops@example.com" in said.out
