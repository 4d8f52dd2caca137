"""Each mistake an author makes is one sentence that names the file and what to do."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import steadyhand.checks.jobs
import tests.checks.jobs
from steadyhand.catalogue import discovery
from tests.authoring import alarmed
from tests.checks import rules

CHECK, TEST = "short_visibility_timeout", "test_short_visibility_timeout"
FILE = "steadyhand/checks/jobs/short_visibility_timeout.py: "
KEPT = (f"steadyhand.checks.jobs.{CHECK}", f"tests.checks.jobs.{TEST}")
Edit = tuple[str, str]
Say = Callable[..., str]


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Say]:
    """The first sentence about a good check with one mistake in its file, in its test or beside them."""
    before = {name: sys.modules.pop(name, None) for name in KEPT}

    def copied(package: ModuleType, name: str, edits: list[Edit]) -> None:
        folder = tmp_path / package.__name__.replace(".", "/")
        folder.mkdir(parents=True)
        text = (Path(package.__path__[0]) / f"{name}.py").read_text()
        for old, new in edits:
            assert old in text, old
            text = text.replace(old, new)
        (folder / f"{name}.py").write_text(text)
        monkeypatch.setattr(package, "__path__", [str(folder), *package.__path__])

    def say(*edits: Edit, test: tuple[Edit, ...] = (), event: Any = None) -> str:
        copied(steadyhand.checks.jobs, CHECK, list(edits))
        copied(tests.checks.jobs, TEST, list(test))
        importlib.invalidate_caches()
        monkeypatch.setattr(rules, "ROOT", beside(tmp_path, event))
        made = discovery.kind(CHECK)()
        return rules.broken(made, importlib.import_module(f"tests.checks.jobs.{TEST}"))

    yield say
    for name, module in before.items():
        sys.modules.pop(name, None)
        if module:
            sys.modules[name] = module
            setattr(sys.modules[name.rpartition(".")[0]], name.rpartition(".")[2], module)


def beside(folder: Path, event: Any) -> Path:
    """The tree as the rules see it: the edited files, and the project's own around them."""
    (folder / "steadyhand/demo").mkdir(parents=True)
    for name in ("steadyhand/demo/planted", "events"):
        if name != "events" or event is None:
            (folder / name).symlink_to(rules.ROOT / name)
    if event is not None:
        (folder / "events").mkdir()
        for file, text in event.items():
            (folder / "events" / file).write_text(text)
    return folder


def test_a_good_check_is_not_spoken_of(said: Say) -> None:
    assert said() == ""


def test_what_is_left_to_write(said: Say) -> None:
    wrong = said(("ASLEEP = frozenset", "# TODO: say which are asleep\nASLEEP = frozenset"))
    assert wrong.startswith(FILE[:-2])
    assert wrong.endswith(": say which are asleep")


def test_a_forgotten_severity(said: Say) -> None:
    wrong = said(("    severity = Severity.MEDIUM\n", ""))
    assert wrong == f"{FILE}says no `severity`: write `severity = Severity.HIGH`"


def test_words_that_do_not_fit(said: Say) -> None:
    wrong = said(("hides too briefly", "hides its messages too briefly"))
    assert wrong == f"{FILE}`short` is for a column of 25 letters: say it in fewer"


def test_a_forgotten_sweep(said: Say) -> None:
    wrong = said(("        days(1),\n", ""), ("ApiCalled, days", "ApiCalled"))
    assert wrong == f"{FILE}says no `sweep`: write `wakes = (days(1), …)`"


def test_a_forgotten_read(said: Say) -> None:
    wrong = said(
        ("(QueueAttributes, EventSourceMappings, FunctionVersions)",
         "(QueueAttributes, EventSourceMappings)"),
    )  # fmt: skip
    assert wrong == (
        f"{FILE}`find` looks at FunctionVersions, which nobody reads for it: add it to `reads`"
    )


def test_a_self_join(said: Say) -> None:
    wrong = said(("            if arn and has < wants:", "            if len(account[QueueAttributes]) > 1 and has < wants:"))  # fmt: skip
    assert wrong.startswith(
        f"{FILE}`find` says otherwise when it is shown one item of QueueAttributes"
    )
    assert "`same_as=QueueAttributes`" in wrong


def test_a_key_that_is_not_the_subjects(said: Say) -> None:
    wrong = said(("key=url,", "key=arn,"))
    assert wrong.startswith(f"{FILE}a finding's key is 'arn:aws:sqs:")
    assert wrong.endswith("pass what `QueueAttributes.key(item)` says")


def test_two_findings_that_are_one(said: Say) -> None:
    wrong = said(
        ("key=url,", 'key=url, name="x",'), ("resource=arn,", 'resource="arn:aws:sqs:r:1:x",')
    )
    assert wrong.startswith(f"{FILE}two findings are one and the same (arn:aws:sqs:r:1:x)")


