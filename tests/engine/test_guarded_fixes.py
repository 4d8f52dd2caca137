"""What keeps a fix from being made: the owner, the switch, tags, exemptions, the cap."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from steadyhand.catalogue import discovery as catalogue
from steadyhand.check import Check
from steadyhand.engine.changes.refused import Refused
from steadyhand.ledger import codec, rows
from steadyhand.ledger.caps import ALTOGETHER, FEW
from steadyhand.model import (
    Call,
    ChangeState,
    Exemption,
    FindingStatus,
    Mode,
)
from steadyhand.settings.values import Settings
from tests.engine.ssh import AUTO, WORLD, ec2, fixed, grants, group, open_ssh
from tests.reconcilers import REGION, Clock, reconciler

pytestmark = pytest.mark.moto


@pytest.mark.usefixtures("aws")
def test_nothing_is_changed_until_the_owner_says_so(check: Check) -> None:
    here, group_id = reconciler(Settings(), Clock()), group()
    open_ssh(group_id)
    outcome = here.on_event([check], group_id)
    assert outcome.changes == []
    assert len(grants(group_id)) == 1
    (found,) = here.ledger.known(REGION).values()
    assert found.held is not None
    assert found.held.guardrail == "not_yet_trusted"


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(("stop", "said"), [("stop", "says 'stop'"), (None, "cannot be read")])
def test_the_kill_switch_stops_and_so_does_one_that_cannot_be_read(
    check: Check, stop: str | None, said: str
) -> None:
    here, group_id = reconciler(AUTO, Clock(), stop=stop), group()
    open_ssh(group_id)
    outcome = here.on_event([check], group_id)
    (held,) = outcome.held.values()
    assert held.guardrail == "stopped"
    assert said in held.reason
    assert len(grants(group_id)) == 1


@pytest.mark.usefixtures("aws")
def test_hands_off(check: Check) -> None:
    here, group_id = reconciler(AUTO, Clock()), group(tags={"steadyhand:hands-off": "please"})
    open_ssh(group_id)
    (held,) = here.on_event([check], group_id).held.values()
    assert held.guardrail == "hands_off"
    assert len(grants(group_id)) == 1


@pytest.mark.usefixtures("aws")
def test_an_exemption_holds_until_it_ends(check: Check) -> None:
    clock = Clock()
    here, group_id = reconciler(AUTO, clock), group()
    open_ssh(group_id)
    (finding,) = here.look([check], group_id).findings
    until = clock.at + timedelta(days=3)
    here.ledger.exempt(
        Exemption(scope=finding.id, until=until, because="migration", by="ann", at=clock.at), []
    )
    (held,) = here.on_event([check], group_id).held.values()
    assert held.guardrail == "exempt"
    clock.turn(days=4)
    assert len(here.on_event([check], group_id).changes) == 1


@pytest.mark.parametrize(
    "spoiled", [{"until": "soon"}, {"until": "2026-12-01"}, {"body": "{"}, {"at": "x"}]
)
@pytest.mark.usefixtures("aws")
def test_an_exemption_that_cannot_be_read_holds_what_its_key_names(
    check: Check, spoiled: dict[str, str]
) -> None:
    clock = Clock()
    here, group_id = reconciler(AUTO, clock), group()
    open_ssh(group_id)
    (finding,) = here.look([check], group_id).findings
    later, body = (clock.at + timedelta(days=3)).isoformat(), codec.text({"scope": finding.id})
    for name, wrong in ((finding.id, spoiled), ("fi-other", {"until": "soon"})):
        row = {"at": later, "until": later, "body": body, "id": name} | wrong
        key = {"pk": f"{here.aws.account}#global", "sk": f"exemption#{name}"}
        params = {"TableName": here.ledger.table, "Item": rows.wrap(row | key)}
        here.aws.ask(Call("dynamodb:PutItem", params))
    (held,) = here.on_event([check], group_id).held.values()
    assert (held.guardrail, held.until) == ("exempt", None)
    assert "cannot be read" in held.reason
    assert len(grants(group_id)) == 1


@pytest.mark.usefixtures("aws")
def test_a_finding_whose_row_is_gone_when_its_change_ends_has_a_whole_one_again(
    check: Check,
) -> None:
    """UpdateItem makes a row where there is none, of what it sets alone: DynamoDB's reference of UpdateItem."""
    here, group_id = reconciler(AUTO, Clock()), group()
    open_ssh(group_id)
    (change,) = here.on_event([check], group_id).changes
    (record,) = here.ledger.records()
    row = rows.finding_row(f"{here.aws.account}#{here.aws.region}", record)
    key = {"Key": rows.key_of(row["pk"], row["sk"]), "TableName": here.ledger.table}
    here.aws.ask(Call("dynamodb:DeleteItem", key))
    assert here.undo(change.id, "ines").state is ChangeState.UNDONE
    (again,) = here.ledger.records()
    assert here.ledger.take_unreadable() == ()
    assert (again.finding.id, again.status) == (record.finding.id, FindingStatus.OPEN)
    assert again.finding.summary == record.finding.summary
    assert again.held


