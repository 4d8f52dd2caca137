"""The savings ledger: estimated, applied, verified on the meter, lapsed. Only verified is claimed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from steadyhand.model import monthly, priced
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts, Kind
from steadyhand.rhythm.core.figures import Figure, Line
from steadyhand.rhythm.core.money import DOLLARS, column, money
from steadyhand.rhythm.cost.units import AS_KEPT, is_monthly
from steadyhand.rhythm.savings.applied import Saving, applied, counts
from steadyhand.rhythm.savings.proven import LAPSED, Measured, has_lapsed, measure, noted, returned

VISIBLE = 6
UNITS = {"Hrs": "hours", "Hours": "hours", "GB": "GB"}


class Stage(StrEnum):
    """How far a saving has come. Unseen: its meter was read, and does not show it."""

    APPLIED = "applied"
    VERIFIED = "verified"
    UNSEEN = "not seen"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One saving as it is read. `usage` is before and after; `why` says what cannot be said."""

    what: str
    count: Figure
    when: str
    stage: Stage
    estimate: Figure
    verified: Figure | None
    usage: Line
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Savings:
    """Sums are dollars a month.

    `verified` is what we claim, `applied` waits to be measured, `waiting` is what open findings
    would save, `lapsed` is what came back.
    """

    rows: tuple[Row, ...]
    folded: Figure | None
    verified: Figure
    applied: Figure
    lapsed: Figure
    waiting: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class SavingRow:
    """One saving as it stands at the period's end, measured now or before."""

    check: str
    ids: tuple[str, ...]
    count: int
    first: date
    last: date
    stage: Stage
    estimate: float
    measured: Measured | None
    why: str

    @property
    def usd(self) -> float:
        """What we claim."""
        return self.measured.usd if self.measured and self.stage is Stage.VERIFIED else 0.0


def savings_of(facts: Facts) -> Savings:
    """Every saving that the ledger knows, the latest first. `facts` are as of the period's end."""
    found = sorted(
        (*fresh(facts), *known(facts)), key=lambda one: (one.last, one.ids), reverse=True
    )
    rest = found[VISIBLE:]
    waiting = [one for one in facts.open_at(facts.period.until) if counts(one.finding)]
    usd = monthly(one.finding for one in waiting)
    claimed = {name: claims(found, name, facts) for name in Stage}
    told = {key: said for one in claimed.values() for key, said in one.parts.items()}
    return Savings(
        rows=tuple(row(one, facts, told[one.ids]) for one in found[:VISIBLE]),
        folded=Figure("savings.folded", f"{len(rest):,} more", ids_of(rest)) if rest else None,
        verified=claimed[Stage.VERIFIED].figure("verified"),
        applied=claimed[Stage.APPLIED].figure("applied"),
        lapsed=claimed[Stage.LAPSED].figure("lapsed"),
        waiting=a_month("waiting", priced(usd), tuple(one.finding.id for one in waiting)),
    )


def fresh(facts: Facts) -> Iterator[SavingRow]:
    """Those that no note tells of."""
    meters, currency = facts.bill.meters if facts.bill else {}, currency_of(facts)
    for one in applied(facts):
        said, why = measure(one, meters, currency)
        yield SavingRow(
            check=one.check,
            ids=(*one.ids, facts.bill.id) if said and facts.bill else one.ids,
            count=len(one.fixes),
            first=one.first,
            last=one.last,
            stage=stage(facts, one, said),
            estimate=one.estimate,
            measured=said,
            why="" if one.came_back else why,
        )


def stage(facts: Facts, one: Saving, said: Measured | None) -> Stage:
    """How far a saving has come that is judged now."""
    if one.came_back:
        return Stage.LAPSED
    if said is None:
        return Stage.APPLIED
    meter = facts.bill.meters.get(one.meter.name) if facts.bill and one.meter else None
    if returned(meter, said, one.last):
        return Stage.LAPSED
    return Stage.VERIFIED if said.usd else Stage.UNSEEN


