"""The template's line with another value, as a diff that shows nothing else."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.checks.template_line import adopted

YAML = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Queue: {Type: String}
Resources:
  Other:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 1
  Queue:
    Type: AWS::SQS::Queue
    Metadata:
      Properties:
        VisibilityTimeout: 5
    Properties:
      KmsMasterKeyId: alias/secret-name
      VisibilityTimeout: 90 # six times
      QueueName: 'orders'
      Nested:
        Mode: Active
      DelaySeconds: !Ref Delay
      Tags:
        - Key: a
          Value: b
Outputs:
  Queue:
    Value: x
"""


def test_changes_the_one_line() -> None:
    assert adopted(YAML, "Queue", "VisibilityTimeout", 30).splitlines() == [
        "--- template/Queue",
        "+++ template/Queue",
        "@@ -16 +16 @@",
        "-      VisibilityTimeout: 90 # six times",
        "+      VisibilityTimeout: 30 # six times",
    ]


def test_quotes_and_nesting_are_kept() -> None:
    assert "+      QueueName: 'other'" in adopted(YAML, "Queue", "QueueName", "other")
    assert "+        Mode: PassThrough" in adopted(YAML, "Queue", "Nested.Mode", "PassThrough")


@pytest.mark.parametrize(
    ("logical", "path", "value"),
    [
        ("Queue", "DelaySeconds", 5),
        ("Queue", "Tags", 5),
        ("Queue", "Absent", 5),
        ("Absent", "VisibilityTimeout", 5),
        ("Queue", "VisibilityTimeout", None),
        ("Queue", "VisibilityTimeout", {"a": 1}),
        ("Queue", "Nested", 5),
    ],
)
def test_what_is_computed_or_not_one_line_is_a_persons(
    logical: str, path: str, value: object
) -> None:
    assert adopted(YAML, logical, path, value) == ""


SAMPLES = [
    "no",
    "007",
    "1:2",
    "a: b",
    "a #b",
    "- x",
    "it's",
    '"',
    "\\",
    "x\n+  Evil: y",
    "\u2028",
    "ä",
    "{{resolve:ssm:a}}",
]


@pytest.mark.parametrize("old", ['"orders"', "'orders'", "orders", "90", "true"])
@given(st.sampled_from(SAMPLES) | st.text(max_size=12))
def test_whatever_somebody_set_by_hand_the_line_says_that_and_no_more(old: str, value: str) -> None:
    """Who may set a description must not write another line of the template."""
    body = f"Resources:\n  Queue:\n    Properties:\n      QueueName: {old} # why\n      Last: 1\n"
    diff = adopted(body, "Queue", "QueueName", value)
    if not diff:
        assert not value.isprintable() or f"QueueName: {value} #" in body or value == "orders"
        return
    (added,) = [one[1:] for one in diff.splitlines()[3:] if one.startswith("+")]
    assert yaml.safe_load(added) in (
        {"QueueName": value},
        {"QueueName": int(value)} if value.isdecimal() else {},
    )
    number = body.splitlines().index(f"      QueueName: {old} # why")
    lines = body.splitlines()
    lines[number] = added
    assert yaml.safe_load("\n".join(lines))["Resources"]["Queue"]["Properties"]["Last"] == 1


NAMES = st.text("abcdefgXYZ", min_size=1, max_size=8)
VALUES = st.integers(0, 99999) | st.booleans() | NAMES


@given(
    st.dictionaries(NAMES, st.dictionaries(NAMES, VALUES, min_size=1), min_size=1),
    VALUES,
    st.data(),
)
def test_a_template_in_json_says_the_new_value_and_nothing_else_changed(
    resources: dict[str, dict[str, object]], value: object, data: st.DataObject
) -> None:
    logical = data.draw(st.sampled_from(sorted(resources)))
    path = data.draw(st.sampled_from(sorted(resources[logical])))
    template = {
        "Resources": {name: {"Type": "T", "Properties": said} for name, said in resources.items()}
    }
    body = json.dumps(template, indent=2)
    old = resources[logical][path]
    if isinstance(old, str) != isinstance(value, str):
        return  # a quoted value stays quoted
    diff = adopted(body, logical, path, value)
    lines = body.splitlines()
    if old == value and type(old) is type(value):
        assert diff == ""
        return
    head, removed, added = diff.splitlines()[2:5]
    number = int(head.split()[1].removeprefix("-")) - 1
    assert removed == f"-{lines[number]}"
    lines[number] = added[1:]
    resources[logical][path] = value
    assert json.loads("\n".join(lines)) == template
