"""The map: at most 25 boxes, four a row, every thing in exactly one of them."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from steadyhand.reports.charts.colours import DARK, LIGHT
from steadyhand.reports.charts.png import FONTS, png
from steadyhand.reports.first.map import (
    INSIDE,
    NAME,
    NODE,
    WIDTH,
    fitted,
    map_size,
    map_svg,
    places,
    wide,
    widths,
)
from steadyhand.rhythm.first.facts import TIERS, Thing
from steadyhand.rhythm.first.map import ACROSS, MOST, Map, map_of
from tests.reports.reading.picture import differing

KINDS = {
    "Edge": ["CloudFront", "load balancer", "API Gateway"],
    "Services": ["EC2", "ECS", "Lambda"],
    "Queues": ["SQS", "cache"],
    "Workers": ["ECS", "Lambda"],
    "Data": ["RDS", "DynamoDB", "S3", "EFS"],
}


def thing(number: int, tier: str, kind: str, **more: object) -> Thing:
    made = Thing(
        arn=f"arn:{number}",
        kind=kind,
        tier=tier,
        name=f"thing-{number}",
        region="eu-west-1",
        environment="production",
        says=kind,
    )
    return replace(made, **more)  # type: ignore[arg-type]


@st.composite
def accounts(draw: st.DrawFn) -> list[Thing]:
    made: list[Thing] = []
    for tier in TIERS:
        for kind in KINDS[tier]:
            for _ in range(draw(st.integers(0, 12))):
                to = (f"arn:{draw(st.integers(0, len(made)))}",) if draw(st.booleans()) else ()
                made.append(thing(len(made), tier, kind, to=to, is_open=draw(st.booleans())))
    return made


def lie_apart(shown: Map) -> None:
    """Boxes lie within the picture, tiers below each other, and none over another."""
    found = places(shown)
    for one, other in pairwise(found):
        assert (one.row, one.x + one.width) < (other.row, other.x) or one.row < other.row
    assert all(one.x >= 0 and one.x + one.width <= WIDTH for one in found)
    tiers = {(place.row, box.tier) for place, box in zip(found, shown.boxes, strict=True)}
    assert len(tiers) == len({row for row, _ in tiers})
    assert map_size(shown)["height"] > found[-1].y


@settings(max_examples=150, deadline=None)
@given(accounts(), st.sets(st.integers(0, 40)))
def test_it_always_fits(things: list[Thing], bad: set[int]) -> None:
    shown = map_of("production", things, {f"arn:{n}": ["fi-1"] for n in bad})
    if not things:
        assert shown is None
        return
    assert shown is not None
    assert len(shown.boxes) <= MOST
    places = [(box.row, box.column) for box in shown.boxes]
    assert len(set(places)) == len(places)
    assert all(box.column < ACROSS for box in shown.boxes)
    ids = [one for box in shown.boxes for one in box.ids if one.startswith("seen#")]
    assert sorted(ids) == sorted(one.id for one in things)
    assert all(upper < lower for upper, lower in shown.links)
    lie_apart(shown)
    for number, tier in enumerate(dict.fromkeys(box.tier for box in shown.boxes)):
        assert TIERS.index(tier) >= number


def test_what_matters_stands_alone_and_equals_are_folded() -> None:
    things = [thing(n, "Data", "S3") for n in range(30)]
    things[29] = replace(things[29], kind="RDS", name="billing")
    shown = map_of("production", things, {"arn:29": ["fi-9"]})
    assert shown is not None
    assert shown.boxes[0].label == "billing"
    assert shown.boxes[0].state == "bad"
    assert shown.boxes[-1].label == "23 more"
    assert "fi-9" in shown.boxes[0].ids
    assert "30 resources in 8 boxes" in shown.alt
    assert "Time bombs: 1 (billing)" in shown.alt


def test_what_most_names_share_is_left_out_of_them() -> None:
    names = ("acme-api-production", "acme-web-production", "acme-jobs-production", "production")
    things = [thing(n, "Data", "RDS", name=name) for n, name in enumerate(names)]
    shown = map_of("production", things, {})
    assert shown is not None
    assert shown.shared == ("acme", "production")
    assert {box.label for box in shown.boxes} == {"api", "web", "jobs", "production"}
    alone = map_of("production", things[:1], {})
    assert alone is not None
    assert alone.boxes[0].label == names[0]


def test_a_name_that_no_picture_can_show_is_numbered_and_listed() -> None:
    shown = map_of("production", [thing(1, "Data", "RDS", name="北京-db\u202e")], {})
    assert shown is not None
    assert shown.boxes[0].label == "no. 1"
    assert [fold.names for fold in shown.folds] == ["北京-db"]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,4}", fullmatch=True), min_size=1),
    st.sampled_from(["Data", "Edge"]),
)
def test_a_name_is_whole_where_the_picture_is_wide_enough(names: list[str], tier: str) -> None:
    things = [
        thing(n, tier if n % 2 else "Queues", "SQS", name=name) for n, name in enumerate(names)
    ]
    shown = map_of("production", things, {})
    assert shown is not None
    lie_apart(shown)
    drawn = map_svg(shown, LIGHT)
    assert all(f">{box.label}</text>" in drawn for box in shown.boxes)


def test_only_glyphs_of_the_font_and_never_wider_than_the_box() -> None:
    known = widths()["Regular"].keys()
    for name in ("a" * 200, "W" * 64, "production-billing-database", "<&>'\""):
        shown = map_of("production", [thing(1, "Data", "RDS", name=name)], {})
        assert shown is not None
        cut = fitted(name, NAME, NODE - 2 * INSIDE, "SemiBold")
        assert wide(cut, NAME, "SemiBold") <= NODE - 2 * INSIDE
        assert set(cut) <= known
        light, dark = (png(map_svg(shown, theme)) for theme in (LIGHT, DARK))
        assert light != dark


def test_words_are_drawn() -> None:
    one, other = (
        map_of("production", [thing(1, "Data", "RDS", name=name)], {}) for name in ("aaaa", "bbbb")
    )
    assert one is not None
    assert other is not None
    pictures = [png(map_svg(shown, LIGHT)) for shown in (one, other)]
    assert differing(*pictures) > 40


def test_widths_are_those_of_the_fonts() -> None:
    held = json.loads((FONTS / "widths.json").read_text())
    for cut in ("Regular", "SemiBold"):
        font = TTFont(FONTS / f"Inter-{cut}-digest.ttf")
        unit = font["head"].unitsPerEm
        measured = {
            chr(code): round(font["hmtx"][glyph][0] * 1000 / unit)
            for code, glyph in font.getBestCmap().items()
        }
        assert held[cut] == measured
