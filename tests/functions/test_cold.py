"""A cold event pays for each module it imports, so it imports hardly more than before the rooms.

Measured on 2026-11-27 at 96d320d, the last version without rooms, by the same script in the same
environment: 210 modules of our dependencies, and 31 of ours that hold something (a room's
own `__init__` is a docstring). The rooms themselves, at fe3abc4, made it 210 and 31.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from steadyhand.settings.deployed import Deployed
from steadyhand.settings.values import Settings
from tests.reconcilers import REGION, ROLE, TABLE

ROOT = Path(__file__).resolve().parents[2]
DEPENDENCIES, OURS = 212, 31
SINCE = 32
"""Files of ours that the way of an event may have gained since: some were split, the machine of a change came
with its rows, and knobs, states, windows of a freeze, what was not read, caps by author, ARNs, who called and the
role that compares have files of their own. More is a decision, since a cold start pays for it."""

SCRIPT = """
import json, sys
before = set(sys.modules)
import functions.react
from functions import context
context.check("open_admin_ports")
client = context.reconciler("eu-central-1").aws
for service in ("ec2", "dynamodb", "ssm", "sts"):
    client.client(service)
new = {name: sys.modules[name] for name in set(sys.modules) - before}
packages = [name for name, module in new.items() if hasattr(module, "__path__")]
print(json.dumps({"modules": sorted(new), "packages": packages}))
"""


@pytest.fixture(scope="module")
def imported() -> tuple[set[str], set[str]]:
    """What one event imports in a process of its own: of dependencies, and of ours that hold something."""
    settings = Settings(regions=[REGION], home=REGION)
    told = Deployed(settings=settings, home=REGION, table=TABLE, actor=ROLE, bucket="")
    variables = {
        **told.as_variables(),
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": REGION,
        "POWERTOOLS_SERVICE_NAME": "steadyhand",
        "POWERTOOLS_METRICS_NAMESPACE": "Steadyhand",
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
    }
    run = subprocess.run(
        [sys.executable, "-P", "-c", SCRIPT],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(run.stdout)
    ours = {one for one in said["modules"] if one.partition(".")[0] in ("steadyhand", "functions")}
    others = {
        one
        for one in set(said["modules"]) - ours
        if one.partition(".")[0] not in sys.stdlib_module_names
    }
    return others, ours - set(said["packages"])


def test_it_imports_few_more_of_ours(imported: tuple[set[str], set[str]]) -> None:
    _, ours = imported
    assert "steadyhand.checks.exposure.open_admin_ports" in ours
    assert len(ours) <= OURS + SINCE, sorted(ours)


def test_it_imports_no_more_of_dependencies(imported: tuple[set[str], set[str]]) -> None:
    others, _ = imported
    assert len(others) <= DEPENDENCIES, sorted(others)


def test_it_imports_nothing_that_it_has_no_use_for(imported: tuple[set[str], set[str]]) -> None:
    others, ours = imported
    tops = {one.partition(".")[0] for one in others}
    assert not tops & {"boto3", "pydantic", "jinja2", "typer", "rich", "aws_cdk", "resvg_py"}
    rooms = {one.split(".")[1] for one in ours if one.startswith("steadyhand.")}
    assert not rooms & {
        "rhythm",
        "readings",
        "reports",
        "portal",
        "formats",
        "connect",
        "cli",
        "demo",
    }
