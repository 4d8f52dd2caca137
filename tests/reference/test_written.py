"""What stands where a value should is never taken for one, and two spellings of one value are one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from steadyhand.reference.drift import Property, properties
from steadyhand.reference.written import same_tags

PLACES = ("****", "********", "{{resolve:ssm:/shop/limit:3}}", "a-{{resolve:secretsmanager:x}}")
"""`NoEcho` is shown as asterisks, a dynamic reference as it is written: a setter would write them."""

STRUCTURED = ("object", "document", "list")


@pytest.mark.parametrize(
    "row", list(properties()), ids=[f"{row.type}.{row.path}" for row in properties()]
)
def test_of_a_value_that_is_not_told_nothing_is_set(row: Property) -> None:
    for place in PLACES:
        values: list[Any] = [place, [place], {"a": {"b": place}}]
        if row.holds in STRUCTURED:
            values += [json.dumps({"a": [place]}), json.dumps([place])]
        for said in values:
            with pytest.raises(ValueError, match=row.path):
                row.spelled(said)


def test_three_stars_are_a_text() -> None:
    (name,) = [one for one in properties() if one.path == "DisplayName"]
    assert name.spelled("***") == "***"
    assert name.spelled("a ****") == "a ****"


TAGS = [{"Key": "team", "Value": "shop"}, {"Key": "stage", "Value": "dev"}]
BACKUP = {"Key": "aws:backup:source-resource", "Value": "vault"}


@pytest.mark.parametrize(
    ("template", "actual", "is_same"),
    [
        (TAGS, TAGS[::-1], True),
        (TAGS, [BACKUP, *TAGS], True),
        (dict.fromkeys("ab", "x"), {"b": "x", "aws:a": "y", "a": "x"}, True),
        (None, [BACKUP], True),
        (TAGS, TAGS[:1], False),
        (TAGS, [*TAGS, {"Key": "hand", "Value": "x"}], False),
        (TAGS, [*TAGS, TAGS[0] | {"Value": "other"}], False),
        (TAGS, [*TAGS, {"Value": "other"}], False),
        (TAGS, "not tags", False),
        ("not tags", "not tags", False),
    ],
)
def test_tags_have_no_order_and_those_of_aws_do_not_count(
    template: Any, actual: Any, is_same: bool
) -> None:
    """The prefix `aws:` is reserved: "Tag naming limits", Tagging AWS resources, user guide."""
    assert same_tags(template, actual) == is_same
