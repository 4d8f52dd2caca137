"""What is said of a mistake in a check: one sentence that names the file and what to do."""

from __future__ import annotations

import sys
from typing import Any

from steadyhand.check import Check
from steadyhand.model import Call, States
from steadyhand.source import Source


def file_of(check: Check) -> str:
    """Where the check lies."""
    return f"steadyhand/checks/{check.category}/{check.id}.py"


def proof_of(check: Check) -> str:
    """Where its test lies."""
    return f"tests/checks/{check.category}/test_{check.id}.py"


def name_of(source: Source[Any]) -> str:
    """What a source is called, and where."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("steadyhand.sources.", "steadyhand.checks.")):
            for called, value in list(vars(module).items()):
                if value is source:
                    return called
    return source.operation


def forgotten_read(check: Check, source: Source[Any]) -> str:
    """`find` looks at what is not declared."""
    return f"{file_of(check)}: `find` looks at {name_of(source)}, which nobody reads for it: add it to `reads`"


def self_join(check: Check) -> str:
    """`find` compares items of its subject."""
    subject = name_of(check.reads[0])
    return (
        f"{file_of(check)}: `find` says otherwise when it is shown one item of {subject} alone, so it compares"
        f" them with each other: read the whole list a second time, as context, by a source of its own with"
        f" `same_as={subject}` (`Replacements` in sources/acm.py is one)"
    )


def two_alike(check: Check, resource: str) -> str:
    """Two findings cannot be told apart."""
    return f"{file_of(check)}: two findings are one and the same ({resource}): give them another `name`"


def foreign_key(check: Check, key: str) -> str:
    """A finding goes by a key that no item has."""
    subject = name_of(check.reads[0])
    return (
        f"{file_of(check)}: a finding's key is {key!r}, and no item of {subject} goes by that:"
        f" pass what `{subject}.key(item)` says"
    )


def no_permit(check: Check, call: Call, why: object) -> str:
    """A plan calls what it may not."""
    return (
        f"{file_of(check)}: its plan calls {call.action}, and `writes` does not allow that ({why}):"
        f' add or widen Permit("{call.granted_by}", …)'
    )


def useless_permit(check: Check, action: str) -> str:
    """It may do what it never does."""
    return (
        f"{file_of(check)}: `writes` allows {action}, and no plan for BAD in {proof_of(check)} calls it:"
        " remove the permit, or let BAD hold what needs it"
    )


def no_echo(check: Check, call: Call, event: str, path: str) -> str:
    """Its own fix does not wake it."""
    return (
        f"{file_of(check)}: its own fix calls {call.action}, and no event of that wakes it, so nobody looks"
        f' whether it worked: add ApiCalled("{event}", "{path}") to `wakes`, or say in'
        f' {proof_of(check)}: NO_ECHO = ("{call.granted_by}",)'
    )


def undeclared(check: Check, name: str, example: str) -> str:
    """The class does not say what every check says."""
    return f"{file_of(check)}: says no `{name}`: write `{example}`"


def no_tuple(check: Check, name: str) -> str:
    """One thing stands where several may."""
    return f"{file_of(check)}: `{name}` is no tuple: write a comma behind the one, as in `{name} = (…,)`"


def unknown_call(check: Check, action: str, nearest: str) -> str:
    """It waits for a call that AWS does not have."""
    hint = f"; perhaps {nearest} is meant" if nearest else ""
    return f"{file_of(check)}: waits for {action}, and CloudTrail writes no event of that name{hint}: change `wakes`"


def deaf(check: Check, action: str, path: str, nearest: str, what: str) -> str:
    """It waits for a place that CloudTrail never fills."""
    return (
        f"{file_of(check)}: waits for {action} with {what} at {path!r}, where CloudTrail writes nothing:"
        f" the nearest place is {nearest!r}"
    )


def other_key(check: Check, action: str, path: str, why: object) -> str:
    """What the event says there is no key of the subject."""
    return (
        f"{file_of(check)}: {action} says at {path!r} what is no key of {name_of(check.reads[0])} ({why}):"
        " name another place in `wakes`, or read that spelling in steadyhand/sources/keys.py"
    )


def stateless(check: Check, named: str) -> str:
    """It changes what AWS refuses to change in some states."""
    service = next(
        (
            module
            for module in list(sys.modules.values())
            if module.__name__.startswith("steadyhand.sources.")
            and any(value is check.reads[0].root for value in vars(module).values())
        ),
        None,
    )
    known = (
        [name for name, value in vars(service).items() if isinstance(value, States)]
        if service
        else []
    )
    said = f"`states = {known[0]}`" if known else "`states = States(ready=…, passing=…, over=…)`"
    where = f" ({' or '.join(known)} of {service.__name__})" if service and known else ""
    return (
        f"{file_of(check)}: its subject has `{named}`, and AWS refuses a change in some of its states: declare"
        f" {said}{where} and give `finding` the item's as `state`, or say in {proof_of(check)} why not:"
        ' STATELESS = "…"'
    )


def unshown(check: Check) -> str:
    """The demo says nothing of it."""
    return (
        f"{file_of(check)}: the demo shows nothing of it: let its `demo` plant one and yield"
        ' `ground.bomb(self, key)`, or yield `ground.unshown(self, "why")`'
    )


def untried(check: Check) -> str:
    """No test reads it off anything like AWS."""
    return (
        f"{proof_of(check)}: calls neither `fix_and_undo` nor `spot`: plant it on moto, and see it found;"
        " what moto does not know, `spot` of tests/checks/recorded.py takes as AWS's answers by operation"
    )


def no_event(check: Check) -> str:
    """Nothing was recorded."""
    made = f"make event CHECK={check.category}/{check.id}"
    return (
        f"events/{check.id}.json is missing, though the check waits for events: `{made}` writes it"
    )


def needless_event(check: Check) -> str:
    """It was recorded for nobody."""
    return (
        f"events/{check.id}.json wakes nobody: remove it, or say in {file_of(check)} what `wakes`"
    )


def unheard(check: Check, why: str) -> str:
    """What its test says that somebody did wakes it not."""
    return (
        f"{file_of(check)}: EVENT in {proof_of(check)} wakes it not ({why}): correct the one that `wakes` waits"
        " for, or EVENT"
    )


def wrong_event(check: Check) -> str:
    """What was recorded is another event."""
    made = f"make event CHECK={check.category}/{check.id}"
    return f"events/{check.id}.json is no event that wakes {check.id}: `{made}` writes it again"
