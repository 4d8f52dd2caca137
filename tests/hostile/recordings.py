"""Recorded events, each as it is and with every part of it exchanged: who is woken, and what breaks.

The events of the project lie in `events/`. Others, which may not be copied into it, are looked for in
the folder that STEADYHAND_EVENTS names, else in `../shared/events`, with an `index.csv` that says what
a correct responder does. `python -m tests.hostile.recordings [N]` prints the confusion table, and
exchanges parts of every Nth event.
"""

from __future__ import annotations

import copy
import csv
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path
from typing import Any, NamedTuple

from functions.alarm import bounces, incident
from functions.evaluate import item_of, verdict
from steadyhand.catalogue import discovery as catalogue
from steadyhand.cli.envelope import Foreign, events
from steadyhand.engine.event_index import MalformedEvent, woken_by
from steadyhand.engine.wakes import index

ROOT = Path(__file__).resolve().parents[2]
EVENT_INDEX = index(catalogue.load())


class Recording(NamedTuple):
    """One recorded event; `right` is what a correct responder does, in the words of its index."""

    name: str
    event: Any
    right: str = ""


def ours() -> Iterator[Recording]:
    """The events of the project, each of which wakes a check."""
    for file in sorted((ROOT / "events").glob("*.json")):
        yield Recording(file.stem, json.loads(file.read_text()))


def folder() -> Path:
    """Where others lie, if anywhere."""
    return Path(os.environ.get("STEADYHAND_EVENTS") or ROOT.parent / "shared" / "events")


def others() -> Iterator[Recording]:
    """Those of the index, where there is one."""
    here = folder() / "index.csv"
    if not here.exists():
        return
    with here.open() as rows:
        for row in csv.DictReader(rows):
            file = folder() / row["path"]
            if file.exists() and file.suffix == ".json":
                yield Recording(row["path"], json.loads(file.read_text()), row["response_class"])


def heard(event: Any) -> str:
    """What becomes of it: "wakes", "ignored", "malformed" or "foreign"; the strongest of its parts."""
    said = set()
    for one in events(event):
        if isinstance(one, Foreign):
            said.add("foreign")
            continue
        try:
            said.add("wakes" if woken_by(one, EVENT_INDEX).woken else "ignored")
        except MalformedEvent:
            said.add("malformed")
    return next(one for one in ("wakes", "malformed", "ignored", "foreign") if one in said)


def failed(event: Any) -> bool:
    """Does it tell of a call that failed, so that nothing changed?"""
    parts = [one for one in events(event) if not isinstance(one, Foreign)]
    return bool(parts) and all(
        isinstance(one.get("detail"), dict) and one["detail"].get("errorCode") for one in parts
    )


def deep() -> Any:
    """A list in a list, 5,000 deep."""
    value: Any = "x"
    for _ in range(5000):
        value = [value]
    return value


EXCHANGED: dict[str, Callable[[], Any]] = {
    "null": lambda: None,
    "object": lambda: {"a": {"b": [1]}},
    "empty object": dict,
    "list": lambda: ["x", 5, None, {}],
    "empty list": list,
    "empty text": str,
    "long text": lambda: "x" * 100_000,
    "half a pair": lambda: "\ud800",
    "lines": lambda: "a\nb\x00\u202e",
    "true": lambda: True,
    "huge": lambda: 10**400,
    "float": lambda: float("nan"),
    "negative": lambda: -1,
    "date": lambda: "0001-01-01T00:00:00+23:59",
    "deep": deep,
    "deep object": lambda: {"a": deep()},
}


def places(said: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every node of an event, itself included."""
    yield above
    inner: Any = said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else ()  # fmt: skip
    for name, value in inner:
        yield from places(value, (*above, name))


def exchanged(event: Any, place: tuple[Any, ...], value: Any) -> Any:
    """The event with another value at one place, or without it where it is `places`."""
    if not place:
        return value
    made = copy.deepcopy(event)
    at = made
    for step in place[:-1]:
        at = at[step]
    if value is places:
        del at[place[-1]]
    else:
        at[place[-1]] = value
    return made


def by_alarm(event: Any) -> None:
    """As the function of alarms takes it, to a row that can be written."""
    if found := incident(event):
        words = (found.id, found.account, found.region, found.signature, found.summary)
        "".join(words).encode()
        for at in filter(None, (found.began_at, found.ended_at)):
            at.astimezone(UTC)


def by_bounce(event: Any) -> None:
    """As the function of bounces takes it."""
    for note in bounces(event):
        note.at.astimezone(UTC)
        json.dumps([note.name, note.said]).encode()


def by_config(event: Any) -> None:
    """As the function of Config's rules takes it, to an entry of PutEvaluations."""
    if item := item_of(event):
        verdict(item, None)


def by_events(event: Any) -> None:
    """As the command takes it, and what it unwraps as the deployed function takes it."""
    heard(event)


def by_react(event: Any) -> None:
    """As the deployed function takes it."""
    woken_by(event, EVENT_INDEX, "123456789012")


READERS: dict[str, Callable[[Any], Any]] = {
    "alarm": by_alarm,
    "bounce": by_bounce,
    "evaluate": by_config,
    "react": by_react,
    "command": by_events,
}


def broken(recording: Recording, tried: Counter[str]) -> Iterator[str]:
    """Who answers an exchanged event with anything but a verdict or `MalformedEvent` in one line."""
    for place in places(recording.event):
        for name, value in (*EXCHANGED.items(), ("missing", lambda: places)):
            event = (
                exchanged(recording.event, place, value()) if place or name != "missing" else None
            )
            for reader, take in READERS.items():
                tried[reader] += 1
                try:
                    take(event)
                except MalformedEvent as malformed:
                    tried["malformed"] += 1
                    if len(str(malformed).splitlines()) != 1 or len(str(malformed)) > 300:
                        yield f"{recording.name} {place} {name}: {reader} says more than a line"
                except Exception as crash:  # noqa: BLE001 - that nothing does is the point
                    yield f"{recording.name} {place} {name}: {reader} {type(crash).__name__}"


def main(every: int = 5) -> int:
    """The table, and what broke."""
    table: Counter[tuple[str, str]] = Counter()
    tried: Counter[str] = Counter()
    wrong = []
    for number, one in enumerate([*ours(), *others()]):
        table[one.right or "ours", heard(one.event)] += 1
        if number % every == 0:
            wrong += list(broken(one, tried))
    said = [f"{right:16}{what:12}{count:5}" for (right, what), count in sorted(table.items())]
    counted = ", ".join(f"{name} {count}" for name, count in tried.items())
    sys.stdout.write("\n".join([*said, f"exchanged: {counted}; {len(wrong)} wrong", *wrong, ""]))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 5))
