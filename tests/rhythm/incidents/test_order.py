"""Events of an alarm that come late, or twice, without its twin to heal them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rhythm.incidents.test_twin import NOW, Alarm, Ledger, lives, same


@settings(max_examples=200, deadline=None)
@given(lives(), st.lists(st.booleans(), min_size=7, max_size=7))
def test_an_alarm_told_a_place_too_late_is_each_time_it_fired(
    alarm: Alarm, is_late: list[bool]
) -> None:
    """EventBridge delivers at least once, in no order; the twin heals what comes later still."""
    told = alarm.events()
    for place in range(len(told) - 1):
        if is_late[place] and not (place and is_late[place - 1]):
            told[place], told[place + 1] = told[place + 1], told[place]
    ledger = Ledger()
    for said in (again for one in told for again in (one, one)):
        ledger.hear(said)
    still = [(name, began, None if ended == NOW else ended) for name, began, ended in alarm.spans()]
    assert same(ledger.spans(), sorted(still, key=str))
