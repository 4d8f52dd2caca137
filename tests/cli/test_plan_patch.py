"""`steadyhand plan` shows the change of the code beside the calls."""

from __future__ import annotations

from dataclasses import replace

import pytest

from steadyhand.cli.commands.look.plan import script
from steadyhand.engine.scan import Found
from steadyhand.model import Lane, Risk
from tests.checks.deploys.test_resource_drift import BAD, CHECK
from tests.verbs import found


@pytest.mark.parametrize("has_calls", [True, False])
def test_the_change_of_the_code_stands_in_the_plan_as_comments(has_calls: bool) -> None:
    """No line of it may run: who wrote the template chose its words."""
    (finding,) = found(CHECK, BAD)[:1]
    patch = "--- template/Thing\n+++ template/Thing\n@@ -1 +1 @@\n-      A: 1\n+      A: $(reboot)\x1b[2J"
    finding = replace(finding, evidence={**finding.evidence, "adopt": patch})
    plan = tuple(CHECK.plan(finding)) if has_calls else ()
    assert bool(plan) is has_calls
    said = Found(finding=finding, check=CHECK, risk=Risk.SAFE, plan=plan, lane=Lane.NOW)
    lines = "\n".join(script(said)).splitlines()
    assert lines[-5:] == [
        "# --- template/Thing",
        "# +++ template/Thing",
        "# @@ -1 +1 @@",
        "# -      A: 1",
        "# +      A: $(reboot)[2J",
    ]
    assert any(line.startswith("aws sqs set-queue-attributes") for line in lines) is has_calls
    assert not any("reboot" in line for line in lines if not line.startswith("#"))
