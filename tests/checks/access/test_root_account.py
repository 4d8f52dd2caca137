"""The root user, as the account's summary and its credential report tell of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from steadyhand.checks.access.root_account import RootAccount
from steadyhand.model import Finding, ReadFailed, Severity, Unknown
from steadyhand.sources.iam import ROOT, AccountSummary, Credential, Credentials
from tests.checks.access.users import key
from tests.checks.recorded import outcomes, spot
from tests.verbs import ACCOUNT, NOW, found, silent

CHECK = RootAccount()
ARN = f"arn:aws:iam::{ACCOUNT}:root"
KEPT = {"AccountMFAEnabled": 1, "AccountAccessKeysPresent": 0, "AccountPasswordPresent": 1}
OPEN = {"AccountMFAEnabled": 0, "AccountAccessKeysPresent": 1, "AccountPasswordPresent": 1}


def person(name: str, days: float | None, *keys: Any) -> Credential:
    path = "root" if name == ROOT else f"user/{name}"
    signed_in = None if days is None else NOW - timedelta(days=days)
    return Credential(name, f"arn:aws:iam::{ACCOUNT}:{path}", keys, signed_in)


BAD = {AccountSummary: [OPEN], Credentials: [person(ROOT, 2), person("ann", 0)]}
GOOD = {AccountSummary: [KEPT], Credentials: [person(ROOT, 8), person("ann", 0)]}


def test_says_each_of_what_is_wrong() -> None:
    told = found(CHECK, BAD)
    assert [(one.summary, one.severity) for one in told] == [
        ("the root user has no second factor", Severity.CRITICAL),
        ("the root user has an access key", Severity.CRITICAL),
        ("the root user was used on 21 November 2026", Severity.MEDIUM),
    ]


def test_its_key_is_a_use_too() -> None:
    facts = {AccountSummary: [KEPT], Credentials: [person(ROOT, None, key(1, 90, 3))]}
    (finding,) = found(CHECK, facts)
    assert finding.summary == "the root user was used on 20 November 2026"


def test_a_root_user_that_cannot_sign_in_needs_no_second_factor() -> None:
    """As in a member account whose root credentials the organization removed (docs.aws.amazon.com
    /IAM/latest/UserGuide/id_root-user-access-management.html)."""
    silent(CHECK, {AccountSummary: [OPEN | {"AccountPasswordPresent": 0} | NO_KEY]})


NO_KEY = {"AccountAccessKeysPresent": 0}
HEAD = "user,arn,password_enabled,password_last_used,mfa_active"


def report(used: str) -> bytes:
    return f"{HEAD}\n{ROOT},{ARN},not_supported,{used},false\n".encode()


def said(summary: Any, used: str) -> dict[str, Any]:
    return {
        "iam:GetAccountSummary": lambda _: {"SummaryMap": summary},
        "iam:GenerateCredentialReport": lambda _: {"State": "COMPLETE"},
        "iam:GetCredentialReport": lambda _: {"Content": report(used), "ReportFormat": "text/csv"},
    }


def test_sweep_and_event_find_the_same() -> None:
    spot(CHECK, said(OPEN, "2026-11-22T07:01:00+00:00"), [ROOT] * 3)


@pytest.mark.parametrize("used", ["no_information", "N/A", "2026-01-02T07:01:00+00:00"])
def test_one_that_is_left_alone_is_no_finding(used: str) -> None:
    spot(CHECK, said(KEPT, used), [])


def test_without_the_report_its_use_is_unknown_and_the_rest_is_told() -> None:
    denied = ReadFailed("AccessDenied", "you may not")
    told = outcomes(CHECK, said(OPEN, "N/A") | {"iam:GenerateCredentialReport": lambda _: denied})
    assert [type(one) for one in told].count(Finding) == 2
    (unknown,) = (one for one in told if isinstance(one, Unknown))
    assert (unknown.check, unknown.region, unknown.reason) == (
        "root_account",
        "global",
        "you may not",
    )
