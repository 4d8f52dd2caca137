"""Accounts of which nobody hears when they spend too much."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from steadyhand.checks.costs.no_budget import NoBudget
from steadyhand.model import ReadFailed, Unknown
from steadyhand.sources.budgets import BillingAlarms, BudgetAlerts, Budgets, Organization
from steadyhand.sources.iam import ROOT, AccountSummary
from tests.canonical import ACCOUNT
from tests.checks.recorded import outcomes, spot
from tests.verbs import NOW, Facts, found

CHECK = NoBudget()
PAYER = "999988887777"


def budget(kind: str = "COST", days: float = 9999, **more: Any) -> dict[str, Any]:
    return {
        "BudgetName": "month",
        "BudgetType": kind,
        "TimeUnit": "MONTHLY",
        "TimePeriod": {"Start": NOW - timedelta(days=9999), "End": NOW + timedelta(days=days)},
    } | more


ALERT = {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0}
NONE = ReadFailed("NotFoundException", "there is none")
NO_ORGANIZATION = ReadFailed("AWSOrganizationsNotInUseException", "it is in none")


def alarm(**more: Any) -> dict[str, Any]:
    return {
        "AlarmName": "bill",
        "Namespace": "AWS/Billing",
        "MetricName": "EstimatedCharges",
        "ActionsEnabled": True,
        "AlarmActions": ["arn:aws:sns:us-east-1:123456789012:ops"],
    } | more


BAD: Facts = {AccountSummary: [{"Users": 1}], Budgets: [budget("USAGE")]}
GOOD: Facts = {
    AccountSummary: [{"Users": 1}],
    Budgets: [budget()],
    BudgetAlerts: [("month", ALERT)],
    BillingAlarms: [],
    Organization: [],
}


def account(
    *budgets: Any, alerts: Any = NONE, alarms: Any = (), organization: Any = NO_ORGANIZATION
) -> dict[str, Any]:
    """What AWS answers. One without budgets is described as empty, or as not found."""
    return {
        "iam:GetAccountSummary": lambda _: {"SummaryMap": {"Users": 1}},
        "organizations:DescribeOrganization": lambda _: organization,
        "cloudwatch:DescribeAlarms": lambda _: {"MetricAlarms": list(alarms)},
        "budgets:DescribeBudgets": lambda _: {"Budgets": list(budgets)} if budgets else NONE,
        "budgets:DescribeNotificationsForBudget": lambda _: alerts,
    }


TOLD = {"Notifications": [ALERT]}
IN_MATHS = {
    "AlarmName": "maths",
    "AlarmActions": ["arn:aws:sns:us-east-1:123456789012:ops"],
    "Metrics": [
        {
            "Id": "m",
            "MetricStat": {
                "Metric": {"Namespace": "AWS/Billing", "MetricName": "EstimatedCharges"},
                "Period": 21600,
                "Stat": "Maximum",
            },
        }
    ],
}
SPENDS_UNSEEN = {
    "nothing at all": account(),
    "an empty list": account() | {"budgets:DescribeBudgets": lambda _: {}},
    "on hours": account(budget("USAGE"), alerts=TOLD),
    "on reservations": account(budget("RI_UTILIZATION"), alerts=TOLD),
    "on plans": account(budget("SAVINGS_PLANS_COVERAGE"), alerts=TOLD),
    "over": account(budget(days=-1), alerts=TOLD),
    "mute": account(budget()),
    "mute, as an empty list": account(budget(), alerts={"Notifications": []}),
    "an alarm that calls nobody": account(alarms=[alarm(AlarmActions=[])]),
    "an alarm that is switched off": account(alarms=[alarm(ActionsEnabled=False)]),
    "an alarm on something else": account(alarms=[alarm(Namespace="AWS/Lambda")]),
    "who pays for others": account(
        organization={"Organization": {"Id": "o-1", "MasterAccountId": ACCOUNT}}
    ),
}
SPENDS_SEEN = {
    "a budget": account(budget(), alerts=TOLD),
    "a budget without an end": account(budget(TimePeriod={"Start": NOW}), alerts=TOLD),
    # cloud-custodian #3208: a budget on a part of the bill is a budget that somebody looks after.
    "a budget on a part": account(budget(CostFilters={"Service": ["Amazon RDS"]}), alerts=TOLD),
    "an alarm on the bill": account(alarms=[alarm()]),
    "an alarm on the bill in maths": account(alarms=[IN_MATHS]),
    # inspec-aws #57: the payer's are not seen from a member account.
    "somebody else pays": account(
        organization={"Organization": {"Id": "o-1", "MasterAccountId": PAYER}}
    ),
}


@pytest.mark.parametrize("said", SPENDS_UNSEEN.values(), ids=SPENDS_UNSEEN)
def test_found(said: Any) -> None:
    spot(CHECK, said, [ROOT])


@pytest.mark.parametrize("said", SPENDS_SEEN.values(), ids=SPENDS_SEEN)
def test_silent(said: Any) -> None:
    spot(CHECK, said, [])


def test_says_which_budget_is_mute() -> None:
    assert [one.summary for one in found(CHECK, BAD)] == [
        "nobody is told when the account spends too much: it has no budget"
    ]
    both = [budget(), budget(BudgetName="a")]
    (mute,) = found(CHECK, {AccountSummary: [{"Users": 1}], Budgets: both})
    assert mute.summary == "no budget tells anybody what the account spends: a, month has no alert"


@pytest.mark.parametrize("read", sorted(account()))
def test_what_may_not_be_read_is_no_missing_budget(read: str) -> None:
    denied = ReadFailed("AccessDeniedException", "you may not")
    told = outcomes(CHECK, account(budget()) | {read: lambda _: denied})
    assert [(type(one), one.reason) for one in told] == [(Unknown, "you may not")]
