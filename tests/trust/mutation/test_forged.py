"""The quick part of the forged rows: a few fields of a few checks; `make trust` writes every one anew."""

from __future__ import annotations

import pytest

from tests.trust.mutation import forged
from tests.trust.proofs import shuffled

EACH = 5

pytestmark = pytest.mark.moto


@pytest.mark.parametrize("state", forged.STATES)
@pytest.mark.parametrize("name", ["open_admin_ports", "queue_without_dlq"])
def test_whatever_field_is_written_anew_nothing_else_is_called(name: str, state: str) -> None:
    labelled = [(str(one), one) for one in forged.forgeries(name, state)]
    assert len(labelled) > 50
    for label, forgery in shuffled(labelled)[:EACH]:  # type: ignore[arg-type]
        assert forged.broken(name, state, forgery) == [], label  # type: ignore[arg-type]
