"""The quick part: one storm, one batch; the whole is `make trust`."""

from __future__ import annotations

import pytest

from tests.trust.dangers import many, owned, poison, wide

pytestmark = pytest.mark.moto


def test_a_storm_keeps_to_the_caps_and_loses_nothing() -> None:
    assert many.weathered(0) == []


def test_poison_comes_back_alone() -> None:
    assert poison.sorted_out(0) == []


def test_a_key_that_could_mean_all_means_none() -> None:
    assert wide.touched("endless_logs", "its beginning") == []


def test_what_code_owns_is_proposed_to_it() -> None:
    assert owned.left("endless_logs", "CDK") == []
