"""Terraform's report of drift: what it says becomes findings, what it hides stays hidden, the rest is one sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from steadyhand.catalogue import discovery as catalogue
from steadyhand.formats.terraform.found import CHECK, findings
from steadyhand.formats.terraform.report import NotAReport, Report, expressions, read
from steadyhand.formats.terraform.values import differences, hcl
from steadyhand.model import Finding
from tests.formats.terraform import (
    QUEUE,
    SUMMARY,
    VERSION,
    change,
    configured,
    drifted,
    plan,
    refreshed,
    stream,
)

ADDRESS = "aws_sqs_queue.jobs"


def found(text: str) -> list[Finding]:
    (check,) = catalogue.load([CHECK])
    return list(findings(read(text), check))


def test_a_stream_names_what_drifted_and_where_the_provider_keeps_it() -> None:
    text = stream(
        VERSION,
        refreshed(ADDRESS, "aws_sqs_queue", QUEUE),
        drifted(ADDRESS, "aws_sqs_queue"),
        drifted("aws_s3_bucket.gone", "aws_s3_bucket", "delete"),
        drifted("aws_sns_topic.moved", "aws_sns_topic", "move"),
        drifted("aws_sns_topic.same", "aws_sns_topic", "noop"),
        SUMMARY,
    )
    queue, bucket = found(text)
    assert (queue.account, queue.region, queue.resource) == ("123456789012", "eu-central-1", QUEUE)
    assert "the report tells no values" in queue.summary
    assert "was deleted behind Terraform's back" in bucket.summary
    assert read(text).missing == ()


@pytest.mark.parametrize("last", [None, {"type": "diagnostic"}])
def test_a_report_that_ends_early_or_failed_is_no_clean_one(last: Any) -> None:
    failed = {
        "type": "diagnostic",
        "diagnostic": {"severity": "error", "summary": "No credentials"},
    }
    text = stream(VERSION, *([failed] if last else []))
    (missing,) = read(text).missing
    assert ("No credentials" in missing) if last else ("ends before" in missing)


def test_both_sides_of_a_plan_are_told_and_adopted_as_lines_of_the_code() -> None:
    text = plan(
        change(
            before={"id": QUEUE, "visibility_timeout_seconds": 60, "delay_seconds": 0, "arn": "a"},
            after={"id": QUEUE, "visibility_timeout_seconds": 5, "delay_seconds": 9, "arn": "b"},
        ),
        root=configured(
            ADDRESS,
            visibility_timeout_seconds={"constant_value": 60},
            delay_seconds={"references": ["var.delay"]},
        ),
    )
    (one,) = found(text)
    assert one.evidence["properties"] == [
        {"property": "delay_seconds", "template": 0, "now": 9},
        {"property": "visibility_timeout_seconds", "template": 60, "now": 5},
    ]
    assert one.evidence["adopt"].splitlines() == [
        f"# {ADDRESS}",
        "# delay_seconds comes from var.delay; there it is 9",
        "- visibility_timeout_seconds = 60",
        "+ visibility_timeout_seconds = 5",
    ]
    assert one.evidence["asks"]


def test_what_only_the_provider_computes_is_no_drift() -> None:
    sides = {"before": {"arn": "a", "tags_all": {}}, "after": {"arn": "b", "tags_all": {"x": "y"}}}
    assert found(plan(change(**sides))) == []


def test_a_deposed_object_is_not_the_one_that_the_code_speaks_of() -> None:
    """ "JSON output format": `deposed` says that it is about an object that waits to be destroyed, at the same address."""
    live = change(before={"delay_seconds": 0}, after={"delay_seconds": 9})
    gone = change(before={"delay_seconds": 0}, after=None, actions=("delete",))
    for order in ((live, gone | {"deposed": "00000001"}), (gone | {"deposed": "00000001"}, live)):
        (one,) = found(plan(*order))
        assert one.evidence["action"] == "update"


def test_a_resource_that_moved_and_differs_is_told_by_its_new_address() -> None:
    moved = change("module.shop.aws_sqs_queue.jobs", before={"delay_seconds": 0}, after={"delay_seconds": 9})  # fmt: skip
    (one,) = found(plan(moved | {"previous_address": ADDRESS}))
    assert one.key == "module.shop.aws_sqs_queue.jobs"
    as_it_was = change(before={"a": 1}, after={"a": 1}, actions=("no-op",))
    assert found(plan(as_it_was | {"previous_address": "aws_sqs_queue.old"})) == []


def test_a_resource_of_another_cloud_is_drift_too_and_of_no_account_of_ours() -> None:
    other = change(
        'google_pubsub_topic.jobs["a.b/c"]',
        before={"id": "projects/shop/topics/jobs", "labels": {"a": "1"}},
        after={"id": "projects/shop/topics/jobs", "labels": {"a": "2"}},
    ) | {"type": "google_pubsub_topic", "provider_name": "registry.terraform.io/hashicorp/google"}
    (one,) = found(plan(other))
    assert (one.account, one.region, one.resource) == ("", "global", one.key)


def test_a_plan_without_drift_and_one_that_failed() -> None:
    assert read(plan()).missing == ()
    assert read(plan(errored=True)).missing != ()
    assert read(plan(complete=True)).missing == ()


def test_where_terraform_did_not_look_nothing_is_called_clean() -> None:
    """`complete` is false for a plan that was made with -target ("JSON output format"); a stream tells each refresh."""
    (part,) = read(plan(complete=False)).missing
    assert "of a part of the code" in part
    (nothing,) = read(stream(VERSION, SUMMARY)).missing
    assert "looked at no resource" in nothing
    seen = refreshed(ADDRESS, "aws_sqs_queue", QUEUE)
    assert read(stream(VERSION, seen, SUMMARY)).missing == ()


SECRETS = ("hunter2-hunter2", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
MARKS = st.sampled_from([True, {"inner": True}, [True], {"inner": {"deep": True}}])


@given(
    name=st.sampled_from(["setting", "engine", "delay_seconds"]),
    secret=st.sampled_from(SECRETS),
    mark=MARKS,
    side=st.sampled_from(["before", "after"]),
    nest=st.booleans(),
)
def test_a_sensitive_value_is_kept_nowhere(
    name: str, secret: str, mark: Any, side: str, nest: bool
) -> None:
    """`before_sensitive` and `after_sensitive`: True for the whole of it, or where in it."""
    value: Any = {"inner": secret} if nest else secret
    marks = {f"{side}_sensitive": {name: True if not nest else mark}}
    for before, after in ((value, "other"), ("other", value), (value, None), (None, value)):
        text = plan(change(before={name: before}, after={name: after}, **marks))
        for one in found(text):
            assert secret not in json.dumps(dict(one.evidence)) + one.summary
            assert name in str(one.evidence["others"])
    whole = plan(change(before={name: secret}, after={name: "x"}, before_sensitive=True))
    assert all(secret not in str(one) for one in found(whole))


@pytest.mark.parametrize("name", ["password", "user_data", "environment", "value", "private_key"])
def test_an_attribute_that_is_called_like_a_secret_keeps_no_value(name: str) -> None:
    (one,) = found(plan(change(before={name: "quite"}, after={name: "other"})))
    assert (one.evidence["properties"], one.evidence["others"]) == ([], [name])
    assert "quite" not in str(one)


PLAIN = st.booleans() | st.integers(-9, 9) | st.text(max_size=5)
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner)
)


@given(before=VALUES, after=VALUES)
def test_what_differs_is_told_and_what_does_not_is_not(before: Any, after: Any) -> None:
    told = list(differences({"a": before}, {"a": after}))
    is_same = json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True)
    assert bool(told) != is_same
    assert not list(differences({"a": before}, {"a": before}))


@given(st.text())
def test_a_value_as_hcl_is_one_line_and_no_template(said: str) -> None:
    line = hcl(said)
    assert "\n" not in line
    assert "${" not in line.replace("$${", "")
    assert "%{" not in line.replace("%%{", "")


MODULES = {
    "module_calls": {
        "shop": {"module": {"module_calls": {"jobs": {"module": configured(ADDRESS, a={})}}}}
    }
}


@pytest.mark.parametrize(
    "address",
    [
        f"module.shop.module.jobs.{ADDRESS}",
        f'module.shop["a.b"].module.jobs[0].{ADDRESS}["x"]',
        f'module.shop["]."].module.jobs.{ADDRESS}[7]',
    ],
)
def test_the_configuration_is_found_in_modules(address: str) -> None:
    assert expressions({"root_module": MODULES}, address) == {"a": {}}
    assert expressions({"root_module": MODULES}, f"module.other.{ADDRESS}") is None


STATES = (
    {"version": 4, "terraform_version": "1.9.5", "serial": 3, "lineage": "x", "resources": []},
    {"format_version": "1.0", "terraform_version": "1.9.5", "values": {"root_module": {}}},
)


@pytest.mark.parametrize("state", STATES, ids=["file", "show"])
def test_a_state_is_refused(state: dict[str, Any]) -> None:
    with pytest.raises(NotAReport, match="is a state, which holds secrets"):
        read(json.dumps(state))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        '{"a": 1}',
        "[" * 100_000,
        '{"a":' * 100_000,
        "NaN",
        stream(VERSION | {"ui": "2.0"}),
        stream(SUMMARY),
        plan(format_version="2.0"),
        plan(resource_drift={}),
        plan({"address": 7}),
        stream(VERSION, {"type": "resource_drift", "change": {}}),
        stream(VERSION, drifted("a\nb", "aws_sqs_queue"), SUMMARY),
        stream(VERSION, drifted("\ud800", "aws_sqs_queue"), SUMMARY),
    ],
)
def test_what_is_no_report_is_one_clause(text: str) -> None:
    with pytest.raises(NotAReport) as no:
        read(text)
    assert "\n" not in str(no.value)
    assert len(str(no.value)) < 200


ANYTHING = st.recursive(
    st.none() | PLAIN | st.floats(allow_nan=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
KNOWN = st.sampled_from(
    [json.loads(plan(change(before={"a": 1}, after={"a": 2}), root=configured(ADDRESS, a={})))]
    + [json.loads(line) for line in stream(VERSION, drifted(ADDRESS, "aws_x")).splitlines()]
)


@st.composite
def spoiled(draw: st.DrawFn) -> str:
    """A report in which something, somewhere, is something else."""
    said = json.loads(json.dumps(draw(KNOWN)))
    here = said
    while True:
        place = draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
        if isinstance(here[place], dict | list) and here[place] and draw(st.booleans()):
            here = here[place]
            continue
        here[place] = draw(ANYTHING)
        return json.dumps(said)


@given(spoiled() | st.text())
@example(plan(change(before={"a": 1}, after={"a": 2}, before_sensitive=[1])))
def test_whatever_is_given_there_is_a_report_or_one_clause(text: str) -> None:
    report, clause = Report(drifts=()), ""
    try:
        report = read(text)
    except NotAReport as no:
        clause = str(no)
    assert "\n" not in clause
    (check,) = catalogue.load([CHECK])
    for one in findings(report, check):
        assert one.summary.isprintable()
        assert len(one.summary) < 400
        json.dumps(dict(one.evidence)).encode()
