"""The least IAM policy with which everything can be scanned, to paste.

It is made from what the checks declare, so it holds no action that no check reads. All of them only
read. With --check or --category it is as small as those need.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from typer import Option

from steadyhand.check import Check
from steadyhand.cli import client
from steadyhand.cli.choice import chosen
from steadyhand.cli.options import Here
from steadyhand.source import Source

ALWAYS = ("ec2:DescribeRegions", "sts:GetCallerIdentity")
"""Who we are, and which regions there are (`--region all`)."""

LARGEST = 6144
"""Characters of a managed policy without white space (IAM and STS quotas)."""


def command(
    here: Here,
    check: Annotated[
        list[str] | None, Option("--check", metavar="ID", help="Only this check. Repeatable.")
    ] = None,
    category: Annotated[
        list[str] | None,
        Option("--category", metavar="NAME", help="Only this category. Repeatable."),
    ] = None,
) -> int:
    """Print it. No account is asked."""
    checks = chosen(client.settings(here), check or (), category or ())
    sys.stdout.write(json.dumps(policy(checks), indent=2) + "\n")
    return 0


def policy(checks: Sequence[Check]) -> dict[str, Any]:
    """One statement that allows what these checks read, everywhere: lists know no resource."""
    actions = sorted({*ALWAYS, *(name for one in checks for name in reads(one.reads))})
    statement = {"Sid": "SteadyhandScan", "Effect": "Allow", "Action": actions, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def reads(sources: Iterable[Source[Any]]) -> set[str]:
    """The actions of sources, and of those they are read after."""
    from steadyhand.catalogue.docs import permissions  # noqa: PLC0415

    return set(permissions(sources))
