"""The event rules match every event of the catalogue, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from moto.events.models import EventPattern

from stacks.events.patterns import LONGEST, LONGEST_NAME, alarms, patterns
from steadyhand.catalogue import discovery as catalogue
from steadyhand.engine.event_index import woken_by
from steadyhand.engine.wakes import index

EVENTS = sorted((Path(__file__).parents[3] / "events").glob("*.json"))
EVENT_INDEX = index(catalogue.load())
PATTERNS = patterns(EVENT_INDEX)


def hearing(event: dict[str, Any], among: dict[str, Any] | None = None) -> list[str]:
    rules = PATTERNS if among is None else among
    return [name for name, said in rules.items() if matched(event, said)]


def matched(event: dict[str, Any], pattern: Any) -> bool:
    rule = EventPattern.load(json.dumps(pattern))
    return any(rule.matches_event(one) for one in views(event))


def views(said: Any) -> Iterator[Any]:
    """One element of each list of objects at a time, as EventBridge matches (moto matches in none).

    "Array consistency" of github.com/aws/event-ruler: all of a pattern is of the same element.
    """
    if isinstance(said, dict):
        for inner in product(*(views(value) for value in said.values())):
            yield dict(zip(said, inner, strict=True))
    elif isinstance(said, list) and said and isinstance(said[0], dict):
        for one in said:
            yield from views(one)
    else:
        yield said


def recorded() -> list[Any]:
    found = []
    for file in EVENTS:
        said = json.loads(file.read_text())
        for number, event in enumerate(said if isinstance(said, list) else [said]):
            found.append(pytest.param(event, id=f"{file.stem}-{number}"))
    return found


def made_up(wake: Any, last: bool = False) -> dict[str, Any]:
    """The event that a wake waits for, with the first of what it may say, or the last."""
    detail: dict[str, Any] = {}
    if wake["detail_type"] == "AWS API Call via CloudTrail":
        detail["eventSource"] = f"{wake['source'].removeprefix('aws.')}.amazonaws.com"
    for path, said in wake["where"].items():
        *above, name = path.split(".")
        inner = detail
        for one in above:
            inner = inner.setdefault(one, {})
        inner[name] = said[-1 if last else 0]
    return {"source": wake["source"], "detail-type": wake["detail_type"], "detail": detail}


@pytest.mark.parametrize("event", recorded())
def test_what_wakes_is_matched_once_and_what_wakes_nothing_is_not(event: dict[str, Any]) -> None:
    woken_now = woken_by(event, EVENT_INDEX)
    assert len(hearing(event)) == (1 if woken_now.woken else 0)


@pytest.mark.parametrize(
    "wake", EVENT_INDEX, ids=lambda wake: f"{wake['check']}-{json.dumps(wake['where'])[:60]}"
)
def test_every_wake_is_matched_once(wake: Any) -> None:
    assert len(hearing(made_up(wake))) == 1


@pytest.mark.parametrize("name", PATTERNS)
def test_every_rule_waits_for_some_wake(name: str) -> None:
    assert any(
        matched(made_up(wake, last), PATTERNS[name])
        for wake in EVENT_INDEX
        for last in (False, True)
    )


def test_a_call_that_failed_does_not_wake() -> None:
    event = json.loads((EVENTS[0].parent / "open_admin_ports.json").read_text())
    event = event[0] if isinstance(event, list) else event
    assert hearing(event)
    event["detail"]["errorCode"] = "AccessDenied"
    assert not hearing(event)


def test_another_service_with_the_same_call_does_not_wake() -> None:
    event = json.loads((EVENTS[0].parent / "open_admin_ports.json").read_text())
    event = event[0] if isinstance(event, list) else event
    event["source"] = "aws.elsewhere"
    assert not hearing(event)


def test_patterns_and_names_fit() -> None:
    assert all(
        len(json.dumps(said, separators=(",", ":"))) <= LONGEST for said in PATTERNS.values()
    )
    assert all(len(f"steadyhand-{name}") <= LONGEST_NAME for name in PATTERNS)


def test_what_is_too_long_for_one_rule_becomes_more() -> None:
    wakes = [
        {
            "source": "aws.ec2",
            "detail_type": "AWS API Call via CloudTrail",
            "where": {"eventName": [f"AuthorizeSomething{number:03}"]},
            "key": "detail.requestParameters.id",
            "check": "some_check",
        }
        for number in range(300)
    ]
    made = patterns(wakes)
    assert len(made) > 1
    assert set(made) == {f"ec2-calls-{number}" for number in range(1, len(made) + 1)}
    for wake in wakes:
        assert len([name for name, said in made.items() if matched(made_up(wake), said)]) == 1


def test_one_word_too_long_is_refused() -> None:
    wake = {
        "source": "aws.ec2",
        "detail_type": "AWS API Call via CloudTrail",
        "where": {"eventName": ["X" * 3000]},
        "check": "some_check",
    }
    with pytest.raises(ValueError, match="too long for a rule"):
        patterns([wake])


def test_a_wake_without_a_condition_swallows_the_others_of_its_kind() -> None:
    kind = {"source": "aws.acm", "detail_type": "Something", "check": "x", "key": "resources"}
    wheres = [{"state": ["FAILED"]}, {}, {"state": ["DONE"], "by": ["me"]}]
    made = patterns([kind | {"where": where} for where in wheres])
    assert list(made.values()) == [{"source": ["aws.acm"], "detail-type": ["Something"]}]


def test_conditions_that_differ_in_one_field_become_one_and_who_asks_for_more_than_another_none() -> (
    None
):
    kind = {"source": "aws.x", "detail_type": "X", "check": "x", "key": "resources"}
    wheres: list[dict[str, list[str]]] = [
        {"a": ["1"], "b": ["1"]},
        {"a": ["2"], "b": ["1"]},
        {"a": ["2"], "b": ["2"]},
        {"b": ["1"], "c": ["1"]},
        {"b": ["1"], "c": ["1"], "d": ["7"]},
        {"a": ["2"], "b": ["1"]},
    ]
    made = patterns([kind | {"where": where} for where in wheres])
    assert [one["detail"] for one in made.values()] == [
        {"a": ["1", "2"], "b": ["1"]},
        {"a": ["2"], "b": ["2"]},
        {"b": ["1"], "c": ["1"]},
    ]


def test_conditions_may_lie_deep() -> None:
    wake = {
        "source": "aws.config",
        "detail_type": "X",
        "where": {"result.type": ["BAD"], "name": ["a", "b"]},
    }
    assert patterns([wake])["config-x"]["detail"] == {
        "result": {"type": ["BAD"]},
        "name": ["a", "b"],
    }


def test_every_alarm_is_matched() -> None:
    assert matched(
        {"source": "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change", "detail": {}},
        alarms(),
    )
