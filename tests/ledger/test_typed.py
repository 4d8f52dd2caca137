"""What the ledger keeps of a whole month is what its classes say, all the way down, or it is taken anew."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from steadyhand.connect.tickets.links import Link, Page, link_in
from steadyhand.ledger.typed import typed
from steadyhand.model import Note
from steadyhand.rhythm.core.measured import measured_in, measured_out
from steadyhand.rhythm.cost.remembered import bill_in, bill_out
from tests.connect.tickets.world import START, Store
from tests.ledger.test_note_shapes import ODD, facts

LINK = Link(state="open", number=7, url="https://x.example/7", earlier=(3,), findings=("fi-1",))
Where = tuple[Any, ...]


def kept() -> Iterator[tuple[Mapping[str, Any], Callable[[Mapping[str, Any]], Any]]]:
    """What is kept, as JSON, and its reader."""
    bill, measured = facts().bill, facts().measured
    assert bill
    assert measured
    for said, read in (
        (bill_out(bill), lambda one: bill_in("review#bill", one)),
        (measured_out(measured), lambda one: measured_in("review#measures", one)),
        (LINK.said(), link_in),
    ):
        yield json.loads(json.dumps(said)), read


def places(said: Any, here: Where = ()) -> Iterator[Where]:
    """Every place within; of a list the first alone."""
    if here:
        yield here
    inner = said.items() if isinstance(said, dict) else enumerate(said[:1]) if isinstance(said, list) else ()  # fmt: skip
    for name, one in inner:
        yield from places(one, (*here, name))


def spoiled(said: Any, where: Where, odd: Any) -> Any:
    whole = copy.deepcopy(said)
    inner = whole
    for name in where[:-1]:
        inner = inner[name]
    inner[where[-1]] = odd
    return whole


@pytest.mark.parametrize(("said", "read"), [*kept()], ids=["bill", "measures", "link"])
def test_an_odd_value_anywhere_is_refused_or_of_its_type(said: Any, read: Any) -> None:
    """`typed` looks at what came out, however deep; what is refused is asked anew and told."""
    refused = 0
    assert read(said)
    for where in places(said):
        for odd in ODD:
            try:
                found = read(spoiled(said, where, odd))
            except Exception:  # noqa: BLE001 - `understood` and `Page` take every error for unreadable
                refused += 1
            else:
                assert typed(found) is found
    assert refused > 3 * sum(1 for _ in places(said)), "most of what is odd is refused"


@pytest.mark.parametrize("odd", ["7", "../../other/shop/issues/1", -7.5, True, None, [7]])
def test_a_ticket_s_number_is_a_number(odd: Any) -> None:
    """The token may do more than the ledger's writers: what they write leads it nowhere."""
    store = Store()
    note = Note(kind="ticket", name="it-1", at=START, said={**LINK.said(), "number": odd})
    store.note(note)
    page = Page("it-1", store, START, note)  # type: ignore[arg-type]
    assert page.link is None
    assert page.write(LINK) == LINK, "and the next run writes its own in its place"
