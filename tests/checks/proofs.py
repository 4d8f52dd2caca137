"""A check's proof: its test file, and what that plants."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import botocore.session

from steadyhand.check import Check
from steadyhand.model import Finding
from tests.verbs import found

ROOT = Path(__file__).parents[2]
BOTO = botocore.session.Session()


def proof(check: Check) -> Any:
    """The check's test file: it holds BAD and GOOD."""
    return import_module(f"tests.checks.{check.category}.test_{check.id}")


def bad(check: Check) -> list[Finding]:
    module = proof(check)
    return found(getattr(module, "CHECK", check), module.BAD, **when(module))


def when(module: Any) -> dict[str, Any]:
    """A test file may have its own NOW."""
    return {"now": module.NOW} if hasattr(module, "NOW") else {}
