"""The machine's table: its scenes end as promised, and every other content of a cell is noticed."""

from __future__ import annotations

import pytest

from tests.trust.mutation.tables import mutants, noticed, played, scenes


def test_the_scenes_end_as_promised() -> None:
    assert {scene.name: wrong for scene in scenes() if (wrong := played(scene))} == {}


@pytest.mark.parametrize("mutant", mutants(), ids=lambda one: " ".join(map(str, one)))
def test_a_broken_cell_is_noticed(mutant: tuple[object, object, object]) -> None:
    assert noticed(mutant)  # type: ignore[arg-type]
