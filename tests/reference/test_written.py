"""What stands where a value should is never taken for one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from steadyhand.reference.drift import Property, properties

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
