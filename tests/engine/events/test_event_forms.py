"""What an event says, to the letter: on an index of one entry, so nothing else can be meant."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.engine.event_index import CLOUDTRAIL, MalformedEvent, woken_by
from steadyhand.triggers import EVERY

ACCOUNT, OTHER = "123456789012", "999999999999"


def event(**detail: Any) -> dict[str, Any]:
    return {
        "source": "aws.x", "detail-type": CLOUDTRAIL, "account": ACCOUNT,
        "region": "eu-central-1", "detail": {"eventName": "Do", **detail},
    }  # fmt: skip


def entry(key: str = "detail.name", **more: Any) -> list[dict[str, Any]]:
    wake = {"check": "c", "source": "aws.x", "detail_type": CLOUDTRAIL, "where": {}, "kind": ""}
    return [wake | {"key": key} | more]


def woken(said: dict[str, Any], *index: dict[str, Any]) -> list[str]:
    return list(woken_by(said, index, ACCOUNT).woken)


TWO = entry("{detail.cluster}/{detail.name}")


def test_a_form_of_several_places_is_filled_in_place_by_place() -> None:
    assert woken(event(cluster="a", name="b"), *TWO) == ["a/b"]
    several = event(many=[{"c": "a", "n": "x"}, {"c": "b", "n": "y"}])
    assert woken(several, *entry("{detail.many.c}/{detail.many.n}")) == ["a/x", "b/y"]


@pytest.mark.parametrize("missing", [{"cluster": "a"}, {"name": "b"}, {}])
def test_where_a_place_is_missing_the_sweep_looks(missing: dict[str, Any]) -> None:
    found = woken_by(event(**missing), TWO, ACCOUNT)
    assert not found.woken
    assert "the next sweep looks" in str(found.ignored)


@pytest.mark.parametrize("part", [7, "", {"x": 1}])
def test_a_part_that_is_no_text_is_no_key(part: Any) -> None:
    with pytest.raises(MalformedEvent, match="names nothing that could be looked at") as wrong:
        woken(event(cluster=part, name="b"), *TWO)
    assert "Do names nothing" in str(wrong.value)


def test_what_wakes_for_everything_wakes_for_everything() -> None:
    assert woken(event(), *entry(EVERY)) == [EVERY]


@pytest.mark.parametrize(
    ("said", "matches"),
    [("Delete", True), ("DeleteIt", True), ("Delet", False), ("DeletX", False), ("other", False)],
)
def test_a_beginning_is_matched_whole(said: str, matches: bool) -> None:
    narrowed = entry(where={"what": ["Delete*"]})
    assert bool(woken(event(what=said, name="n"), *narrowed)) is matches


@pytest.mark.parametrize(
    ("resources", "ours"),
    [
        (["x", 7, None], True),
        ([{"accountId": OTHER}], True),
        ([{"ARN": 7, "accountId": OTHER}], True),
        ([{"ARN": "arn:aws:x:::another", "accountId": OTHER}], True),
        ([{"ARN": "arn:aws:x:::n", "accountId": ACCOUNT}], True),
        ([{"ARN": "arn:aws:x:::n"}], True),
        ([{"ARN": "arn:aws:x:::n", "accountId": OTHER}], False),
        ([{"ARN": "arn:aws:x:::thing/n", "accountId": OTHER}], False),
    ],
)
def test_what_belongs_to_another_account_is_told_by_its_own_arn_alone(
    resources: list[Any], ours: bool
) -> None:
    found = woken_by(event(name="n", resources=resources), entry(), ACCOUNT)
    assert bool(found.woken) is ours
    if not ours:
        assert found.ignored == f"Do is about account {OTHER}, which is not ours"


def test_what_is_no_key_is_shown_in_sixty_letters_at_most() -> None:
    def shown(said: Any) -> str:
        with pytest.raises(MalformedEvent) as wrong:
            woken(event(name=said), *entry())
        return str(wrong.value).partition("looked at: ")[2]

    assert shown({"a": "x" * 51}) == str({"a": "x" * 51})
    assert shown({"a": "x" * 52}) == f"{{'a': '{'x' * 52}…"
    assert {len(shown({"a": "x" * length})) for length in (51, 52, 53, 999)} == {60}
    deep: Any = {}
    for _ in range(100_000):
        deep = {"a": deep}
    assert shown(deep) == "nested too deep"


@pytest.mark.parametrize("field", ["source", "detail-type"])
def test_an_event_has_both_a_source_and_a_detail_type(field: str) -> None:
    with pytest.raises(MalformedEvent, match="a source and a detail-type"):
        woken(event(name="n") | {field: 5}, *entry())


@pytest.mark.parametrize("field", ["source", "detail-type"])
def test_the_same_from_elsewhere_wakes_nobody(field: str) -> None:
    """Anybody may put an event of a source of their own: EventBridge keeps `aws.` for AWS."""
    assert woken(event(name="n") | {field: "else"}, *entry()) == []
