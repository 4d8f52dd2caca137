"""The services that moved the bill most, what moved in them, and who or what moved it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta

from steadyhand.model import Change, ChangeState, Record
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.bill import Bill, ChangeEvent
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure, Line
from steadyhand.rhythm.core.money import Reading, shares
from steadyhand.rhythm.core.split import Parts, parts_of
from steadyhand.rhythm.cost.anomaly import as_before, turned
from steadyhand.rhythm.cost.meters import service_of, where
from steadyhand.sources.cost_explorer import event_sources

MOVERS = 5
WORTH_TELLING = 0.5
"""Dollars. A service that moved less is part of everything else."""
AROUND = timedelta(days=1)
"""What may have turned a cost was done on that day, or so much before or after."""

NAMES = ("price", "usage", "new", "gone", "unexplained")
"""The parts of a change, in the order they are told."""

RISES = ("Create", "Run", "Start", "Allocate", "Restore", "Enable", "Copy", "Import", "Purchase")
FALLS = ("Delete", "Terminate", "Stop", "Release", "Disable", "Deregister", "Remove", "Cancel")
EITHER = ("Modify", "Update", "Put", "Set", "Change", "Register", "Attach", "Detach", "Execute")
"""How the names of calls begin that can make a bill rise, fall, or both."""
FREE = frozenset(
    {
        "CreateTags",
        "DeleteTags",
        "CreateLogStream",
        "CreateSecurityGroup",
        "DeleteSecurityGroup",
        "CreateLaunchTemplate",
        "CreateLaunchTemplateVersion",
        "PutMetricData",
        "PutMetricAlarm",
        "DeleteAlarms",
        "PutBucketTagging",
        "CreateGrant",
    }
)
"""Calls that change something, and cost nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """One service that cost more or less than before. `cause` begins with how sure we are."""

    service: str
    now: Figure
    delta: Figure
    how: Line = ()
    cause: Line = ()


def moving(
    bill: Bill, now: tuple[date, date], before: tuple[date, date]
) -> list[tuple[str, float]]:
    """Every service and its change in dollars, the largest first."""
    here, there = bill.between(*now), bill.between(*before)
    return sorted(
        ((name, here[name] - there[name]) for name in here),
        key=lambda one: (-abs(one[1]), one[0]),
    )


