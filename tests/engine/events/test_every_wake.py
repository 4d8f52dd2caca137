"""Every wake there is: whatever spelling its subject comes in, and whatever stands where a key should be."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.engine.event_index import woken_by
from steadyhand.triggers import EVERY
from tests.engine.events.test_event_keys import (
    ACCOUNT,
    EVENT_INDEX,
    event_for,
    named_by,
    why_nobody,
)
from tests.sources.test_keys import SPELLED


@pytest.mark.parametrize(
    "wake", EVENT_INDEX, ids=lambda wake: f"{wake['check']}-{wake['detail_type']}-{wake['key']}"
)
def test_every_wake_gives_every_spelling_the_same_key(wake: Any) -> None:
    alike = {key: said for (kind, key), said in SPELLED.items() if kind == wake["kind"]}
    for key, spellings in alike.items():
        for said in (one for one in spellings if named_by(wake, one)):
            woken_now = woken_by(event_for(wake, said), EVENT_INDEX, ACCOUNT)
            own = f"{wake['of']} {key}" if "of" in wake and key != EVERY else key
            mine = [one for one, checks in woken_now.woken.items() if wake["check"] in checks]
            assert {bare(one) for one in mine} == {key}, said
            assert wake["check"] in woken_now.woken[own]


def bare(key: str) -> str:
    """A subject's own key, without the type that stands before it where a check has subjects of many."""
    return key.partition(" ")[2] if key.startswith("AWS::") else key


NAMING = [wake for wake in EVENT_INDEX if wake["key"] != EVERY]


@pytest.mark.parametrize("wake", NAMING, ids=lambda wake: f"{wake['check']}-{wake['key']}")
@pytest.mark.parametrize(
    "said", [7, 1.5, True, {}, {"a": []}, [[]], [None, 3], "", "x\ny", "x" * 9999, "\ud800"]
)
def test_a_malformed_key_is_never_a_traceback(wake: Any, said: Any) -> None:
    reason = why_nobody(event_for(wake, said))
    assert "\n" not in reason
    assert len(reason) < 300
