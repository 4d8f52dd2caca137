"""What is counted is counted once, by one rule: exempt findings and incidents, in mails, pages and terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from steadyhand.model import Exemption, FindingStatus, Incident
from steadyhand.portal import views
from steadyhand.reference.dated import dated
from steadyhand.rhythm.backlog.items import EXEMPT, items_of
from steadyhand.rhythm.backlog.lanes import backlog_of
from steadyhand.rhythm.core.facts import Facts, as_of
from steadyhand.rhythm.core.handling import Handled, handled
from steadyhand.rhythm.incidents.alarms import incidents_of
from steadyhand.rhythm.incidents.recurring import recurring
from steadyhand.rhythm.results.oncall import oncall_of
from steadyhand.rhythm.results.surprise import surprises_of
from tests.reports.accounts import ledger_rows, stories

HOURS = st.integers(-24 * 40, 24 * 10)
"""When something begins, from the period's end."""


@cache
def usual() -> Facts:
    return stories.usual().facts()


@st.composite
def accounts(draw: st.DrawFn) -> Facts:
    """Findings of two checks, people's words about any scope, and alarms: theirs, ours, in two regions."""
    until = usual().period.until
    records = [
        replace(
            ledger_rows.record(check, name, "x", seen=until - timedelta(days=50)),
            status=draw(
                st.sampled_from([FindingStatus.OPEN, FindingStatus.OPEN, FindingStatus.GONE])
            ),
        )
        for check in ("a", "b")
        for name in ("one", "two")
    ]
    scopes = {
        scope
        for one in records
        for scope in (one.finding.id, one.finding.resource, one.finding.check)
    }
    exemptions = [
        Exemption(scope=scope, because="x", by="maya", at=until + at, until=until + at + lasts)
        for scope in draw(st.sets(st.sampled_from(sorted(scopes)), max_size=4))
        for at in [timedelta(hours=draw(HOURS))]
        for lasts in [timedelta(hours=draw(st.integers(1, 24 * 60)))]
    ]
    incidents = [
        Incident(
            id=f"in-{at}",
            account=ledger_rows.ACCOUNT,
            region=draw(st.sampled_from(["r", "s"])),
            signature=draw(st.sampled_from(["api", "steadyhand-silent"])),
            summary="x",
            began_at=until + timedelta(hours=at),
            ended_at=draw(st.sampled_from([None, until + timedelta(hours=at + 5)])),
        )
        for at in draw(st.sets(HOURS, max_size=6))
    ]
    return replace(usual(), records=records, exemptions=exemptions, incidents=incidents, changes=())


@settings(max_examples=120, deadline=None)
@given(accounts())
def test_what_is_exempt_is_one_set_of_findings(account: Facts) -> None:
    until, facts = account.period.until, as_of(account)
    in_force = {one.scope for one in account.exemptions if one.at < until < one.until}
    exempt = {
        one.finding.id
        for one in account.records
        if one.status is FindingStatus.OPEN
        and in_force & {one.finding.id, one.finding.resource, one.finding.check}
    }
    assert set(backlog_of(facts).exempt.ids) == exempt
    items = items_of(facts, ended=True)
    assert {one.finding.id for i in items for one, state in i.over if state == EXEMPT} == exempt
    waiting = {one.finding.id for i in items for one in i.open}
    assert waiting == {one.finding.id for one in facts.open_at(until)}
    assert not waiting & exempt
    planned = {r.finding.id for r in facts.records if handled(r, facts) is Handled.PLANNED}
    assert planned >= exempt
    assert not planned & waiting
    rows = views.exemptions(facts)["exemptions"]
    known = {one.finding.id: one.finding for one in account.records}
    for row in rows:
        held = [
            name for name in exempt if row.scope in {name, known[name].resource, known[name].check}
        ]
        assert row.findings == (len(held) if row.left else 0)


@settings(max_examples=120, deadline=None)
@given(accounts())
def test_incidents_are_yours_each_in_its_region_and_counted_alike(account: Facts) -> None:
    facts = as_of(account)
    period = facts.period
    yours = {one.id for one in account.incidents if one.signature == "api"}
    those = {
        one.id
        for one in facts.incidents
        if one.id in yours and (one.ended_at is None or one.ended_at > period.since)
    }
    said = incidents_of(facts)
    assert set(said.count.ids) == set(surprises_of(facts).incidents.ids) == those
    assert said.count.words == surprises_of(facts).incidents.words
    assert bool(said.time) == bool(those)
    assert set(oncall_of(facts).pages.ids) <= yours
    page = views.incidents(facts)
    known = {one.id for one in facts.incidents} & yours
    assert page["headline"].startswith(f"{len(known)} incident" if known else "No alarm fired.")
    again = recurring(facts, dated("toil"))
    for region in ("r", "s"):
        mine = [one for one in facts.incidents if one.id in yours and one.region == region]
        assert sum(one.count == len(mine) for one in again) >= (len(mine) > 1)
    assert sum(one.count for one in again) <= len(known)
