"""The report of the first 48 hours: reads the account (and the ledger, if there is one), composes a mail.

`gather` reads; `compose` is pure, so the same facts give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import mjml

from steadyhand.catalogue import discovery as catalogue
from steadyhand.catalogue.tokens import may_be_asked
from steadyhand.connect.message import Mail, as_json
from steadyhand.engine.scan import Client, Progress
from steadyhand.model import (
    Change,
    Exemption,
    FindingStatus,
    Incident,
    Note,
    ReadFailed,
    Record,
    Risk,
)
from steadyhand.readings.billing import ask_bill
from steadyhand.readings.gather import Store
from steadyhand.readings.inventory.read import Looked, look
from steadyhand.reference.dated import dated
from steadyhand.reports import values
from steadyhand.reports.charts.colours import THEMES
from steadyhand.reports.charts.png import png
from steadyhand.reports.first.files import as_told, findings_csv, findings_json, inventory_json
from steadyhand.reports.first.map import map_size, map_svg
from steadyhand.reports.page import tidy
from steadyhand.reports.templating import PAGE, template
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.bill import Bill, bill_of
from steadyhand.rhythm.core.effort import effort_in
from steadyhand.rhythm.core.facts import NOTES, Facts, as_of
from steadyhand.rhythm.core.figures import explained, spoken
from steadyhand.rhythm.core.kinds import kinds
from steadyhand.rhythm.core.period import Cadence, Period
from steadyhand.rhythm.first.facts import FirstFacts, seen
from steadyhand.rhythm.first.map import Map
from steadyhand.rhythm.first.report import CADENCE, First, first_of
from steadyhand.settings.values import Settings

PERMISSIONS = ("ce:GetCostAndUsage",)
"""What the bill takes, as IAM spells it; `inventory.permissions` are the rest."""
BACK = timedelta(days=90)
BILL_DAYS = 30
SUBJECT = 150
LARGEST = 300_000
"""Bytes of a mail with everything in it, as it travels."""
LETTER = "first-letter"
"""The template of what is sent."""
PICTURES = 160_000
"""Bytes of all maps in the report. What does not fit is a file beside it."""
ZOOMS = (2, 1.5, 1.25)
"""Pixels for a unit: sharp on a phone; a little less, where otherwise a map would be missing."""
HEADERS = 4_000
"""Room for what stands around its parts."""


@dataclass(frozen=True, kw_only=True)
class ComposedMail:
    """The mail that is sent, one screen; the whole report as a page; and its files, kept whole.

    Mail and report are made from one value: what they say, they say of the same moment.
    """

    mail: Mail
    report: Mail
    files: Mapping[str, bytes]


def gather(
    *,
    clients: Sequence[Client],
    settings: Settings,
    ledger: Store | None,
    ledger_unread: str = "",
    clock: Callable[[], datetime],
    identity: str,
    watch: Callable[[Sequence[Progress]], None] = lambda _: None,
) -> tuple[FirstFacts, Looked]:
    """Looks at everything. Without a ledger nothing is deployed, and the report says so."""
    looked = look(
        may_be_asked(catalogue.load(knobs=settings.knobs), ()),
        clients,
        settings,
        clock,
        has_ledger=ledger is not None,
        identity=identity,
        watch=watch,
    )
    at = looked.seen.at
    seeing = replace(looked.seen, ledger_unread=ledger_unread)
    facts = facts_of(looked, settings, ledger, period_of(at, clock(), settings))
    bill, unread = read_bill(clients[0], at.astimezone(UTC).date())
    left = {one.finding.id for one in facts.records if one.status is FindingStatus.OPEN}
    found = tuple(one for one in looked.scan.found if one.finding.id in left)
    looked = replace(looked, scan=replace(looked.scan, settings=settings, found=found))
    return FirstFacts(
        seen=seeing,
        facts=replace(as_of(facts), bill=bill, bill_unread=unread),
        toil=dated("toil"),
    ), looked


def period_of(at: datetime, ended: datetime, settings: Settings) -> Period:
    """The week that ends with the look: what findings, dates and lanes are judged by."""
    place = ZoneInfo(settings.time_zone)
    until = max(ended, at).astimezone(place) + timedelta(seconds=1)
    since = datetime.combine((until - timedelta(days=7)).date(), time(), place)
    return Period(cadence=Cadence.WEEKLY, since=since, until=until, is_running=True)


def facts_of(looked: Looked, settings: Settings, ledger: Store | None, period: Period) -> Facts:
    """What was found, and what the ledger knows of it."""
    at, known = looked.seen.at, {}
    changes: list[Change] = []
    incidents: list[Incident] = []
    exemptions: list[Exemption] = []
    notes: dict[str, list[Note]] = {}
    if ledger is not None:
        since, until = (at - BACK).astimezone(UTC), period.until.astimezone(UTC)
        known = {one.finding.id: one for one in ledger.records()}
        changes = ledger.changes(since, until)
        incidents = ledger.incidents(since, until)
        exemptions = ledger.exemptions()
        notes = {kind: ledger.notes(kind, until=until) for kind in NOTES}
    records = [
        replace(record, finding=one.finding)
        if (record := known.get(one.finding.id)) and stands(record, at)
        else Record(
            finding=one.finding,
            status=FindingStatus.OPEN,
            first_seen=at,
            changed_at=at,
            environment=settings.environment(one.finding),
            risk=one.risk if one.plan else Risk.ADVICE,
        )
        for one in looked.scan.found
    ]
    checks = {one.finding.check for one in records} | {one.finding.check for one in changes}
    return Facts(
        account=looked.scan.account,
        period=period,
        settings=settings,
        records=records,
        changes=changes,
        incidents=incidents,
        exemptions=exemptions,
        notes=notes,
        kinds=kinds(checks, settings.knobs),
        prices_of=words.day(date.fromisoformat(dated("prices")["as_of"]), period.year),
        effort=effort_in(dated("hours")),
    )


def stands(record: Record, looked_at: datetime) -> bool:
    """Does the ledger know better? It is open there too, or was settled while we looked.

    What was over before we looked and is there again, is open anew.
    """
    return record.status is FindingStatus.OPEN or record.changed_at > looked_at


def read_bill(aws: Client, today: date) -> tuple[Bill | None, str]:
    """The last 30 days whose bill should be whole: yesterday's is still being written."""
    until = today - timedelta(days=1)
    first = until - timedelta(days=BILL_DAYS)
    try:
        answers = list(ask_bill(aws, first, until))
    except ReadFailed as failed:
        return None, failed.code
    return bill_of(seen("bill"), first, until, answers), ""