def shown(moved: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """Those that are told by name."""
    return [one for one in moved[:MOVERS] if abs(one[1]) >= WORTH_TELLING]


def turning_day(
    bill: Bill, service: str, change: float, now: tuple[date, date], before: tuple[date, date]
) -> date | None:
    """The day a service's cost turned, within the days that are compared."""
    skipped = (before[0] - bill.first).days
    usd = bill.services[service][max(0, skipped) : (now[1] - bill.first).days]
    return turned(usd, max(before[0], bill.first), now[0], change)


def movers_of(
    bill: Bill,
    facts: Facts,
    read: Reading,
    now: tuple[date, date],
    before: tuple[date, date],
) -> tuple[Mover, ...]:
    """The services that moved the bill most, then everything else. They add up to the whole."""
    moved = moving(bill, now, before)
    told = shown(moved)
    here = bill.between(*now)
    rows = [(name, here[name], usd) for name, usd in told]
    if (rest := moved[len(told) :]) and told:
        usual = sum(here[name] for name, _ in rest)
        rows.append(("Everything else", usual, sum(usd for _, usd in rest)))
    costs = shares([cost for _, cost, _ in rows], read.total, read.decimals)
    changes = shares([usd for _, _, usd in rows], read.change, read.decimals)
    return tuple(
        _mover(
            bill,
            name,
            read.money(costs[at]),
            read.moved(changes[at]),
            how=how(bill, name, read) if at < len(told) else (),
            cause=(as_much(bill, name, now, before) or cause(bill, facts, name, usd))
            if at < len(told)
            else (),
        )
        for at, (name, cost, usd) in enumerate(rows)
    )


def how(bill: Bill, service: str, read: Reading) -> Line:
    """The usage type that moved most, and the part of its change that says why."""
    rows = [one for one in bill.usage if one.service == service]
    if not rows:
        return ()
    most = max(rows, key=lambda one: (abs(one.change), one.kind))
    if abs(most.change) < WORTH_TELLING:
        return ()
    parts = parts_of(most)
    name = max(NAMES, key=lambda part: abs(getattr(parts, part)))
    said = read.moved(getattr(parts, name))
    kind = words.clean(most.kind, words.NAME)
    service_named = words.clean(service, words.NAME)
    figure = Figure(f"cost.{service_named}.{name}", said, (bill.id,))
    return (f"{kind}, {name} ", figure)


def parts_line(parts: Parts, read: Reading, name: str) -> Line:
    """A change in its parts: "price +$12, usage −$126, new +$71, gone −$275"; they add up."""
    said: list[str | Figure] = []
    told = shares([getattr(parts, part) for part in NAMES], read.change, read.decimals)
    for part, usd in zip(NAMES, told, strict=True):
        if not usd and part == "unexplained":
            continue
        said += [", "] if said else []
        figure = Figure(f"cost.split.{part}", read.moved(usd), (name,))
        said += [f"{part} ", figure]
    return tuple(said)


def as_much(bill: Bill, service: str, now: tuple[date, date], before: tuple[date, date]) -> Line:
    """Where only the months are of another length, that is its cause, for certain."""
    said = as_before(bill.services[service], bill.first, now, before)
    return (f"certain: {said}",) if said else ()


def cause(bill: Bill, facts: Facts, service: str, change: float) -> Line:
    """Who or what changed it: certain, likely, or unknown; or that nobody could be asked.

    Certain is a change of our own that the meter shows. Likely is what CloudTrail saw somebody do
    to that service about the day its cost turned, and what a finding says: that they come together
    does not prove that one caused the other.
    """
    looked = bill.lookups.get(service)
    if looked is None:
        return ()
    if looked.day is None:
        return ("unknown: no day stands out",)
    if ours := own_changes(facts, service, looked.day, change):
        return told_changes(bill, service, ours)
    if deeds := fitting(looked.deeds, change):
        return ("likely: ", *told_deed(deeds[0], bill, facts.period.year))
    if change > 0 and (line := told_finding(facts, service)):
        return line
    if looked.unread:
        return (f"cause not read ({words.clean(looked.unread, words.NAME)})",)
    way = "rose" if change > 0 else "fell"
    unknown = f"unknown: it {way} on {words.day(looked.day, facts.period.year)}"
    if looked.deployed:
        deployed = told_deed(looked.deployed[0], bill, facts.period.year)
        return (f"{unknown}, and ", *deployed)
    if looked.cut:
        return (f"{unknown}; CloudTrail knows more than we read",)
    where_asked = facts.settings.home or "the home region"
    return (f"{unknown}; CloudTrail in {where_asked} shows no change of it",)


def own_changes(facts: Facts, service: str, day: date, change: float) -> list[Change]:
    """Our changes of that service on that day, or a day before or after, that lower a bill."""
    if change > 0:
        return []
    return [
        one
        for one in facts.changes
        if one.state is ChangeState.VERIFIED
        and one.finding.usd_per_month
        and service_of(one.finding.check) == service
        and abs(one.at.astimezone(UTC).date() - day) <= AROUND
    ]


def told_changes(bill: Bill, service: str, changes: Sequence[Change]) -> Line:
    """As "certain: 14 changes of ours", where their meter fell too."""
    ids = tuple(one.id for one in changes)
    meters = {found for one in changes if (found := where(one.finding)[0])}
    fell = any(
        row.now_quantity < row.before_quantity
        for row in bill.usage
        for meter in meters
        if meter.holds(row.service, row.kind)
    )
    sure = "certain" if fell else "likely"
    first = min(one.at.astimezone(UTC).date() for one in changes)
    name = f"cost.{words.clean(service, words.NAME)}.changes"
    made = Figure(name, words.plural(len(ids), "change"), ids)
    return (f"{sure}: ", made, f" of ours from {words.day(first)}")


def fitting(deeds: Iterable[ChangeEvent], change: float) -> list[ChangeEvent]:
    """What can have moved a bill this way, the plainest first, then the most frequent."""
    plain = RISES if change > 0 else FALLS
    found = [
        one for one in deeds if one.action not in FREE and one.action.startswith((*plain, *EITHER))
    ]
    found.sort(
        key=lambda one: (not one.action.startswith(plain), -one.count, one.day, one.by, one.action)
    )
    return found


def told_deed(deed: ChangeEvent, bill: Bill, year: int) -> Line:
    """As "deploy-role ran CreateNatGateway on 14 May"."""
    by, action = words.clean(deed.by, words.NAME), words.clean(deed.action, words.NAME)
    said: list[str | Figure] = [f"{by} ran {action}"]
    if deed.count > 1:
        name = f"cost.deed.{action}"
        said += [" ", Figure(name, words.plural(deed.count, "time"), (bill.id,)), ", first"]
    what = f" ({words.clean(deed.on, words.NAME)})" if deed.on else ""
    return (*said, f" on {words.day(deed.day, year)}{what}")


def told_finding(facts: Facts, service: str) -> Line:
    """What a finding of this service says, that was first seen in the period."""
    seen = [one for one in facts.records if facts.period.holds(one.first_seen)]
    for record in seen:
        if record.finding.check == "cost_anomaly" and record.finding.name == service:
            deeds = record.finding.evidence.get("deeds") or ()
            if deeds:
                said = words.clean(str(deeds[0]))
                return (f"likely: {said}, says ", _finding(service, [record]))
    waste = [
        one
        for one in seen
        if one.finding.usd_per_month and service_of(one.finding.check) == service
    ]
    if not waste:
        return ()
    return ("likely: what we found there, ", _finding(service, waste))


def _finding(service: str, records: Sequence[Record]) -> Figure:
    ids = tuple(one.finding.id for one in records)
    name = f"cost.{words.clean(service, words.NAME)}.findings"
    return Figure(name, words.plural(len(ids), "finding"), ids)


def trail_sources(service: str) -> tuple[str, ...]:
    """A service of the bill as CloudTrail calls it; none where we do not know."""
    return tuple(f"{one}.amazonaws.com" for one in event_sources(service))


def _mover(
    bill: Bill, service: str, now: str, delta: str, *, how: Line = (), cause: Line = ()
) -> Mover:
    named = words.clean(service, words.NAME)
    return Mover(
        service=named,
        now=Figure(f"cost.{named}", now, (bill.id,)),
        delta=Figure(f"cost.{named}.delta", delta, (bill.id,)),
        how=how,
        cause=cause,
    )
