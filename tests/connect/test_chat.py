"""People are interrupted once for each subject, and not more often than the owner allows."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Barrier, Lock
from typing import Any

import pytest
from botocore.session import Session
from botocore.validate import ParamValidator

from steadyhand.connect.chat import SENT, UNSENT, WORKING, Delivery, interrupt, message
from steadyhand.model import Call, Note, ReadFailed
from steadyhand.rhythm.core.words import UNSEEN
from steadyhand.rhythm.incidents.notification import inert, notification, step
from steadyhand.rhythm.incidents.urgent import Cause, Interrupt
from tests.reports.accounts.doubles import SETTINGS, Ledger
from tests.reports.accounts.ledger_rows import ACCOUNT, NOW

TOPIC = "arn:aws:sns:eu-west-1:111122223333:steadyhand-chat"
HERE = replace(SETTINGS, chat="create", interrupts_a_week=3)
DECIDED = "it was decided before"
SPENT = "the 3 interrupts of this week are used"


def one(subject: str = "in-1#2026-06-01", **more: Any) -> Interrupt:
    known = {
        "cause": Cause.INCIDENT,
        "title": "api-5xx fires",
        "story": "Since 09:30, in eu-west-1. Customers see errors.",
        "steps": ("`aws cloudwatch describe-alarm-history --alarm-name api-5xx` says more.",),
        "ids": ("in-1",),
        "resources": ("api-5xx",),
        "region": "eu-west-1",
    }
    return Interrupt(subject=subject, **(known | more))


@dataclass
class Topic:
    """SNS, with a plan for each call: a code to fail with, or nothing."""

    plan: list[str] = field(default_factory=list)
    account: str = ACCOUNT
    said: list[dict[str, Any]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def ask(self, call: Call) -> Mapping[str, Any]:
        assert (call.action, call.params["TopicArn"]) == ("sns:Publish", TOPIC)
        code = self.plan.pop(0) if self.plan else ""
        if code:
            raise ReadFailed(code, f"{code} happened")
        with self.lock:
            self.said.append(json.loads(call.params["Message"]))
        return {"MessageId": "m"}

    @property
    def subjects(self) -> list[str]:
        return [said["metadata"]["threadId"] for said in self.said]


def tell(what: Interrupt, ledger: Any, topic: Topic, hours: float = 0, **more: Any) -> Delivery:
    at = NOW + timedelta(hours=hours)
    settings = replace(HERE, **more)
    return interrupt(what, settings=settings, ledger=ledger, aws=topic, topic=TOPIC, at=at)


def words(ledger: Ledger) -> dict[str, Mapping[str, Any]]:
    return {note.name: note.said for note in ledger.remembered.values() if note.kind == "interrupt"}


def test_once_for_each_subject() -> None:
    ledger, topic = Ledger(), Topic()
    assert tell(one(), ledger, topic) == Delivery(sent=True, why=SENT)
    for hours in (0, 1, 24 * 40):
        assert tell(one(), ledger, topic, hours) == Delivery(sent=False, why=DECIDED)
    assert len(topic.said) == 1
    assert words(ledger)["in-1#2026-06-01"] == {
        "subject": "in-1#2026-06-01",
        "cause": "incident",
        "what": "api-5xx fires",
        "ids": ["in-1"],
        "sent": True,
        "why": SENT,
        "night": False,
    }


def test_three_a_week_first_come_first_served_and_the_rest_waits() -> None:
    ledger, topic = Ledger(), Topic()
    told = [tell(one(f"s{n}"), ledger, topic).sent for n in range(5)]
    assert told == [True, True, True, False, False]
    assert topic.subjects == ["s0", "s1", "s2"]
    assert [words(ledger)[f"s{n}"]["why"] for n in (3, 4)] == [SPENT, SPENT]
    assert topic.said[2]["content"]["description"].endswith("Interrupt 3 of at most 3 this week.")
    assert tell(one("s3"), ledger, topic, 24 * 7).why == DECIDED  # the weekly said it
    assert tell(one("s5"), ledger, topic, 24 * 7).sent  # a new week, a new budget


@pytest.mark.parametrize(("budget", "sent"), [(0, 0), (1, 1), (10, 5)])
def test_the_owner_sets_the_budget(budget: int, sent: int) -> None:
    ledger, topic = Ledger(), Topic()
    for n in range(5):
        tell(one(f"s{n}"), ledger, topic, interrupts_a_week=budget)
    assert len(topic.said) == sent


def test_what_could_not_be_sent_costs_nothing_and_is_tried_again() -> None:
    ledger, topic = Ledger(), Topic(plan=["AuthorizationError"])
    why = f"{UNSENT} (AuthorizationError)"
    assert tell(one(), ledger, topic) == Delivery(sent=False, why=why)
    assert words(ledger)["in-1#2026-06-01"]["sent"] is False
    assert words(ledger)["in-1#2026-06-01"]["why"] == why
    for n in range(3):
        assert tell(one(f"s{n}"), ledger, topic).sent
    assert tell(one(), ledger, topic, 1).why == SPENT
    assert tell(one(), ledger, topic, 2).why == DECIDED
    other = Ledger()
    tell(one(), other, Topic(plan=["InternalError"]))
    assert tell(one(), other, topic, 1).sent
    assert words(other)["in-1#2026-06-01"]["sent"] is True


def test_a_sender_that_died_is_taken_over_and_keeps_its_place() -> None:
    ledger, topic = Ledger(), Topic()

    class Died(BaseException):
        pass

    class Dying(Topic):
        def ask(self, call: Call) -> Mapping[str, Any]:
            raise Died

    with pytest.raises(Died):
        tell(one(), ledger, Dying())
    assert words(ledger)["in-1#2026-06-01"]["sent"] is False  # nothing that nobody saw is claimed
    assert tell(one(), ledger, topic).why == DECIDED  # it may still be at it
    late = WORKING.total_seconds() / 3600 + 0.01
    assert tell(one(), ledger, topic, late).sent
    places = [note.said["subject"] for note in ledger.remembered.values() if note.kind == "slot"]
    assert places == ["in-1#2026-06-01"]


class Shared(Ledger):
    """A ledger that many write to at the same time, each write whole, as DynamoDB's are."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.lock, self.start = Lock(), Barrier(width)

    def note(self, new: Note, over: Note | None = None) -> bool:
        with self.lock:
            return super().note(new, over)


@pytest.mark.parametrize("seed", range(10))
def test_many_at_once_send_each_subject_once_within_the_budget(seed: int) -> None:
    width = 12
    ledger, topic = Shared(width), Topic()
    subjects = [f"s{(n + seed) % 4}" for n in range(width)]

    def go(subject: str) -> Delivery:
        ledger.start.wait()
        return tell(one(subject), ledger, topic)

    with ThreadPoolExecutor(width) as pool:
        told = list(pool.map(go, subjects))
    assert len(topic.said) == 3
    assert max(Counter(topic.subjects).values()) == 1
    assert sum(one.sent for one in told) == 3
    assert set(words(ledger)) == set(subjects)
    assert sorted(said["sent"] for said in words(ledger).values()) == [False, True, True, True]


# The message.


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
