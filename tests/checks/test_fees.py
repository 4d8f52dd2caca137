"""What is paid once, or given back, is no use of a service that grew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.checks.costs.test_cost_anomaly import CHECK, EC2, YESTERDAY, bill, jump, office
from tests.checks.recorded import outcomes


def charges(*rows: tuple[str, str, Callable[[date], float]]) -> Any:
    """Cost Explorer of an account with these charges: service, record type, dollars of a day.

    It answers for the record types that were asked for, as AWS does: docs.aws.amazon.com
    /aws-cost-management/latest/APIReference/API_Expression.html (RECORD_TYPE).
    """

    def answer(params: Any) -> Any:
        wanted = params["Filter"]["Dimensions"]
        assert wanted["Key"] == "RECORD_TYPE"
        return bill(*((name, usd) for name, kind, usd in rows if kind in wanted["Values"]))

    return {"ce:GetCostAndUsage": answer, "cloudtrail:LookupEvents": lambda _: {"Events": []}}


JUMPS = {
    "upfront": ("Savings Plans for Compute usage", "SavingsPlanUpfrontFee", jump(YESTERDAY, 1200)),
    "recurring": (
        "Savings Plans for Compute usage",
        "SavingsPlanRecurringFee",
        jump(YESTERDAY, 90),
    ),
    "reservation": ("Amazon Relational Database Service", "RIFee", jump(YESTERDAY, 500)),
    "support": ("AWS Support (Business)", "Fee", jump(YESTERDAY, 100)),
    "tax": ("Tax", "Tax", jump(YESTERDAY, 300)),
    "domain": ("Amazon Registrar", "Usage", jump(YESTERDAY, 15)),
    "no refund today": ("AWS Lambda", "Usage", lambda on: 0.0 if on == YESTERDAY else -5.0),
}


@pytest.mark.parametrize("what", JUMPS)
def test_a_fee_a_purchase_or_the_end_of_a_refund_is_no_surprise(what: str) -> None:
    """What is paid once is no 36,000 dollars a month, and nothing was ever used for less than nothing."""
    assert outcomes(CHECK, charges(JUMPS[what], (EC2, "Usage", office))) == []
    used = (EC2, "DiscountedUsage", jump(YESTERDAY, 60))
    (finding,) = outcomes(CHECK, charges(JUMPS[what], used))
    assert finding.key == EC2
