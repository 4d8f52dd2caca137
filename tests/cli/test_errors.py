"""What goes wrong on the way to AWS is one sentence with the next command, never a traceback."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import pytest

from steadyhand.catalogue import discovery as catalogue
from steadyhand.cli import main
from steadyhand.cli.errors import Exit, from_aws
from steadyhand.model import ReadFailed
from tests.cli.terminal import say

COMMANDS = [
    ["scan"],
    ["show", "fi-0123456789"],
    ["plan", "fi-0123456789"],
    ["fix", "fi-0123456789"],
    ["approve", "fi-0123456789", "--yes"],
    ["undo", "ch-0123456789"],
    ["exempt", "open_admin_ports", "--until", "2999-01-01", "--because", "x"],
]


def one_sentence(said: Any, code: int, *words: str) -> None:
    assert (said.code, said.out) == (code, ""), said
    lines = said.err.strip().splitlines()
    assert len(lines) == 2, said.err
    assert lines[1].startswith("Next: ")
    assert all(word in said.err for word in words), said.err


@pytest.mark.parametrize("words", COMMANDS)
def test_no_credentials(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    one_sentence(say(*words), 1, "no AWS credentials", "AWS_PROFILE")


@pytest.mark.parametrize("words", COMMANDS)
def test_a_profile_that_is_not_there(words: list[str]) -> None:
    one_sentence(say(*words, "--profile", "nobody"), 1, "nobody")


def test_no_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    one_sentence(say("scan"), 1, "no region", "AWS_REGION")


def test_no_region_does_not_hide_that_there_are_no_credentials(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name)
    one_sentence(say("scan"), 1, "no AWS credentials", "no region", "AWS_PROFILE", "--region")


@pytest.mark.parametrize("words", [["--group-by", "colour"], ["--out", "colour"], ["-o", "colour"]])
def test_a_value_that_is_none_is_told_without_a_library_s_words(words: list[str]) -> None:
    said = say("scan", *words)
    assert said.code == 2
    assert "colour" in said.err
    assert "Value error" not in said.err


def test_a_check_that_is_none_lists_those_there_are() -> None:
    said = say("scan", "--check", "zzzz")
    one_sentence(said, 2)
    assert not [name for name in catalogue.names() if name not in said.err]


def test_an_endpoint_that_is_not_there() -> None:
    one_sentence(say("scan", "--endpoint-url", "http://127.0.0.1:9"), 1, "cannot be reached")


def test_an_endpoint_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    one_sentence(say("scan"), 1, "127.0.0.1:9")


def test_an_endpoint_that_is_none() -> None:
    said = say("scan", "--endpoint-url", "nonsense")
    assert said.code == 1
    assert "nonsense" in said.err


def test_a_region_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import EndpointConnectionError

    def no(*_: Any, **__: Any) -> Any:
        raise EndpointConnectionError(endpoint_url="https://sts.eu-centrl-1.amazonaws.com")

    monkeypatch.setattr("botocore.httpsession.URLLib3Session.send", no)
    one_sentence(say("scan", "--region", "eu-centrl-1"), 1, "perhaps eu-central-1 is meant")
    one_sentence(say("scan", "--region", "eu-central-1"), 1, "cannot be reached")


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("ExpiredToken", "expired"),
        ("ExpiredTokenException", "expired"),
        ("InvalidClientTokenId", "does not know these credentials"),
        ("SignatureDoesNotMatch", "does not know these credentials"),
        ("InvalidSignatureException", "does not know these credentials"),
        ("RequestTimeTooSkewed", "clock and AWS's differ"),
        ("AccessDenied", "may not do that"),
        ("UnauthorizedOperation", "may not do that"),
        ("OptInRequired", "does not use that region"),
        ("Whatever", "Whatever happened"),
    ],
)
def test_the_words_of_aws(code: str, word: str) -> None:
    trouble = from_aws(ReadFailed(code, f"{code} happened."))
    assert word in str(trouble)
    assert trouble.then
    assert trouble.code is Exit.ERROR


@pytest.mark.parametrize("words", [*COMMANDS, ["checks"], ["react", "event.json"]])
def test_broken_settings(words: list[str]) -> None:
    Path("steadyhand.toml").write_text('[owner]\nnam = "x"\n')
    Path("event.json").write_text("{}")
    one_sentence(say(*words), 1, "steadyhand.toml, line 2", "name is meant", "steadyhand doctor")


def test_settings_that_are_not_there() -> None:
    one_sentence(say("scan", "--settings", "none.toml"), 1, "none.toml cannot be read")


@pytest.mark.parametrize("words", [["checks", "open_admin_prts"], ["checks", "zzzz"]])
def test_an_unknown_check(words: list[str]) -> None:
    one_sentence(say(*words), 2, "steadyhand checks")


def test_a_bug_is_ours_and_debug_shows_where(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("nought")

    monkeypatch.setattr("steadyhand.cli.commands.look.scan.chosen", broken)
    one_sentence(say("scan"), 1, "our mistake", "ZeroDivisionError", "--debug")
    err = io.StringIO()
    with contextlib.redirect_stderr(err):
        assert main(["scan", "--debug"]) == 1
    assert "Traceback" in err.getvalue()
    assert "Next: " not in err.getvalue(), "who has said --debug is not told to say it"


def test_doctor_without_credentials_still_says_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    said = say("doctor")
    assert said.code == 1
    assert "no AWS credentials" in said.out
    assert "settings" in said.out
    assert "cdk" in said.out
    Path("steadyhand.toml").write_text("[ownr]\n")
    assert "line 1" in say("doctor").out
    assert [line["name"] for line in say("doctor", "-o", "json").json] == [
        "settings",
        "cdk",
        "credentials",
    ]


@pytest.mark.parametrize("code", ["SignatureDoesNotMatch", "InvalidSignatureException"])
@pytest.mark.parametrize("said", ["Signature expired: 1 is", "Signature not yet current: 2 is"])
def test_a_wrong_clock_is_not_called_a_wrong_key(code: str, said: str) -> None:
    """Both have one code: only AWS's words tell them apart."""
    trouble = from_aws(ReadFailed(code, f"{said} earlier"))
    assert "clock" in str(trouble)
    assert "credentials" not in f"{trouble} {trouble.then}"


def test_doctor_without_a_deployment_misses_only_what_a_scan_needs(aws: None, unread: None) -> None:
    """Who never ran `init` only scans: of a deployment nothing is missing, and each is still said."""
    said = say("doctor", "-o", "json").json
    signs = {line["name"]: line["sign"] for line in said}
    assert {"ledger", "actor role", "kill switch", "trail", "mail"} <= signs.keys()
    assert "missing" not in signs.values()
    assert signs["ledger"] == "not needed yet"
    Path("steadyhand.toml").write_text('[owner]\nname = "x"\n')
    after = {line["name"]: line["sign"] for line in say("doctor", "-o", "json").json}
    assert {after[name] for name in ("ledger", "actor role", "kill switch")} == {"missing"}
