"""Accounts at their worst: a crowd that nobody has looked after, and names that a stranger chose."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from steadyhand.model import (
    STEADYHAND,
    ChangeState,
    Exemption,
    Finding,
    Held,
    Risk,
    Severity,
)
from tests.reports.accounts.doubles import SETTINGS, Client, Ledger, bill
from tests.reports.accounts.ledger_rows import (
    MAYA,
    REGION,
    at,
    change,
    incident,
    record,
    sweep,
)
from tests.reports.accounts.measured import crowded, named
from tests.reports.accounts.stories import Story, usual


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
