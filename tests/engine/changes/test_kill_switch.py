"""The kill switch: obeyed within 30 seconds, and stopped where it cannot be read."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from steadyhand.engine.changes.kill_switch import Switch
from steadyhand.model import Call, ReadFailed


class Parameter:
    """SSM on paper."""

    def __init__(self, said: str | ReadFailed) -> None:
        self.said, self.asked = said, 0

    def ask(self, call: Call) -> dict[str, Any]:
        self.asked += 1
        if isinstance(self.said, ReadFailed):
            raise self.said
        return {"Parameter": {"Value": self.said}}


@given(st.text())
def test_only_go_means_go(said: str) -> None:
    stopped = Switch(Parameter(said), "/stop")()
    assert bool(stopped) == (said.strip().lower() != "go")


def test_unreadable_means_stopped() -> None:
    assert "AccessDenied" in Switch(Parameter(ReadFailed("AccessDenied", "no")), "/stop")()


@given(st.floats(20.001, 1000))
def test_a_stop_is_obeyed_within_thirty_seconds(later: float) -> None:
    parameter, time = Parameter("go"), [0.0]
    switch = Switch(parameter, "/stop", lambda: time[0])
    assert switch() == ""
    parameter.said = "stop"
    time[0] = later
    assert switch()


def test_go_is_not_asked_at_every_event_but_stop_is() -> None:
    parameter, time = Parameter("go"), [0.0]
    switch = Switch(parameter, "/stop", lambda: time[0])
    switch(), switch()
    time[0] = 20.0
    switch()
    assert parameter.asked == 1
    parameter.said, time[0] = "stop", 25.0
    switch(), switch()
    assert parameter.asked == 3
