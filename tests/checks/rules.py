"""What a check must hold to, each as a sentence that names the file and what to do; none where all is well.

A rule takes a check and its test file, and yields what is wrong. `tests/checks/test_rules.py` asks them
of every check, in this order; `test_mistakes.py` makes each mistake and reads the sentence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from steadyhand.check import Check
from steadyhand.engine.changes.actor import Overreach
from steadyhand.engine.event_index import CLOUDTRAIL, MalformedEvent, woken_by
from steadyhand.engine.wakes import index, wakes_of
from steadyhand.model import Call, Finding, Step, pick
from steadyhand.reference.cloudtrail import event_name
from steadyhand.source import NOT_AWS, Source
from steadyhand.triggers import ApiCalled, ConfigChanged, Every
from tests.authoring import spelled
from tests.authoring.event import spelled_event
from tests.checks import sentences
from tests.checks.proofs import BOTO, ROOT, when
from tests.checks.sentences import file_of, proof_of
from tests.verbs import calls, found, known, permit

Rule = Callable[[Check, Any], Iterator[str]]
RARE = (
    "{}: none of the made-up answers of AWS is a finding, so they prove nothing; make BAD hold the words"
    ' that matter, or say why that cannot be: RARE = "…"'
)
SHORT = 25
SAYS = {
    "severity": "severity = Severity.HIGH",
    "risk": "risk = Risk.ADVICE",
    "reads": "reads = (Queues,)",
    "consequence": 'consequence = "What happens if nobody acts."',
    "hours_lost": "hours_lost = (1, 8)",
    "resource_type": 'resource_type = "AWS::SQS::Queue"',
    "wakes": "wakes = (days(1),)",
}


def todo(check: Check, proof: Any) -> Iterator[str]:
    """What the author still has to write, first things first."""
    del proof
    for file in (file_of(check), proof_of(check)):
        for number, line in enumerate((ROOT / file).read_text("utf-8").splitlines(), 1):
            if said := re.search(r"TODO: (.+)", line):
                text = said[1].strip(' "')
                yield f"{file}:{number}: {text}"
                return


def undeclared(check: Check, proof: Any) -> Iterator[str]:
    """What every check says of itself."""
    del proof
    for name in ("reads", "wakes", "writes", "looks", "refines", "peers"):
        if not isinstance(getattr(check, name, ()), tuple):
            yield sentences.no_tuple(check, name)
            return
    for name, example in SAYS.items():
        if not getattr(check, name, None) or getattr(check, name) == (0, 0):
            yield sentences.undeclared(check, name, example)
    if len(check.short or check.id) > SHORT:
        yield f"{file_of(check)}: `short` is for a column of {SHORT} letters: say it in fewer"
    if not any(isinstance(one, Every) for one in check.wakes):
        yield sentences.undeclared(check, "sweep", "wakes = (days(1), …)")


def facts(check: Check, proof: Any) -> Iterator[str]:
    """Its test holds what is bad and what is good, and tries it on moto or on recorded answers."""
    for name in ("BAD", "GOOD"):
        if not hasattr(proof, name):
            yield f"{proof_of(check)}: holds no {name}: facts by source, as `Account.of` takes them"
    text = (ROOT / proof_of(check)).read_text("utf-8")
    if not re.search(r"\b(fix_and_undo|spot)\(", text):
        yield sentences.untried(check)
    if type(check).plan is not Check.plan and not planting(check, proof):
        yield f"{proof_of(check)}: its plan is never tried by the engine: PLANTING = Planting(plant=…)"


def planting(check: Check, proof: Any) -> Any:
    """Where the suites of trust take a check's account from."""
    from tests.trust import planted_data, planted_network

    shared = planted_data.PLANTINGS | planted_network.PLANTINGS
    return getattr(proof, "PLANTING", None) or shared.get(check.id)


def judged(check: Check, proof: Any) -> Iterator[str]:
    """`find` reads what it declares, judges each item alone, and speaks of it by its key."""
    try:
        findings = found(planner(check, proof), proof.BAD, **when(proof))
    except AssertionError as wrong:
        yield str(wrong)
        return
    if not findings:
        yield f"{file_of(check)}: finds nothing in BAD of {proof_of(check)}"
    subject, *_ = check.reads
    keys = {subject.key(item) for item in proof.BAD.get(subject, ())}
    for one in findings:
        if one.key not in keys:
            yield sentences.foreign_key(check, one.key)
            return


def planner(check: Check, proof: Any) -> Any:
    """The check with the knobs of its test."""
    return getattr(proof, "CHECK", check)


def plans(check: Check, proof: Any) -> Iterator[tuple[Finding, Step]]:
    """Every step for what is bad."""
    made = planner(check, proof)
    for finding in found(made, proof.BAD, **when(proof)):
        for step in made.plan(finding):
            yield finding, step


def permits(check: Check, proof: Any) -> Iterator[str]:
    """It may do what it does, and no more."""
    used: set[str] = set()
    for call in {
        str(call): call for _, step in plans(check, proof) for call in calls(step)
    }.values():
        try:
            permit(check, call)
        except Overreach as why:
            yield sentences.no_permit(check, call, why)
            return
        used.add(call.granted_by)
    for one in sorted({one.action for one in check.writes} - used):
        yield sentences.useless_permit(check, one)


def echoes(check: Check, proof: Any) -> Iterator[str]:
    """The echo of a fix is how it is verified, so the calls of a plan are among the wakes."""
    heard = {
        re.sub(r"\d{8}(v\d)?$", "", one.action) for one in check.wakes if isinstance(one, ApiCalled)
    } | set(getattr(proof, "NO_ECHO", ()))
    for finding, step in plans(check, proof):
        for call in calls(step):
            if not {call.granted_by, call.action} & heard:
                event, path = echo(call, finding.key)
                yield sentences.no_echo(check, call, event, path)
                return


