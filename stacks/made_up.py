"""An installation that is made up, to be synthesised and read: nowhere, and without zips."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from stacks.regions import Regions

CDK = Path(__file__).resolve().parent.parent / "cdk.json"
REGIONS = Regions(account="111122223333", home="eu-central-1", others=("us-east-1",))


def flags() -> dict[str, Any]:
    """What cdk.json says to the CDK, and that no zip is needed for this."""
    said: dict[str, Any] = json.loads(CDK.read_text())["context"]
    return said | {"aws:cdk:bundling-stacks": []}
