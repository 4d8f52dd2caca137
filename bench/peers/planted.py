"""One account on moto: the demo's time bombs with their good twins, each check's own among them."""

from __future__ import annotations

import functools
import sys
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.exceptions import ClientError

from bench.processes import Stage
from steadyhand.catalogue import discovery as catalogue
from steadyhand.demo import account
from steadyhand.model.planting import Bomb, Ground

ACCOUNT = "123456789012"
REGION = "eu-central-1"
"""As the demo's settings have it."""


def plant(stage: Stage) -> set[str]:
    """Plant all that moto lets be planted. The checks that have something to find."""
    session = boto3.Session("bench", "bench", region_name=REGION)
    make: Any = session.client
    client = functools.cache(functools.partial(make, endpoint_url=stage.endpoint))
    ground = Ground(client=client, account=ACCOUNT, region=REGION, now=datetime.now(UTC))
    checks: set[str] = set()
    for sow in (*account.PLANTS, *(check.demo for check in catalogue.load())):
        try:
            checks |= {thing.check for thing in sow(ground) if isinstance(thing, Bomb)}
        except ClientError as error:
            print(f"not planted: {sow.__qualname__}: {error.operation_name}", file=sys.stderr)
    return checks