def echo(call: Call, key: str) -> tuple[str, str]:
    """What CloudTrail calls a call of ours, and where it names the subject."""
    event = f"{call.service}:{event_name(call.service, call.operation)}"
    told = spelled.detail(event, known(call).params)
    named = [path for path, said in spelled.leaves(told) if isinstance(said, str) and said == key]
    named += [
        path
        for path, said in spelled.leaves(told)
        if isinstance(said, str) and said and said in key
    ]
    return event, next((one for one in named if one.startswith("request")), "requestParameters.…")


def wakes(check: Check, proof: Any) -> Iterator[str]:
    """Each trigger is woken by the event that CloudTrail writes: not one made from the trigger."""
    key = next(one.key for one in found(planner(check, proof), proof.BAD, **when(proof)))
    own = [one | {"check": check.id, "kind": check.reads[0].root.kind} for one in wakes_of(check)]
    for trigger in check.wakes:
        if not isinstance(trigger, ApiCalled):
            continue
        try:
            event = spelled.every(trigger.action, key)
        except spelled.NoSuchCall:
            yield sentences.unknown_call(check, trigger.action, nearest_call(trigger.action))
            continue
        keys = (trigger.key, *trigger.or_in)
        empty = [] if any(filled(event["detail"], path) for path in keys) else [trigger.key]
        empty += [path for path in trigger.where if not filled(event["detail"], path)]
        if empty:
            what = "its key" if empty[0] == trigger.key else "a condition"
            places = [path for path, said in spelled.leaves(event["detail"]) if said == key]
            (nearest,) = get_close_matches(empty[0], places, n=1, cutoff=0) or ["none"]
            yield sentences.deaf(check, trigger.action, empty[0], nearest, what)
            continue
        for path, said in trigger.where.items():
            put(event["detail"], path, said[0])
        if why := unheard(event, [one for one in own if one["detail_type"] == CLOUDTRAIL]):
            yield sentences.other_key(check, trigger.action, trigger.key, why)


def put(said: Any, path: str, value: str) -> None:
    """Have an event say this at a place."""
    *above, last = path.split(".")
    for name in above:
        said = said[name]
    said[last] = value


def filled(detail: Any, key: str) -> bool:
    """Does the event say something at every place of a key?"""
    places = re.findall(r"\{([\w.]+)", key) or [key]
    return all(list(pick(detail, place)) for place in places)


def unheard(event: Mapping[str, Any], own: list[Mapping[str, Any]]) -> str:
    """Why an event wakes nobody; nothing where it does."""
    try:
        woken = woken_by(event, own, spelled.ACCOUNT)
    except MalformedEvent as why:
        return str(why)
    return "" if woken.woken else str(woken.ignored)


def nearest_call(action: str) -> str:
    """What may be meant."""
    service, _, name = action.partition(":")
    names = [
        event_name(client, one)
        for client in spelled.CLIENTS.get(service, (service,))
        if client in BOTO.get_available_services()
        for one in BOTO.get_service_model(client).operation_names
    ]
    close = get_close_matches(name, names, n=1) or [one for one in names if one.startswith(name)]
    return f"{service}:{close[0]}" if close else ""


def recorded(check: Check, proof: Any) -> Iterator[str]:
    """The recorded event is one it wakes on, and what the test says that somebody did."""
    waits = any(not isinstance(one, Every | ConfigChanged) for one in check.wakes)
    file = ROOT / "events" / f"{check.id}.json"
    if waits and not file.exists():
        yield sentences.no_event(check)
    elif file.exists() and not waits:
        yield sentences.needless_event(check)
    elif waits:
        event = json.loads(file.read_text("utf-8"))
        whole = {"version", "id", "source", "account", "time", "region"} <= event.keys()
        stale = hasattr(proof, "EVENT") and event != spelled_event(proof.EVENT)
        why = unheard(event, index([check]))
        if why and not stale and hasattr(proof, "EVENT"):
            yield sentences.unheard(check, why)
        elif stale or why or not whole:
            yield sentences.wrong_event(check)


def unplanted(check: Check, proof: Any = None) -> Iterator[str]:
    """The demo shows it, or says why it cannot."""
    del proof
    shared = (file.read_text() for file in (ROOT / "steadyhand" / "demo" / "planted").glob("*.py"))
    if type(check).demo is Check.demo and not any(f'"{check.id}"' in text for text in shared):
        yield sentences.unshown(check)


def states(check: Check, proof: Any) -> Iterator[str]:
    """AWS refuses a change of what is being made or deleted."""
    named = state_of(check.reads[0].root)
    if named and check.writes and not check.states and not getattr(proof, "STATELESS", ""):
        yield sentences.stateless(check, named)


def state_of(source: Source[Any]) -> str:
    """The member that holds the state of an item, as the model of the API has it; empty where none."""
    shape = item_of(source)
    members = shape.members if shape is not None and shape.type_name == "structure" else {}
    named = ("State", "Status", f"{shape and shape.name}Status")
    return next((one for one in named if one in members), "")


def item_of(source: Source[Any]) -> Any:
    """The shape of an item of a source; None where its path leaves the model."""
    service, _, operation = source.operation.partition(":")
    if service in NOT_AWS:
        return None
    shape: Any = BOTO.get_service_model(service).operation_model(operation).output_shape
    for name in filter(None, source.items.split(".")):
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


RULES: tuple[Rule, ...] = (
    *(todo, undeclared, facts, judged, permits, echoes, wakes, recorded, unplanted, states),
)
"""In the order in which an author meets them."""


def broken(check: Check, proof: Any) -> str:
    """The first sentence; empty where all is well."""
    return next((said for rule in RULES for said in rule(check, proof)), "")