def compose(first: FirstFacts, looked: Looked) -> ComposedMail:
    """The mail, the whole report, and its files. What is too large is cut, and says so."""
    report = first_of(first)
    shown: dict[str, Map] = {}
    sizes: dict[str, Mapping[str, object]] = {}
    for number, environment in enumerate(report.run.environments):
        if environment.map:
            name = f"map-{number}"
            shown[name] = environment.map
            sizes[environment.name] = {"name": name, **map_size(environment.map)}
    images = pictures(shown)
    sizes = {name: size for name, size in sizes.items() if f"{size['name']}-light.png" in images}
    others: dict[str, bytes] = {}
    for name, one in shown.items():
        if f"{name}-light.png" not in images:
            others |= drawn(name, one, ZOOMS[0])
    listed = as_told(looked.scan, first.facts)
    files = others | {
        "findings.csv": findings_csv(listed),
        "findings.json": findings_json(listed),
        "inventory.json": inventory_json(first),
    }
    mail = written(LETTER, report, told={"attached": []})
    room = LARGEST - HEADERS - mail.size
    attached: dict[str, bytes] = {}
    for name in ("findings.csv", "findings.json"):
        if len(files[name]) * 4 // 3 <= room:
            attached[name] = files[name]
            room -= len(files[name]) * 4 // 3
    told = {"attached": list(attached)}
    return ComposedMail(
        mail=replace(written(LETTER, report, told=told), attachments=attached),
        report=replace(written(CADENCE, report, told=told | {"maps": sizes}), images=images),
        files=files,
    )


def pictures(shown: Mapping[str, Map]) -> dict[str, bytes]:
    """All maps as sharp as there is room for; the last ones are left out where there is too little."""
    made: dict[str, bytes] = {}
    for zoom in ZOOMS:
        made = {}
        for name, one in shown.items():
            twins = drawn(name, one, zoom)
            if weight(made) + weight(twins) <= PICTURES:
                made |= twins
        if len(made) == len(shown) * len(THEMES):
            break
    return made


def weight(files: Mapping[str, bytes]) -> int:
    """Bytes of all of them."""
    return sum(map(len, files.values()))


def drawn(name: str, shown: Map, zoom: float) -> dict[str, bytes]:
    """The light one and the dark one."""
    return {
        f"{name}-{theme}.png": png(map_svg(shown, colours), zoom)
        for theme, colours in THEMES.items()
    }


def written(name: str, report: First, told: Mapping[str, object]) -> Mail:
    """The report by one of its two templates."""
    said = {"r": report, **told}
    page = template(f"{name}{PAGE}").render(themes=THEMES, **said)
    text = template(f"{name}.txt.j2").render(**said)
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return Mail(
        name=report.name,
        subject=words.clean(spoken(report.subject), SUBJECT),
        preheader=spoken(report.preheader),
        html=tidy(str(mjml.mjml2html(page))),
        text=re.sub(r"\n{4,}", "\n\n\n", lines).strip() + "\n",
        explain=explained(report),
        values=as_json(values.plain(report)),
    )
