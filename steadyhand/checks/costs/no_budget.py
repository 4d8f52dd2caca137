"""Nobody is told when the account spends too much.

It has no budget on its costs, or none that tells anybody, and no alarm on its estimated charges. A loop that
writes, a forgotten experiment or a stolen key is then noticed with the month's invoice. An account whose bill
another account of its organization pays is not judged: the budgets of the payer cannot be seen from here.

Fix: by a person, who alone knows what a month may cost. AWS looks at a budget several times a day; the
first two are free of charge.

Steered by: who may make budgets or alarms: one that tells nobody we know silences it.

Runbook:

1. What does a month cost? The weekly review says it, or Cost Explorer.
2. A budget a third above that, which writes to you at 80 % of what was spent and at 100 % of what is forecast:
   `aws budgets create-budget --account-id ACCOUNT --budget file://budget.json
   --notifications-with-subscribers file://tell.json`.
3. Or in the console, in a minute: Billing, Budgets, "Use a template", "Monthly cost budget".
4. A budget that tells nobody: give it an alert with an address that people read.
5. If somebody watches it elsewhere: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity, pick
from steadyhand.sources.budgets import BillingAlarms, BudgetAlerts, Budgets, Organization
from steadyhand.sources.iam import ROOT, AccountSummary
from steadyhand.triggers import days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

BILLING = "AWS/Billing"


class NoBudget(Check):
    severity = Severity.MEDIUM
    risk = Risk.ADVICE
    reads = (AccountSummary, Budgets, BudgetAlerts, BillingAlarms, Organization)
    wakes = (days(1),)
    resource_type = "AWS::Organizations::Account"
    consequence = "You learn what went wrong from the month's invoice."
    short = "no budget"
    hours_lost = (1, 8)
    peers = (
        "CB:CLDBRN-AWS-COSTGUARDRAILS-1",
        "SS:iam:enableCostBudget",
        "SS:cloudwatch:missingBillingAlarms",
        "MB:Budget",
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        budgets = sorted(one["BudgetName"] for one in account[Budgets] if is_on_costs(one, now))
        alerts = {budget for budget, _ in account[BudgetAlerts]}
        is_told = not alerts.isdisjoint(budgets) or any(map(is_on_bill, account[BillingAlarms]))
        payers = {one.get("MasterAccountId", account.id) for one in account[Organization]}
        for _ in account[AccountSummary]:
            if is_told or payers - {account.id}:
                continue
            root = account.global_arn("iam", "root")
            yield self.finding(
                account,
                resource=root,
                key=ROOT,
                name=f"{root}/budget",
                summary=(
                    f"no budget tells anybody what the account spends: {', '.join(budgets)} has no alert"
                    if budgets
                    else "nobody is told when the account spends too much: it has no budget"
                )[:200],
                budgets=budgets,
            )

    def demo(self, ground: Ground) -> Things:
        """A budget that writes to its owner."""
        budgets, name = ground.client("budgets"), ground.name("month")
        limit = {"Amount": "400", "Unit": "USD"}
        budgets.create_budget(
            AccountId=ground.account,
            Budget={
                "BudgetName": name,
                "BudgetType": "COST",
                "TimeUnit": "MONTHLY",
                "BudgetLimit": limit,
            },
        )
        budgets.create_notification(
            AccountId=ground.account,
            BudgetName=name,
            Notification={
                "NotificationType": "FORECASTED",
                "ComparisonOperator": "GREATER_THAN",
                "Threshold": 100.0,
            },
            Subscribers=[{"SubscriptionType": "EMAIL", "Address": "ops@example.com"}],
        )
        yield ground.healthy("budget", ROOT)
        yield ground.unshown(
            self, "this team has a budget, and the bill that ran away is told by itself"
        )


def is_on_costs(budget: Mapping[str, Any], now: datetime) -> bool:
    """Is it on dollars, and not over? One on hours, or on how far reservations are used, is neither."""
    end = (budget.get("TimePeriod") or {}).get("End")
    return budget.get("BudgetType") == "COST" and (end is None or end > now)


def is_on_bill(alarm: Mapping[str, Any]) -> bool:
    """Is it on the estimated charges, and does it call somebody?"""
    calls = alarm.get("ActionsEnabled", True) and alarm.get("AlarmActions")
    watched = {alarm.get("Namespace"), *pick(alarm, "Metrics.MetricStat.Metric.Namespace")}
    return bool(calls) and BILLING in watched
