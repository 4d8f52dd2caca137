"""Writes the recorded event of a check as AWS spells it: `make event CHECK=jobs/my_check`.

Its test says what somebody did, in the API's own words: EVENT = (action, parameters), and what AWS
answered as a third where the answer names the subject; or which metric an alarm watches, and of what:
EVENT = (namespace, metric, dimensions). Without EVENT it is the first call that the check waits for, with
what the API requires, about the first of BAD.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from steadyhand.catalogue import discovery
from steadyhand.check import Check
from steadyhand.triggers import ApiCalled
from tests.authoring import alarmed, spelled
from tests.authoring.new import Wrong, parts

EVENTS = Path("events")


def record(category: str, name: str) -> Path:
    """Write it. `Wrong` where no call wakes the check."""
    discovery.places.cache_clear()
    proof = import_module(f"tests.checks.{category}.test_{name}")
    said = getattr(proof, "EVENT", None) or guessed(discovery.kind(name)(), proof)
    file = EVENTS / f"{name}.json"
    file.write_text(json.dumps(spelled_event(said), indent=2, ensure_ascii=False) + "\n", "utf-8")
    return file


def spelled_event(said: tuple[Any, ...]) -> dict[str, Any]:
    """An EVENT as AWS delivers it: an alarm's where the second word is a metric, else that of a call."""
    return alarmed.event(*said) if isinstance(said[1], str) else spelled.event(*said)


def guessed(check: Check, proof: Any) -> tuple[Any, ...]:
    """The first call that wakes it, about the first of BAD."""
    action = next((one.action for one in check.wakes if isinstance(one, ApiCalled)), None)
    if action is None:
        raise Wrong(
            f"no call wakes {check.id}: say in {proof.__name__.replace('.', '/')}.py which metric an alarm"
            ' on it watches, as EVENT = ("AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueName": "x"}),'
            f" or record in events/{check.id}.json what the service sends, as its user guide shows it"
        )
    operation = spelled.operation_of(action)
    subject, *_ = check.reads
    key = subject.key(proof.BAD[subject][0])
    return (
        action,
        spelled.sample(operation.input_shape, key, whole=False),
        spelled.sample(operation.output_shape, key, whole=False),
    )


def main(check: str) -> int:
    """Write it, and say where."""
    try:
        file = record(*parts(check))
    except Wrong as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    sys.stdout.write(f"{file}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
