"""What interrupts people is shown as it is said: no stranger's word calls, links or runs anything."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from botocore.session import Session
from botocore.validate import ParamValidator

from steadyhand.connect.chat import message
from steadyhand.rhythm.core.words import UNSEEN
from steadyhand.rhythm.incidents.notification import inert, notification, step
from steadyhand.rhythm.incidents.urgent import Cause, Interrupt
from tests.connect.test_chat import TOPIC, one
from tests.reports.accounts.ledger_rows import ACCOUNT

SCHEMA: dict[str, Any] = {
    "version": str,
    "source": str,
    "id": str,
    "content": {
        "textType": str,
        "title": str,
        "description": str,
        "nextSteps": [str],
        "keywords": [str],
    },
    "metadata": {
        "threadId": str,
        "summary": str,
        "eventType": str,
        "relatedResources": [str],
        "additionalContext": {"account": str, "region": str, "rows": str},
    },
}
"""The event format of custom notifications, as the administrator guide of Amazon Q gives it."""


def fits(said: Any, schema: Any) -> None:
    if isinstance(schema, dict):
        assert set(said) == set(schema)
        for name, inner in schema.items():
            fits(said[name], inner)
    elif isinstance(schema, list):
        for item in said:
            fits(item, schema[0])
    else:
        assert isinstance(said, schema)


def shown(what: Interrupt) -> dict[str, Any]:
    return notification(what, account=ACCOUNT, left="Interrupt 1 of at most 3 this week.")


@pytest.mark.parametrize("cause", list(Cause))
def test_it_has_the_documented_shape(cause: Cause) -> None:
    said = shown(one(cause=cause))
    fits(said, SCHEMA)
    assert (said["version"], said["source"]) == ("1.0", "custom")
    assert said["content"]["textType"] == "client-markdown"
    assert said["content"]["keywords"][0] == "Steadyhand"
    assert said["content"]["nextSteps"] == [
        "`aws cloudwatch describe-alarm-history --alarm-name api-5xx` says more."
    ]


def test_sns_understands_it() -> None:
    model = Session().get_service_model("sns").operation_model("Publish")
    params = message(shown(one(title="Größe × 3 ● fires")), TOPIC)
    report = ParamValidator().validate(params, model.input_shape)
    assert not report.has_errors(), report.generate_report()
    assert params["Subject"].isascii()
    assert 0 < len(params["Subject"]) <= 100
    assert len(params["Message"].encode()) < 256 * 1024


LOUD = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "&lt;!channel&gt; &#60;!here&#62;",
    "javascript:alert(1) https://evil.example/ @here",
    "name\r\nBcc: everybody@evil.example\r\n\r\nhello",
    "\u202egnp.exe \u2066 \u200b \u2028 \x00 \x1b[31m \ud800",
    "a" * 300,
    "𝕏" * 300,
    "&" * 300,
    "\"'<>" * 80,
    "<!channel> <!here> <!everyone>",
    "<@U024BE7LH> <#C024BE7LR|general> <!subteam^S1>",
    "@channel @here @everyone maya@example.com",
    "<https://evil.example|sign in> https://evil.example http://x www.evil.example",
    "[sign in](https://evil.example) ![x](https://evil.example/p.png)",
    "<at>Maya</at> <a href='x'>x</a>",
    "*bold* _slanted_ ~gone~ `code` ```block```",
    "a`b` ``` `",
    "mailto:evil@evil.example FTP://evil WWW.evil.example",
]


@pytest.mark.parametrize("text", LOUD, ids=[ascii(one)[:30] for one in LOUD])
def test_strangers_call_nobody_and_link_nowhere(text: str) -> None:
    what = one(
        text, title=text, story=text, steps=(f"`steadyhand show {text}` {text}",), resources=(text,)
    )
    said = shown(what)
    fits(said, SCHEMA)
    content, meta = said["content"], said["metadata"]
    told = [said["id"], content["title"], *content["nextSteps"], *meta["relatedResources"]]
    told += [meta["threadId"], meta["summary"], *content["description"].splitlines()]
    for line in told:
        assert not set(line) & set("<>&@#*~[]|!"), line
        assert "://" not in line
        assert "www." not in line.lower()
        assert "mailto:" not in line.lower()
        assert not {unicodedata.category(one) for one in line} & UNSEEN
        assert len(line) <= 1000
    assert "`" not in content["title"] + content["description"]
    for line in content["nextSteps"]:
        assert line.count("`") in (0, 2)
    assert len(content["description"].splitlines()) == 2


def test_plain_names_stay_as_they_are() -> None:
    for name in ("orders_v2-prod", "arn:aws:sqs:eu-west-1:1:orders", "api.example.com", "50 %"):
        assert inert(name) == name
    said = "`steadyhand show fi-0123456789` prints it."
    assert step(said) == said


def test_a_command_with_strange_letters_is_none() -> None:
    assert "`" not in step("`aws sqs receive-message --queue-url <!channel>` shows it.")
