"""What is read of who watches the bill: budgets and their alerts, alarms on it, and whose bill it is.

Budgets answers in us-east-1, and estimated charges are measured there alone. Sources:
docs.aws.amazon.com/general/latest/gr/billing.html,
docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/monitor_estimated_charges_with_cloudwatch.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.source import OWN_ACCOUNT, Each, Source

HOME = {"aws": "us-east-1"}
NONE_THERE = frozenset({"NotFoundException"})

Budgets: Source[Mapping[str, Any]] = Source(
    operation="budgets:DescribeBudgets",
    permission="budgets:ViewBudget",
    items="Budgets",
    key=lambda budget: str(budget["BudgetName"]),
    params={"AccountId": OWN_ACCOUNT},
    is_global=True,
    regions=HOME,
    gone=NONE_THERE,
)

BudgetAlerts: Each[Mapping[str, Any]] = Each(
    operation="budgets:DescribeNotificationsForBudget",
    permission="budgets:ViewBudget",
    items="Notifications",
    of=Budgets,
    ask=lambda budget: {"AccountId": OWN_ACCOUNT, "BudgetName": budget},
    is_global=True,
    regions=HOME,
    gone=NONE_THERE,
)
"""Whom each budget tells, and when: none where it tells nobody."""

BillingAlarms: Source[Mapping[str, Any]] = Source(
    operation="cloudwatch:DescribeAlarms",
    items="MetricAlarms",
    key=lambda alarm: str(alarm["AlarmName"]),
    params={"AlarmTypes": ["MetricAlarm"], "MaxRecords": 100},
    is_global=True,
    regions=HOME,
)
"""Every alarm where those on estimated charges lie."""

Organization: Source[Mapping[str, Any]] = Source(
    operation="organizations:DescribeOrganization",
    items="Organization",
    key=lambda organization: str(organization["Id"]),
    is_global=True,
    gone=frozenset({"AWSOrganizationsNotInUseException"}),
)
"""The organization that the account is in; none where it is in none. Its master account pays the bill."""
