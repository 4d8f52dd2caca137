"""Accounts to write reviews of: nothing at all, a first month, a usual month, a crowd, poison.

They lie in a ledger made of lists, over a client that answers Cost Explorer from a made-up bill.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from steadyhand.connect.message import Mail
from steadyhand.model import (
    STEADYHAND,
    Call,
    Change,
    ChangeState,
    Exemption,
    Finding,
    FindingStatus,
    Held,
    Incident,
    Mode,
    Note,
    ReadFailed,
    Record,
    Risk,
    Severity,
    WrittenStep,
)
from steadyhand.readings.gather import gather
from steadyhand.reports.compose import compose
from steadyhand.rhythm.core.effort import Effort
from steadyhand.rhythm.core.facts import Facts, Kind
from steadyhand.settings.values import Settings
from tests.reports.accounts.explorer import Done, Explorer
from tests.reports.accounts.measured import NOTHING, crowded, named, remembered

ACCOUNT = "111122223333"
REGION = "eu-west-1"
NOW = datetime(2026, 6, 1, 7, 0, tzinfo=UTC)
MONDAY = datetime(2026, 5, 25, 8, 0, tzinfo=UTC)
MAYA = f"arn:aws:sts::{ACCOUNT}:assumed-role/Team/maya"

SETTINGS = Settings(
    owner="Larkfield",
    mail_to=["maya@larkfield.example"],
    mail_from="Steadyhand <steadyhand@larkfield.example>",
    time_zone="Europe/Dublin",
    regions=[REGION],
    home=REGION,
    monthly_budget_usd=4500,
    modes={
        "open_admin_ports": {"*": Mode.AUTO},
        "acm_renewal_blocked": {"*": Mode.AUTO},
        "dynamodb_pitr_off": {"*": Mode.AUTO},
        "endless_logs": {"development": Mode.AUTO, "staging": Mode.AUTO},
        "unattached_volume": {"*": Mode.APPROVE},
    },
)

Said = tuple[str, datetime, Mapping[str, Any]]


@dataclass
class Client:
    """Cost Explorer from a bill, and nothing else that is there. `denied` refuses the bill."""

    bill: Mapping[date, Mapping[str, float]] = field(default_factory=dict)
    band: tuple[float, float] | None = None
    deeds: Sequence[Done] = ()
    quantities: Mapping[tuple[str, date], float] = field(default_factory=dict)
    denied: str = ""
    account: str = ACCOUNT
    region: str = REGION
    calls: list[Call] = field(default_factory=list)

    def elsewhere(self, region: str) -> Client:
        return replace(self, region=region)

    def ask(self, call: Call) -> Mapping[str, Any]:
        self.calls.append(call)
        (about,) = call.params.get("LookupAttributes", [{}])
        if not (call.action.startswith("ce:") or about.get("AttributeKey") == "EventSource"):
            return NOTHING[call.action]
        if self.denied:
            raise ReadFailed(self.denied, "no")
        return Explorer(self.bill, self.band, self.deeds, self.quantities).ask(call)


@dataclass
class Ledger:
    """What a review needs of the ledger, from lists."""

    aws: Client = field(default_factory=Client)
    table: str = "steadyhand"
    found: list[Record] = field(default_factory=list)
    made: list[Change] = field(default_factory=list)
    fired: list[Incident] = field(default_factory=list)
    said: list[Exemption] = field(default_factory=list)
    swept: list[Said] = field(default_factory=list)
    remembered: dict[str, Note] = field(default_factory=dict)

    def records(self) -> Iterator[Record]:
        return iter(self.found)

    def changes(self, since: datetime | None = None, until: datetime | None = None) -> list[Change]:
        return [one for one in self.made if (not since or one.at >= since)]

    def incidents(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> list[Incident]:
        return [one for one in self.fired if (not since or one.began_at >= since)]

    def exemptions(self) -> list[Exemption]:
        return list(self.said)

    def sweeps(self) -> list[Said]:
        return list(self.swept)

    def note(self, new: Note, over: Note | None = None) -> bool:
        if self.remembered.get(new.id) != over:
            return False
        self.remembered[new.id] = new
        return True

    def noted(self, kind: str, name: str) -> Note | None:
        return self.remembered.get(f"{kind}#{name}")

    def notes(
        self, kind: str, since: datetime | None = None, until: datetime | None = None
    ) -> list[Note]:
        return [
            one
            for one in self.remembered.values()
            if one.kind == kind and (not since or one.at >= since) and (not until or one.at < until)
        ]


def plan(finding: Finding) -> list[WrittenStep]:
    return [
        WrittenStep(do=Call("x:Do", {"on": finding.key}), undo=Call("x:Undo", {"on": finding.key}))
    ]


def kind(name: str, category: str, title: str, consequence: str, **more: Any) -> Kind:
    return Kind(id=name, category=category, title=title, consequence=consequence, **more)


KINDS = {
    one.id: one
    for one in (
        kind(
            "acm_expiring",
            "certificates",
            "A certificate expires soon, and nobody renews it",
            "Every browser and program refuses the site from that minute on.",
            fix=(
                "once a person has said yes, request a certificate for the same names that ACM"
                " will renew by itself. Then a new item stands for what is left."
            ),
            undo="delete the requested certificate. ACM refuses once something uses it.",
            hours_lost=(2, 8),
            steps=plan,
        ),
        kind(
            "acm_renewal_blocked",
            "certificates",
            "ACM cannot renew a certificate: its DNS record is missing",
            "The certificate is not renewed, and the site goes dark when it expires.",
            fix="add the record ACM asks for.",
            steps=plan,
        ),
        kind(
            "public_bucket",
            "exposure",
            "A bucket does not block public access",
            "One mistake in a policy publishes everything in the bucket.",
            fix=(
                "turn all four blocks on, once a person has said yes: a bucket that is public on"
                " purpose, as a website may be, stops answering strangers."
            ),
            undo="exactly the blocks as they were, or none where there were none.",
            hours_lost=(4, 200),
            steps=plan,
        ),
        kind(
            "open_admin_ports",
            "exposure",
            "SSH, RDP or another admin port is open to the world",
            "Somebody guesses or steals one password and is inside.",
            steps=plan,
        ),
        kind(
            "unattached_volume",
            "costs",
            "A volume is attached to nothing, and paid for",
            "You pay for a disk that nothing uses.",
            fix=(
                "take a snapshot, wait until it is complete, then delete the volume. The snapshot"
                " stays, and costs a fraction."
            ),
            undo="make a volume of the same kind from the snapshot. It has a new id.",
            hours_lost=(0.25, 1),
            steps=plan,
        ),
        kind(
            "endless_logs",
            "costs",
            "A log group keeps everything for ever",
            "The bill for logs nobody reads grows every month.",
            fix="keep logs for a year (`days`).",
            undo="keep them for ever again.",
            hours_lost=(0.5, 2),
            steps=plan,
        ),
        kind(
            "deprecated_runtime",
            "lifecycle",
            "A function runs on a runtime that AWS no longer patches",
            "The night you must fix this function, AWS will not let you.",
        ),
        kind(
            "old_access_key",
            "access",
            "An access key has not been changed for a long time",
            "Some forgotten copy of the key is found by somebody else.",
        ),
        kind(
            "queue_without_dlq",
            "jobs",
            "A queue with a consumer has no dead-letter queue",
            "A message that fails is lost.",
            fix="make a queue of the same kind beside it.",
            undo="send failed messages nowhere again.",
        ),
        kind(
            "dynamodb_pitr_off",
            "backups",
            "A table has no point-in-time recovery",
            "What a bug deletes from this table is lost for good.",
            steps=plan,
        ),
        kind(
            "imdsv1_allowed",
            "exposure",
            "An instance gives out its credentials to anyone who can make it fetch a URL",
            "One program that fetches a stranger's address hands over the instance's role.",
        ),
    )
}
"""What checks say of themselves, as it was when these stories were written down."""

EFFORT = Effort(
    version="2026-05",
    approval=(0.05, 0.25),
    checks={"imdsv1_allowed": (0.25, 1.5)},
    categories={"exposure": (0.5, 2), "backups": (0.25, 1), "certificates": (0.5, 2)},
)


@dataclass
class Story:
    """An account and the moment its review is written."""

    ledger: Ledger
    settings: Settings = SETTINGS
    now: datetime = NOW

    def facts(self, cadence: str = "monthly") -> Facts:
        """As they are gathered, but with these checks, so that golden files outlive theirs."""
        said = gather(
            cadence,
            ledger=self.ledger,
            settings=self.settings,
            aws=self.ledger.aws,
            now=self.now,
        )
        return replace(said, kinds=KINDS, prices_of="1 June 2025", effort=EFFORT)

    def mail(self, cadence: str = "monthly") -> Mail:
        return compose(self.facts(cadence))

    def on(self, now: datetime) -> Story:
        return replace(self, now=now)


def at(month: int, day: int, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=UTC)


SPRING = at(4, 20)


def record(
    check: str,
    name: str,
    summary: str,
    *,
    severity: Severity = Severity.MEDIUM,
    risk: Risk = Risk.ADVICE,
    environment: str = "production",
    seen: datetime = SPRING,
    due: datetime | None = None,
    usd: float | None = None,
    status: FindingStatus = FindingStatus.OPEN,
    changed: datetime | None = None,
    held: Held | None = None,
    exempt: datetime | None = None,
    **evidence: Any,
) -> Record:
    finding = Finding(
        check=check,
        account=ACCOUNT,
        region=REGION,
        resource=f"arn:aws:x:{REGION}:{ACCOUNT}:{name}",
        key=name,
        name=name,
        summary=summary,
        severity=severity,
        detonates_at=due,
        usd_per_month=usd,
        evidence=evidence,
    )
    return Record(
        finding=finding,
        status=status,
        first_seen=seen,
        changed_at=changed or seen,
        environment=environment,
        risk=risk,
        plan="" if risk is Risk.ADVICE else "plan",
        held=held,
        exempt_until=exempt,
    )


def change(
    name: str,
    of: Record,
    began: datetime,
    seconds: float = 4,
    *,
    state: ChangeState = ChangeState.VERIFIED,
    by: str = STEADYHAND,
    action: str = "ec2:RevokeSecurityGroupIngress",
    reason: str = "",
    undone_by: str = "",
    ended: datetime | None = None,
) -> Change:
    step = WrittenStep(
        do=Call(action, {"x": "y"}),
        undo=Call(action.replace("Revoke", "Authorize"), {}),
        on=of.finding.resource,
        what="a part of it",
    )
    return Change(
        id=name,
        finding=of.finding,
        steps=[step],
        state=state,
        by=by,
        at=began,
        environment=of.environment,
        ended_at=ended or began + timedelta(seconds=seconds),
        reason=reason,
        undone_by=undone_by,
    )


def incident(
    name: str, signature: str, began: datetime, minutes: float | None, summary: str = ""
) -> Incident:
    return Incident(
        id=name,
        account=ACCOUNT,
        region=REGION,
        signature=signature,
        summary=summary,
        began_at=began,
        ended_at=began + timedelta(minutes=minutes) if minutes is not None else None,
    )


def sweep(when: datetime, *unknown: tuple[str, str, str], region: str = REGION) -> Said:
    said = {
        "checks": ["acm_expiring", "open_admin_ports", "public_bucket"],
        "unknown": [list(one) for one in unknown],
        "findings": 3,
        "seen": {"public_bucket": 12},
    }
    return region, when, said


SHAPE = [129, 128, 133, 135, 134, 136, 133, 132, 124, 123, 134, 166, 169, 167, 133, 127, 126]
SHAPE += [134, 136, 139, 140, 141, 133, 132, 139, 140, 141, 140, 139, 132, 131]
SERVICES = {
    "Amazon Relational Database Service": (0.34, 0.33),
    "Amazon Elastic Compute Cloud - Compute": (0.27, 0.28),
    "EC2 - Other": (0.13, 0.15),
    "AmazonCloudWatch": (0.09, 0.13),
    "Amazon Simple Storage Service": (0.08, 0.07),
    "Amazon OpenSearch Service": (0.04, 0.0),
    "AWS Lambda": (0.03, 0.025),
    "Amazon DynamoDB": (0.02, 0.015),
}


def bill(*, credited: bool = True) -> dict[date, dict[str, float]]:
    """April at $151 a day, May as it was: three days ran high."""
    days: dict[date, dict[str, float]] = {}
    for n in range(30):
        days[date(2026, 4, 1) + timedelta(days=n)] = {
            name: 151 * share for name, (_, share) in SERVICES.items()
        }
    for n, usd in enumerate(SHAPE):
        on = date(2026, 5, 1) + timedelta(days=n)
        days[on] = {name: usd * share for name, (share, _) in SERVICES.items()}
        if credited:
            days[on]["-AWS Lambda"] = -400 / 31
    return days


def usual() -> Story:
    """May at Larkfield: two incidents, one change undone, two dates that need somebody."""
    certificate = record(
        "acm_expiring",
        "certificate/api",
        "the imported certificate of api.larkfield.example expires on 2026-06-19",
        severity=Severity.HIGH,
        risk=Risk.APPROVAL,
        seen=at(5, 20),
        due=at(6, 19, 14, 2),
        certificate="arn:aws:acm:eu-west-1:111122223333:certificate/api",
        names=["api.larkfield.example"],
    )
    renewal = record(
        "acm_renewal_blocked",
        "certificate/app",
        "the certificate of app.larkfield.example waits to be renewed: its record is missing",
        severity=Severity.HIGH,
        risk=Risk.SAFE,
        seen=at(5, 31, 20),
        due=at(8, 14, 12),
    )
    runtime = record(
        "deprecated_runtime",
        "invoice-pdf",
        "invoice-pdf runs on python3.9: no patches from 30 June 2026",
        due=at(6, 30),
        seen=at(4, 2),
    )
    bucket = record(
        "public_bucket",
        "uploads-larkfield",
        "bucket uploads-larkfield does not block public access (none of the four blocks)",
        severity=Severity.HIGH,
        risk=Risk.APPROVAL,
        seen=at(5, 12),
        bucket="uploads-larkfield",
        before=None,
    )
    website = record(
        "public_bucket",
        "press-kit",
        "bucket press-kit does not block public access (policies)",
        severity=Severity.HIGH,
        risk=Risk.APPROVAL,
        exempt=at(6, 24),
        bucket="press-kit",
    )
    ssh = [
        record(
            "open_admin_ports",
            f"sg-{n}/22",
            f"{name} opens SSH to the world",
            severity=Severity.CRITICAL,
            risk=Risk.SAFE,
            environment=environment,
            seen=seen,
            status=FindingStatus.FIXED,
            changed=seen + timedelta(seconds=19),
        )
        for n, (name, environment, seen) in enumerate(
            [
                ("bastion-sg", "production", at(5, 27, 16, 20)),
                ("load-test-sg", "staging", at(5, 8, 10, 5)),
                ("old-vpn-sg", "development", at(4, 11, 12)),
            ]
        )
    ]
    pitr = record(
        "dynamodb_pitr_off",
        "bookings",
        "bookings has no point-in-time recovery",
        severity=Severity.HIGH,
        risk=Risk.SAFE,
        seen=at(5, 6),
        status=FindingStatus.FIXED,
        changed=at(5, 6, 9, 1),
    )
    token = record(
        "imdsv1_allowed",
        "i-search",
        "search-1 allows IMDSv1; nobody asked without one in 14 days",
        risk=Risk.SAFE,
        seen=at(5, 18),
        held=Held("taken_back", "our change here was undone on 21 May, so we ask"),
    )
    terraform = record(
        "queue_without_dlq",
        "stripe-webhooks",
        "stripe-webhooks has a consumer and no dead-letter queue",
        risk=Risk.APPROVAL,
        held=Held("hands_off", "it carries the tag steadyhand:hands-off"),
    )
    volumes = [
        record(
            "unattached_volume",
            f"vol-{n:02}",
            f"vol-{n:02} is attached to nothing; $8.00 a month",
            severity=Severity.LOW,
            risk=Risk.APPROVAL,
            environment="development",
            usd=8,
            volume=f"vol-{n:02}",
        )
        for n in range(14)
    ]
    logs = [
        record(
            "endless_logs",
            f"/aws/lambda/f{n}",
            f"/aws/lambda/f{n} keeps its logs for ever: 12.0 GB now",
            severity=Severity.LOW,
            risk=Risk.SAFE,
            usd=0.4,
        )
        for n in range(11)
    ]
    key = record(
        "old_access_key",
        "deploy-ci",
        "deploy-ci has an access key from 2025-07-09",
        seen=at(3, 30),
    )
    ledger = Ledger(
        aws=Client(bill=bill()),
        found=[
            certificate,
            renewal,
            runtime,
            bucket,
            website,
            *ssh,
            pitr,
            token,
            terraform,
            *volumes,
            *logs,
            key,
        ],
        made=[
            change("ch-3c0a11d2e4", ssh[2], at(4, 11, 12), 22),
            change("ch-7m2c90aa01", ssh[1], at(5, 8, 10, 5), 21),
            change("ch-4t9xb2c3d4", pitr, at(5, 6), 7, action="dynamodb:UpdateContinuousBackups"),
            change("ch-2k7p01fe55", ssh[0], at(5, 27, 16, 20), 19),
            change(
                "ch-9f1d77ab02",
                record("public_bucket", "exports", "bucket exports does not block public access"),
                at(5, 20, 13, 30),
                3,
                by=MAYA,
                action="s3:PutPublicAccessBlock",
            ),
            change(
                "ch-5e6f00bb19",
                token,
                at(5, 21, 14, 5),
                action="ec2:ModifyInstanceMetadataOptions",
                state=ChangeState.UNDONE,
                ended=at(5, 21, 14, 31),
                undone_by=MAYA,
            ),
        ],
        fired=[
            incident("in-a1-20260414", "api-5xx", at(4, 14, 3), 52, "api answers with errors"),
            incident("in-b2-20260422", "checkout-latency", at(4, 22, 18), 22, ""),
            incident(
                "in-a1-20260519",
                "api-5xx",
                at(5, 19, 9, 42),
                22,
                "More than 1% of api requests failed for 5 minutes",
            ),
            incident(
                "in-c3-20260506",
                "billing-db-connections",
                at(5, 6, 1, 10),
                9,
                "billing-db has fewer than 5 connections left",
            ),
        ],
        said=[
            Exemption(
                scope=website.finding.id,
                until=at(6, 24),
                because="It is our press kit and meant to be public",
                by=MAYA,
                at=at(5, 2),
            )
        ],
        swept=[
            sweep(at(5, 31, 21)),
            sweep(
                at(5, 31, 6),
                ("stack_drift", REGION, "cloudformation:DetectStackDrift was denied"),
                ("backup_job_failed", REGION, "backup:ListBackupJobs was denied"),
            ),
        ],
        remembered=remembered(),
    )
    return Story(ledger)


def blank() -> Story:
    """Installed a minute ago: no row, and no bill."""
    return Story(Ledger())


def first_month() -> Story:
    """Installed on 11 May, into an account that is as young; it observes."""
    story = usual()
    young = at(5, 11)
    ledger = story.ledger
    ledger.found = [
        replace(one, first_seen=max(one.first_seen, young), changed_at=max(one.changed_at, young))
        for one in ledger.found
        if one.status is FindingStatus.OPEN
    ]
    ledger.made, ledger.said = [], []
    ledger.fired = [one for one in ledger.fired if one.began_at > young]
    ledger.aws.bill = {on: usd for on, usd in bill().items() if on >= young.date()}
    return replace(story, settings=replace(SETTINGS, modes={}))


def quiet() -> Story:
    """A week in which nothing broke, nothing changed, and nothing is due."""
    story = usual()
    key = record("old_access_key", "deploy-ci", "deploy-ci has an access key from 2025-07-09")
    ledger = Ledger(aws=Client(bill=bill()), found=[key], swept=[sweep(at(5, 24, 21))])
    return replace(story, ledger=ledger, now=MONDAY)


def crowd(count: int = 10_000) -> Story:
    """An account nobody has looked after: findings of every kind, in every environment."""
    kinds = [
        ("public_bucket", Severity.HIGH, Risk.APPROVAL, {"bucket": "b", "before": None}),
        ("unattached_volume", Severity.LOW, Risk.APPROVAL, {"volume": "v"}),
        ("old_access_key", Severity.MEDIUM, Risk.ADVICE, {}),
        ("deprecated_runtime", Severity.MEDIUM, Risk.ADVICE, {}),
        ("acm_expiring", Severity.HIGH, Risk.APPROVAL, {"certificate": "c", "names": ["n"]}),
    ]
    found = []
    for n in range(count):
        check, severity, risk, evidence = kinds[n % len(kinds)]
        found.append(
            record(
                check,
                f"thing-{n:05}",
                f"thing-{n:05} is not as it should be",
                severity=severity,
                risk=risk,
                environment=("production", "staging", "development", f"team-{n % 40}")[n % 4],
                due=at(6, 2) + timedelta(days=n % 80) if "_e" in check or "runt" in check else None,
                usd=1.25 if check == "unattached_volume" else None,
                **evidence,
            )
        )
    made = [
        change(f"ch-{n:010x}", found[n], at(5, 1) + timedelta(minutes=n * 9))
        for n in range(min(count, 4_000))
    ]
    fired = [
        incident(f"in-{n}", f"alarm-{n % 30}", at(5, 1) + timedelta(hours=n), 7) for n in range(700)
    ]
    unknown = [(f"check_{n % 90}", f"region-{n % 17}", f"reason {n % 7}") for n in range(2_000)]
    ledger = Ledger(
        aws=Client(bill=bill()),
        found=found,
        made=made,
        fired=fired,
        said=[
            Exemption(scope=f"fi-{n}", until=at(6, 2), because="later", by=MAYA, at=at(5, 2))
            for n in range(300)
        ],
        swept=[sweep(at(5, 31, 21), *unknown)],
        remembered=crowded(),
    )
    return Story(ledger)


def poisoned(text: str) -> Story:
    """A usual month in which a stranger chose every name, tag, alarm, reason and person."""
    story = usual()
    ledger = story.ledger

    def poison(finding: Finding) -> Finding:
        return replace(
            finding, summary=text, name=finding.name, resource=text, key=text, tags={text: text}
        )

    ledger.found = [
        replace(
            one,
            finding=poison(one.finding),
            environment=text if one.environment == "staging" else one.environment,
            held=Held(one.held.guardrail, text) if one.held else None,
        )
        for one in ledger.found
    ]
    ledger.made = [
        replace(
            one,
            finding=poison(one.finding),
            by=one.by if one.by == STEADYHAND else text,
            undone_by=text if one.undone_by else "",
            reason=text if one.state is ChangeState.UNDONE else "",
            environment=text if one.environment == "staging" else one.environment,
        )
        for one in ledger.made
    ]
    ledger.fired = [replace(one, signature=text, summary=text) for one in ledger.fired]
    ledger.said = [replace(one, scope=text, because=text, by=text) for one in ledger.said]
    ledger.swept = [
        sweep(at(5, 31, 21), region=REGION),
        sweep(at(5, 31, 6), (text, text, text), region=text),
    ]
    ledger.remembered |= named(text)
    ledger.aws.bill = {
        on: {(text if name == "AWS Lambda" else name): usd for name, usd in day.items()}
        for on, day in bill(credited=False).items()
    }
    return replace(story, settings=replace(SETTINGS, owner=text))
