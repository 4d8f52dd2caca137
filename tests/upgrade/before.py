"""What earlier versions left, as it was: their stateful resources, and the rows of their ledger.

`stateful.json` are the resources of 96d320d that hold something, as its templates had them. `rows.json` are rows
that aa2dec3 wrote: findings in each status, an exemption, a move, incidents, a sweep, changes that are verified,
undone and still settling, with the key that they are sealed with. Neither is ever written again: a release adds
its own beside them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
STATEFUL: dict[str, dict[str, dict[str, Any]]] = json.loads((HERE / "stateful.json").read_text())
"""Resources by stack and logical id."""

_WRITTEN: dict[str, Any] = json.loads((HERE / "rows.json").read_text())
ROWS: list[dict[str, Any]] = _WRITTEN["rows"]
"""Items, as DynamoDB has them."""

SEAL = str(_WRITTEN["seal"])
ACCOUNT, REGION = "123456789012", "eu-central-1"


def of_kind(*kinds: str) -> list[dict[str, Any]]:
    """The rows of these kinds."""
    return [row for row in ROWS if row.get("kind", {}).get("S", "").partition("#")[2] in kinds]
