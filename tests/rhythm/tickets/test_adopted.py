"""A ticket, and the portal, about what differs from its code show the lines that would adopt it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from steadyhand.aws import cli_command
from steadyhand.model import Lane
from steadyhand.portal.rows import finding_row
from steadyhand.rhythm.core.adopted import LINES
from steadyhand.rhythm.tickets.content import ADOPTED, Ticket
from tests.connect.tickets.double import Double
from tests.connect.tickets.test_names import HOSTILE, MARKDOWN, is_harmless
from tests.connect.tickets.world import World

DIFF = """--- template/Orders
+++ template/Orders
@@ -4 +4 @@
-      VisibilityTimeout: 90
+      VisibilityTimeout: 30"""


def drifted(*diffs: str) -> World:
    world = World(Double())
    for n, diff in enumerate(diffs):
        world.find("resource_drift", n=n, key=f"q{n}", name=f"q{n}", evidence={"adopt": diff})
    return world


def ticket(world: World) -> Ticket:
    (item,) = world.items()
    return Ticket(item=item, facts=world.facts(), command=cli_command.command)


def fences(text: str) -> Iterator[str]:
    for token in MARKDOWN.parse(text):
        if token.type == "fence" and token.info == "diff":
            yield token.content.rstrip("\n")


def test_the_diff_is_told_line_by_line() -> None:
    assert list(fences(ticket(drifted(DIFF)).whole)) == [DIFF]


def test_of_many_the_first_are_told_and_without_one_none_is() -> None:
    assert len(list(fences(ticket(drifted(*[DIFF] * 9)).whole))) == ADOPTED
    assert "adopt" not in ticket(drifted("")).whole


def test_a_long_one_says_how_much_is_left_out() -> None:
    (told,) = fences(ticket(drifted("\n".join(["+  a: 1"] * (LINES + 7)))).whole)
    assert told.splitlines()[-1] == "# 7 more lines"


@pytest.mark.parametrize("said", [*HOSTILE, "```\n@maya"], ids=range(len(HOSTILE) + 1))
def test_no_line_of_a_template_acts(said: str) -> None:
    made = ticket(drifted(f"{DIFF}\n+  # {said}"))
    is_harmless(made.whole, made.item.id)


def test_the_portal_shows_the_same_lines() -> None:
    world = drifted(DIFF)
    (record,) = world.facts().records
    assert finding_row(record, Lane.NOW, world.facts(), plans=False).adopt == DIFF