def known(facts: Facts) -> Iterator[SavingRow]:
    """Those that a note tells of."""
    for note in facts.notes.get("saving", ()):
        if note.name.endswith(LAPSED):
            continue
        said = noted(note)
        now = Stage.VERIFIED if said.usd else Stage.UNSEEN
        yield SavingRow(
            check=note.said["check"],
            ids=(note.id, *note.said["fixes"]),
            count=len(note.said["fixes"]),
            first=date.fromisoformat(note.said["first"]),
            last=date.fromisoformat(note.said["last"]),
            stage=Stage.LAPSED if has_lapsed(facts, note) else now,
            estimate=note.said["estimate"],
            measured=said,
            why="",
        )


def row(one: SavingRow, facts: Facts, told: str) -> Row:
    """As it is read. `told` is its amount among those of its stage, which add up."""
    kind = facts.kinds.get(one.check) or Kind(id=one.check)
    key, is_verified = f"savings.{one.ids[0]}", one.stage is Stage.VERIFIED
    code = currency_of(facts)
    nothing = money(0, code)
    return Row(
        what=kind.title or one.check,
        count=Figure(f"{key}.count", f"{one.count:,} fixed", one.ids),
        when=words.range_of(one.first, one.last),
        stage=one.stage,
        estimate=Figure(f"{key}.estimate", priced(one.estimate), one.ids),
        verified=Figure(f"{key}.verified", told if is_verified else nothing, one.ids)
        if one.measured
        else None,
        usage=usage(one.measured, key, one.ids, code) if one.measured else (),
        why=one.why,
    )


def usage(said: Measured, key: str, ids: tuple[str, ...], code: str = DOLLARS) -> Line:
    """As "124 to 31 GB", "240 to 24 hours a day"; and what the meter moves by on its own."""
    unit = f" {UNITS.get(said.unit, words.clean(said.unit, words.NAME))} a day"
    if is_monthly(said.unit):
        unit = f" {AS_KEPT.get(said.unit, words.clean(said.unit, words.NAME))}"
    if said.noise >= 0.5:
        unit += f", give or take {money(said.noise, code)} a month"
    return (
        Figure(f"{key}.before", amount(said.before), ids),
        " to ",
        Figure(f"{key}.after", amount(said.after), ids),
        unit,
    )


def amount(number: float) -> str:
    """Three digits that count."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What the savings of one stage come to a month, each by its ids and all, as they are read."""

    parts: Mapping[tuple[str, ...], str]
    total: str
    ids: tuple[str, ...]

    def figure(self, name: str) -> Figure:
        """All of them."""
        return a_month(name, self.total, self.ids)


def claims(found: Sequence[SavingRow], wanted: Stage, facts: Facts) -> Claims:
    """What was measured where it was verified, in the bill's currency; else the estimate."""
    those = [one for one in found if one.stage is wanted]
    is_verified = wanted is Stage.VERIFIED
    if not is_verified:
        cents = [round(one.estimate, 2) for one in those]
        parts = {one.ids: priced(usd) for one, usd in zip(those, cents, strict=True)}
        return Claims(parts=parts, total=priced(sum(cents)), ids=ids_of(those))
    said = column([one.usd for one in those], currency_of(facts))
    parts = {one.ids: told for one, told in zip(those, said.parts, strict=True)}
    return Claims(parts=parts, total=said.total, ids=ids_of(those))


def currency_of(facts: Facts) -> str:
    """What the account is billed in."""
    return facts.bill.currency if facts.bill else DOLLARS


def a_month(name: str, said: str, ids: tuple[str, ...]) -> Figure:
    """So much a month, or nothing."""
    return Figure(f"savings.{name}", f"{said} a month" if ids else "nothing", ids)


def ids_of(found: Iterable[SavingRow]) -> tuple[str, ...]:
    """Their rows, each once."""
    return tuple(dict.fromkeys(name for one in found for name in one.ids))
