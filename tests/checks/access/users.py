"""Users and their keys made up for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from steadyhand.sources.iam import ROOT, Credential, Key

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def key(slot: int, age: float, idle: float | None = None, *, active: bool = True) -> Key:
    """A key so many days old; without `idle`, never used."""
    none = timedelta(0)
    if age < 0:
        return Key(slot, False, None, None, none, none)
    used = None if idle is None else NOW - timedelta(days=idle)
    rest = timedelta(days=age if idle is None else idle)
    return Key(slot, active, NOW - timedelta(days=age), used, timedelta(days=age), rest)


def user(name: str, *keys: Key) -> Credential:
    """A line of the credential report."""
    path = "root" if name == ROOT else f"user/{name}"
    return Credential(name, f"arn:aws:iam::123456789012:{path}", keys)


def listed(name: str, ident: str, age: float, status: str = "Active") -> tuple[str, Any]:
    """A key as ListAccessKeys tells it."""
    made = NOW - timedelta(days=age)
    return name, {
        "UserName": name,
        "AccessKeyId": ident,
        "Status": status,
        "CreateDate": made,
    }
