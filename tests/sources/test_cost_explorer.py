"""The bill, as Cost Explorer is asked for it: of use alone, and not without end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from steadyhand.model import Unknown
from tests.checks.costs.test_cost_anomaly import CHECK, EC2, bill, office
from tests.checks.recorded import outcomes


@pytest.mark.parametrize(("token", "most"), [(lambda _: "same", 2), (str, 50)])
def test_pages_without_an_end_are_no_bill(token: Callable[[int], str], most: int) -> None:
    """Each page costs a cent, and what goes on is not read."""
    asks: list[Any] = []

    def cost(params: Any) -> Any:
        asks.append(params)
        return bill((EC2, office)) | {"NextPageToken": token(len(asks))}

    (said,) = outcomes(CHECK, {"ce:GetCostAndUsage": cost})
    assert isinstance(said, Unknown)
    assert len(asks) == most
