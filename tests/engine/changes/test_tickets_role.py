"""What the role of the tickets may write into the ledger, it cannot use to make us do more.

DynamoDB lets it write rows of the partition keys in its policy alone (`dynamodb:LeadingKeys`:
docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html), any attributes in
them. So each row in its reach is overwritten with what an attacker would like to stand there.
"""

from __future__ import annotations

import json
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any

import boto3
import pytest

from stacks.access.grants import reporting
from steadyhand.check import Check
from steadyhand.model import ChangeState, Exemption, Held
from tests.engine.ssh import AUTO, echo, fixed, grants, group, open_ssh
from tests.reconcilers import ACCOUNT, REGION, TABLE, Clock, reconciler

pytestmark = pytest.mark.moto

FORGED: dict[str, dict[str, Any]] = {
    "emptied": {},
    "exempt no more": {"exempt_until": {"S": "2001-01-01T00:00:00+00:00"}, "exempt_by": {"S": ""}},
    "never undone": {"undone_by": {"S": ""}, "open": {"S": ""}, "fixed_1": {"S": "0000"}},
    "open again": {"status": {"S": "open"}, "held": {"S": ""}, "open_change": {"S": ""}},
    "a poem": {"body": {"S": "roses"}, "at": {"S": "soon"}, "id": {"S": "x"}, "kind": {"S": "y"}},
}


def table() -> Any:
    return boto3.client("dynamodb", REGION)


def in_reach() -> list[dict[str, Any]]:
    """The rows that the role could overwrite."""
    said = json.loads(reporting(["t"], ACCOUNT, exempts=True)[0].condition)
    patterns = said["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    rows = table().scan(TableName=TABLE)["Items"]
    return [row for row in rows if any(fnmatchcase(row["pk"]["S"], one) for one in patterns)]


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("forged", FORGED)
def test_what_a_person_undid_is_not_done_again_whatever_the_tickets_role_writes(
    check: Check, forged: str
) -> None:
    here, group_id = reconciler(AUTO, Clock()), group()
    open_ssh(group_id)
    change = echo(here, check, fixed(here, check, group_id))
    assert here.undo(change.id, "ann").state is ChangeState.UNDONE
    (record,) = here.ledger.known(REGION).values()
    until = here.now() + timedelta(days=1)
    said = Exemption(scope=record.finding.id, until=until, because="b", by="a", at=here.now())
    here.ledger.exempt(said, [record])
    rows = in_reach()
    assert {row["pk"]["S"].partition("#")[0] for row in rows} >= {ACCOUNT, "word"}
    for row in rows:
        item = {"pk": row["pk"], "sk": row["sk"], **FORGED[forged]}
        table().put_item(TableName=TABLE, Item=item)
    outcome = here.on_event([check], group_id)
    assert outcome.changes == []
    assert [one for one in outcome.held.values() if isinstance(one, Held)]
    assert len(grants(group_id)) == 1
