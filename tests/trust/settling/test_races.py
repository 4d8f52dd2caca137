"""A few of the races with what AWS does not show yet; `make trust` runs them all."""

from __future__ import annotations

import pytest

from tests.trust.settling import emulated, races

pytestmark = pytest.mark.emulator
KINDS = ("open_admin_ports", "queue_without_dlq", "rds_backups_off", "backup_job_failed")
"""One call without a state, two steps, an instance that is modifying, and what has no way back."""


@pytest.mark.parametrize(("name", "race"), [one for one in races.tries() if one[0] in KINDS])
def test_a_race_with_what_does_not_show_yet(name: str, race: str) -> None:
    assert races.raced(name, race) == []


def test_where_nobody_has_a_hand_in_it_is_known() -> None:
    assert set(emulated.carried()) >= races.HANDLESS
    with pytest.raises(races.NoHand):
        races.raced("backup_job_failed", "somebody's hand")
