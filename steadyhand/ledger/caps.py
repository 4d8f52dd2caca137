"""How many changes a check may make in an hour: by whoever caused them, and altogether.

One who opens a port again and again uses up their own share, and not the one of others: else a few
decoys would keep us from closing what somebody else opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from steadyhand.ledger import rows
from steadyhand.ledger.queries import typed
from steadyhand.model import Held

FEW = 3
"""So many changes of a check may pass in an hour by one author, however small the account is."""

ALTOGETHER = 3
"""So many authors' shares may pass in all."""

TWO_DAYS = timedelta(days=2)
SESSION = ":assumed-role/"


def counted(
    table: str, pk: str, now: datetime, limit: int, author: str
) -> tuple[dict[str, Any], ...]:
    """The two updates that count a change of a check, each refused once its limit is reached.

    `author` is the ARN of who caused it, empty where nobody knows: those share one counter.
    """
    hour = f"{now:%Y-%m-%dT%H}"
    whose = hashlib.sha256(principal(author).encode()).hexdigest()[:16]
    limits = {f"{hour}#{whose}": limit, hour: ALTOGETHER * limit}
    return tuple(
        {
            "Update": {
                "TableName": table,
                "Key": typed({"pk": pk, "sk": sk}),
                "UpdateExpression": "SET expires = :expires ADD #count :one",
                "ConditionExpression": "attribute_not_exists(#count) OR #count < :limit",
                "ExpressionAttributeNames": {"#count": "count"},
                "ExpressionAttributeValues": typed(
                    {":one": 1, ":limit": most, ":expires": int((now + TWO_DAYS).timestamp())}
                ),
            }
        }
        for sk, most in limits.items()
    )


def principal(author: str) -> str:
    """Who stands behind an ARN: a role takes as many sessions as it likes."""
    return author.rpartition("/")[0] if SESSION in author else author


def crowded(stood: Mapping[int, rows.Row], places: Sequence[int], limit: int, author: str) -> Held:
    """Which cap is reached: `places` are those of the author's and of everybody's counter."""
    if places[0] in stood:
        by = f" after {principal(author)}" if author else ""
        return Held("crowded", f"{limit} changes of this check were made in this hour{by}; we ask")
    return Held(
        "crowded", f"{ALTOGETHER * limit} changes of this check were made in this hour; we ask"
    )