@pytest.mark.usefixtures("aws")
def test_the_third_time_in_thirty_days_is_contested_and_names_who(check: Check) -> None:
    clock = Clock()
    here, group_id = reconciler(AUTO, clock), group()
    for _ in range(2):
        open_ssh(group_id)
        fixed(here, check, group_id)
        clock.turn(hours=25)
    open_ssh(group_id)
    outcome = here.on_event([check], group_id, by="arn:aws:iam::123456789012:user/nightly")
    assert outcome.changes == []
    (held,) = outcome.held.values()
    assert held.guardrail == "contested"
    assert held.reason.endswith(
        "the last to put it back was arn:aws:iam::123456789012:user/nightly"
    )
    clock.turn(days=31)
    assert len(here.on_event([check], group_id).changes) == 1


@pytest.mark.usefixtures("aws")
def test_too_many_at_once_means_none(check: Check) -> None:
    here = reconciler(AUTO, Clock())
    groups = [group(f"g{n}") for n in range(4)]
    for one in groups:
        open_ssh(one)
    outcome = here.sweep([check])
    assert outcome.changes == []
    assert {held.guardrail for held in outcome.held.values()} == {"crowded"}
    assert all(grants(one) for one in groups)


@pytest.mark.usefixtures("aws")
def test_a_crowd_that_comes_as_events_meets_the_same_cap(check: Check) -> None:
    here = reconciler(AUTO, Clock())
    groups = [group(f"g{n}") for n in range(5)]
    outcomes = []
    for one in groups:
        open_ssh(one)
        outcomes.append(here.on_event([check], one))
    assert [len(one.changes) for one in outcomes] == [1, 1, 1, 0, 0]
    assert {held.guardrail for one in outcomes for held in one.held.values()} == {"crowded"}


@pytest.mark.usefixtures("aws")
def test_one_author_s_flood_holds_nobody_else_s_fix(check: Check) -> None:
    """Sessions of one role are one author; nine authors are too many as well."""
    here, role = reconciler(AUTO, Clock()), "arn:aws:sts::123456789012:assumed-role"

    def opened(name: str, by: str) -> int:
        open_ssh(one := group(name))
        return len(here.on_event([check], one, by=by).changes)

    flood = [opened(f"decoy-{n}", f"{role}/Mallory/session-{n}") for n in range(5)]
    assert flood == [1, 1, 1, 0, 0]
    assert opened("ours", f"{role}/Ann/laptop") == 1
    others = [opened(f"many-{n}", f"{role}/role-{n}/x") for n in range(8)]
    assert sum(flood) + 1 + sum(others) == ALTOGETHER * FEW


@pytest.mark.usefixtures("aws")
def test_a_person_is_bound_to_the_plan_they_saw(check: Check) -> None:
    here, group_id = reconciler(Settings(), Clock()), group()
    open_ssh(group_id)
    here.sweep([check])
    (found,) = here.ledger.known(REGION).values()
    with pytest.raises(Refused) as refused:
        here.fix(check, found, "ann", "another plan")
    assert refused.value.held.guardrail == "stale"
    change = here.fix(check, found, "ann", found.plan)
    assert (change.state, change.by) == (ChangeState.VERIFIED, "ann")
    assert grants(group_id) == []


@pytest.mark.usefixtures("aws")
def test_a_person_s_exemption_binds_the_twin_too() -> None:
    settings = replace(
        AUTO, modes={name: {"*": Mode.AUTO} for name in ("open_admin_ports", "open_data_ports")}
    )
    clock = Clock()
    here, group_id = reconciler(settings, clock), group()
    ec2().authorize_security_group_ingress(
        GroupId=group_id,
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3389, "IpRanges": [WORLD]}
        ],
    )
    watching = replace(here, settings=replace(settings, modes={}))
    twins = catalogue.load(["open_admin_ports", "open_data_ports"])
    watching.on_event(twins, group_id)
    admin, _ = sorted(here.ledger.known(REGION).values(), key=lambda one: one.finding.check)
    said = Exemption(
        scope=admin.finding.id, until=clock.at + timedelta(days=3), because="b", by="ann",
        at=clock.at,
    )  # fmt: skip
    here.ledger.exempt(said, [admin])
    outcome = here.on_event(twins, group_id)
    assert outcome.changes == []
    assert {held.guardrail for held in outcome.held.values()} == {"exempt"}
