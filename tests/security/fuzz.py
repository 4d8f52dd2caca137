"""What reads words of strangers, and what it may answer: a value, or one sentence. Never a traceback.

`python -m tests.security.fuzz 300` fuzzes each for that many seconds.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from functions.alarm import incident
from steadyhand.catalogue import discovery as catalogue
from steadyhand.cli.envelope import Foreign, events
from steadyhand.engine.event_index import Malformed, woken_by
from steadyhand.engine.wakes import index
from steadyhand.formats.words import cell, code, markdown, tame
from steadyhand.ledger import codec
from steadyhand.portal.publish import listing
from steadyhand.reference.secrets import redacted, redacted_in
from steadyhand.rhythm.core.words import clean, person
from steadyhand.rhythm.incidents.bounces import bounces_in
from steadyhand.settings import file as settings_file
from tests.corpus import HOSTILE

EVENT_INDEX = index(catalogue.load())
SEEDS: tuple[Any, ...] = (
    {
        "source": "aws.ec2",
        "detail-type": "AWS API Call via CloudTrail",
        "account": "111122223333",
        "region": "eu-central-1",
        "detail": {
            "eventName": "AuthorizeSecurityGroupIngress",
            "eventSource": "ec2.amazonaws.com",
            "requestParameters": {"groupId": "sg-1"},
            "responseElements": {},
        },
    },
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
    {"Records": [{"eventSource": "aws:sqs", "messageId": "1", "body": "{}"}]},
    {
        "invokingEvent": '{"configurationItem": {"resourceId": "x"}}',
        "configRuleName": "steadyhand-x",
    },
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
TOML = '[owner]\nname = "A"\n[mail]\nto = ["a@b.example"]\n[deploy]\nregions = ["eu-central-1"]\n[checks.open_admin_ports]\nmode = "observe"\n'


def of_event(value: Any) -> None:
    for one in events(value):
        if not isinstance(one, Foreign):
            _said(lambda one=one: woken_by(one, EVENT_INDEX), Malformed)


def of_alarm(value: Any) -> None:
    _said(lambda: incident(value), Malformed)


def of_bounce(value: Any) -> None:
    """The handler makes these three a `Malformed`."""
    _said(lambda: list(bounces_in(value)), KeyError, TypeError, ValueError, AttributeError)


def of_codec(value: Any) -> None:
    text = codec.text(value)
    assert codec.text(codec.value(text)) == text


def of_stored(value: Any) -> None:
    """What somebody else wrote into a row: it is read, or refused as no value of ours."""
    _said(lambda: codec.value(json.dumps(value)), ValueError, TypeError, KeyError)


def of_list(value: Any) -> None:
    listing(json.dumps(value).encode("utf-8", "surrogatepass"))


def of_words(value: Any) -> None:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    for one in (tame, cell, code, markdown, clean, person, redacted):
        said = one(text)
        assert isinstance(said, str)
        assert "\n" not in said or one is redacted
        assert "\x1b" not in said or one is redacted
    redacted_in(value)


def of_settings(value: Any) -> None:
    text = TOML
    for place in ("A", "a@b.example", "eu-central-1", "observe", "open_admin_ports"):
        if isinstance(value, str):
            text = text.replace(place, value, 1)
    with TemporaryDirectory() as folder:
        file = Path(folder, "steadyhand.toml")
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        _said(lambda: settings_file.read(file), settings_file.SettingsInvalid)


PARSERS: dict[str, Callable[[Any], None]] = {
    name.removeprefix("of_"): one for name, one in list(globals().items()) if name.startswith("of_")
}


def _said(call: Callable[[], Any], *allowed: type[Exception]) -> None:
    try:
        call()
    except allowed as refused:
        said = str(refused).strip()
    else:
        return
    if "\n" in said:
        raise AssertionError(f"more than one line: {said[:200]!r}")


def values(source: random.Random) -> Iterator[Any]:
    """Seeds first; then seeds with something in them replaced, left out, nested or repeated."""
    yield from SEEDS
    yield from HOSTILE
    while True:
        yield _mutated(source.choice(SEEDS), source)


def _mutated(value: Any, source: random.Random) -> Any:
    chance = source.random()
    if chance < 0.12:
        return _anything(source)
    if isinstance(value, dict):
        made = {
            key: _mutated(inner, source) if source.random() < 0.4 else inner
            for key, inner in value.items()
        }
        if made and source.random() < 0.2:
            made.pop(source.choice(list(made)))
        if source.random() < 0.1:
            made[str(_anything(source))[:50]] = _anything(source)
        return made
    if isinstance(value, list):
        return [_mutated(inner, source) for inner in value] * source.choice((0, 1, 1, 2))
    if isinstance(value, str) and value and source.random() < 0.5:
        at = source.randrange(len(value))
        return value[:at] + source.choice(HOSTILE) + value[at:]
    return value


def _anything(source: random.Random) -> Any:
    deep: Any = source.choice(HOSTILE)
    for _ in range(source.choice((0, 1, 3, 300))):
        deep = source.choice(([deep], {"a": deep}))
    return source.choice(
        (
            deep,
            source.choice(HOSTILE),
            source.choice(SEEDS),
            None,
            -1,
            10**400,
            1.5,
            True,
            [],
            {},
            float(10**15),
            "9" * 5000,
        )
    )


def fuzz(name: str, seed: int, *, times: int = 0, seconds: float = 0.0) -> int:
    """How many values it read; an exception tells which one it could not."""
    parse, ends = PARSERS[name], time.monotonic() + seconds
    for number, value in enumerate(values(random.Random(f"{name} {seed}"))):
        if number >= times and time.monotonic() >= ends:
            return number
        try:
            parse(value)
        except Exception as error:
            error.add_note(f"{name}: {ascii(value)[:2000]}")
            raise
    raise AssertionError("values never end")


def main(seconds: float) -> None:
    """Each parser in turn; a line each."""
    for name in PARSERS:
        count = fuzz(name, int(time.time()), seconds=seconds)
        sys.stdout.write(f"fuzz {name}: {count:,} values, none broke it\n")


if __name__ == "__main__":
    main(float(sys.argv[1]))