def test_a_forgotten_permit(said: Say) -> None:
    wrong = said(('        Permit(\n            "sqs:SetQueueAttributes"', '        Permit(\n            "sqs:TagQueue"'))  # fmt: skip
    assert wrong == (
        f"{FILE}its plan calls sqs:SetQueueAttributes, and `writes` does not allow that"
        ' (sqs:SetQueueAttributes is not declared): add or widen Permit("sqs:SetQueueAttributes", …)'
    )


def test_a_permit_for_nothing(said: Say) -> None:
    wrong = said(("    writes = (\n", '    writes = (\n        Permit("sqs:TagQueue"),\n'))
    assert wrong.startswith(
        f"{FILE}`writes` allows sqs:TagQueue, and no plan for BAD in tests/checks"
    )


def test_a_forgotten_echo(said: Say) -> None:
    line = '        ApiCalled("sqs:SetQueueAttributes", "requestParameters.queueUrl"),\n'
    wrong = said((line, ""))
    assert wrong.startswith(f"{FILE}its own fix calls sqs:SetQueueAttributes, and no event of that")
    assert 'add ApiCalled("sqs:SetQueueAttributes", "requestParameters.queueUrl")' in wrong


def test_a_call_that_aws_does_not_have(said: Say) -> None:
    wrong = said(("sqs:DeleteQueue", "sqs:DeleteQueues"))
    assert wrong == (
        f"{FILE}waits for sqs:DeleteQueues, and CloudTrail writes no event of that name;"
        " perhaps sqs:DeleteQueue is meant: change `wakes`"
    )


def test_lambdas_calls_have_a_date(said: Say) -> None:
    wrong = said(("CreateEventSourceMapping20150331", "CreateEventSourceMapping"))
    assert "perhaps lambda:CreateEventSourceMapping20150331 is meant" in wrong


def test_a_place_that_cloudtrail_spells_otherwise(said: Say) -> None:
    wrong = said(('"sqs:DeleteQueue", "requestParameters.queueUrl"',
                  '"sqs:DeleteQueue", "requestParameters.QueueUrl"'))  # fmt: skip
    assert wrong == (
        f"{FILE}waits for sqs:DeleteQueue with its key at 'requestParameters.QueueUrl', where"
        " CloudTrail writes nothing: the nearest place is 'requestParameters.queueUrl'"
    )


def test_a_condition_where_cloudtrail_says_nothing(said: Say) -> None:
    """Such a rule of EventBridge would never match, and nobody would be told."""
    line = '"sqs:DeleteQueue", "requestParameters.queueUrl"'
    wrong = said((line, f'{line}, where={{"requestParameters.queueURL": ("x",)}}'))
    assert wrong == (
        f"{FILE}waits for sqs:DeleteQueue with a condition at 'requestParameters.queueURL', where"
        " CloudTrail writes nothing: the nearest place is 'requestParameters.queueUrl'"
    )


def test_a_forgotten_event(said: Say) -> None:
    assert said(event={}) == (
        f"events/{CHECK}.json is missing, though the check waits for events:"
        f" `make event CHECK=jobs/{CHECK}` writes it"
    )


def test_an_event_that_nothing_waits_for(said: Say) -> None:
    url = "https://sqs.eu-central-1.amazonaws.com/123456789012/bad"
    event = f'EVENT = ("AWS/SQS", "Age", {{"QueueName": "{url}"}})'
    alarm = json.dumps(alarmed.event("AWS/SQS", "Age", {"QueueName": url}))
    wrong = said(test=(("\nCHECK = ", f"\n{event}\nCHECK = "),), event={f"{CHECK}.json": alarm})
    assert wrong.startswith(f"{FILE}EVENT in tests/checks/jobs/{TEST}.py wakes it not (")


def test_one_thing_where_several_may_stand(said: Say) -> None:
    wrong = said(("    resource_type = ", "    looks = (QueueAttributes)\n    resource_type = "))
    assert wrong == f"{FILE}`looks` is no tuple: write a comma behind the one, as in `looks = (…,)`"


def test_an_event_of_somebody_else(said: Say) -> None:
    other = (Path(__file__).parents[2] / "events/public_bucket.json").read_text()
    assert said(event={f"{CHECK}.json": other}) == (
        f"events/{CHECK}.json is no event that wakes {CHECK}:"
        f" `make event CHECK=jobs/{CHECK}` writes it again"
    )


def test_forgotten_facts(said: Say) -> None:
    wrong = said(test=(("\nGOOD = {", "\nFINE = {"),))
    assert wrong.startswith(f"tests/checks/jobs/{TEST}.py: holds no GOOD")


def test_a_plan_that_the_engine_never_tries(said: Say) -> None:
    wrong = said(test=(("PLANTING = Planting(", "OTHER = Planting("),))
    assert wrong.endswith("its plan is never tried by the engine: PLANTING = Planting(plant=…)")


def test_bad_facts_that_are_not_found(said: Say) -> None:
    wrong = said(("if arn and has < wants", "if arn and has > wants + 99999"))
    assert wrong == f"{FILE}finds nothing in BAD of tests/checks/jobs/{TEST}.py"
