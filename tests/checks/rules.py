"""What a check must hold to, each as a sentence that names the file and what to do; none where all is well.

A rule takes a check and its test file, and yields what is wrong. `tests/checks/test_rules.py` asks them
of every check; `test_mistakes.py` makes each mistake and reads the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from steadyhand.check import Check
from steadyhand.source import Source
from tests.checks.proofs import BOTO, ROOT

RARE = (
    "{}: none of the made-up answers of AWS is a finding, so they prove nothing; make BAD hold the words"
    ' that matter, or say why that cannot be: RARE = "…"'
)


def file_of(check: Check) -> str:
    """Where the check lies."""
    return f"steadyhand/checks/{check.category}/{check.id}.py"


def proof_of(check: Check) -> str:
    """Where its test lies."""
    return f"tests/checks/{check.category}/test_{check.id}.py"


def unplanted(check: Check) -> Iterator[str]:
    """The demo shows it, or says why it cannot."""
    shared = (file.read_text() for file in (ROOT / "steadyhand" / "demo" / "planted").glob("*.py"))
    if type(check).demo is Check.demo and not any(f'"{check.id}"' in text for text in shared):
        yield (
            f"{file_of(check)}: the demo shows nothing of it: let its `demo` plant one and yield"
            ' `ground.bomb(self, key)`, or yield `ground.unshown(self, "why")`'
        )


def states(check: Check, proof: Any) -> Iterator[str]:
    """AWS refuses a change of what is being made or deleted."""
    named = state_of(check.reads[0].root)
    if named and check.writes and not check.states and not getattr(proof, "STATELESS", ""):
        yield (
            f"{file_of(check)}: its subject has `{named}`, and AWS refuses a change in some of its states:"
            f' declare `states`, or say in {proof_of(check)} why not: STATELESS = "…"'
        )


def state_of(source: Source[Any]) -> str:
    """The member that holds the state of an item, as the model of the API has it; empty where none."""
    shape = item_of(source)
    members = shape.members if shape is not None and shape.type_name == "structure" else {}
    return next(
        (one for one in ("State", "Status", f"{shape and shape.name}Status") if one in members), ""
    )


def item_of(source: Source[Any]) -> Any:
    """The shape of an item of a source; None where its path leaves the model."""
    service, _, operation = source.operation.partition(":")
    shape: Any = BOTO.get_service_model(service).operation_model(operation).output_shape
    for name in filter(None, re.split(r"\.", source.items)):
        shape = inner(shape)
        if shape is None or shape.type_name != "structure" or name not in shape.members:
            return None
        shape = shape.members[name]
    return inner(shape)


def inner(shape: Any) -> Any:
    """What a list is of."""
    while shape is not None and shape.type_name == "list":
        shape = shape.member
    return shape
