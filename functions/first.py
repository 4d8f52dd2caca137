"""The report of the first 48 hours, as the function of reviews makes it: once, after the first deployment."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from zoneinfo import ZoneInfo

from functions.context import ROOT, deployed, home, ledger, now
from steadyhand.aws.client import Botocore, session
from steadyhand.connect import kept_mail
from steadyhand.connect.message import kind_of
from steadyhand.model import Call, Note
from steadyhand.readings import usage
from steadyhand.reports.first.compose import ComposedMail, compose, gather
from steadyhand.rhythm.first.report import CADENCE, name_of

REVIEW = "review"
ENDED = f"{CADENCE}#ended"
WHOLE = "-whole"
"""How the whole report is kept beside the mail that is sent."""


def made(*, again: bool) -> ComposedMail | None:
    """The report; None where it was made before, and nobody asked for it again.

    Its name is that of the day on which it was first begun, whoever begins it anew. Once it was
    made it is kept as it was: asked for again, it is the same, and nothing is looked at.
    """
    begun = ledger().noted(REVIEW, CADENCE)
    if begun is None:
        begun = Note(kind=REVIEW, name=CADENCE, at=now(), said={})
        if not ledger().note(begun):
            begun = ledger().noted(REVIEW, CADENCE) or begun
    if ledger().noted(REVIEW, ENDED) and not again:
        return None
    settings = deployed().settings
    name = name_of(begun.at.astimezone(ZoneInfo(settings.time_zone)))
    letter, whole = (kept_mail.kept(ledger(), name + part) for part in ("", WHOLE))
    if letter and whole:
        return ComposedMail(mail=letter[0], report=replace(whole[0], name=name), files={})
    facts, looked = gather(
        clients=clients(),
        settings=settings,
        ledger=ledger(),
        clock=now,
        identity=home().identity,
    )
    usage.remember(usage.with_usage(facts.facts, home(), now()), ledger())
    report = compose(replace(facts, name=name), looked)
    put(report)
    page = kept_mail.keep(replace(report.report, name=name + WHOLE), ledger(), now())
    sent = kept_mail.keep(report.mail, ledger(), now())
    return replace(report, mail=sent, report=replace(page, name=name))


def ended() -> None:
    """Written down once it was kept and sent."""
    ledger().note(Note(kind=REVIEW, name=ENDED, at=now(), said={}))


def put(report: ComposedMail) -> None:
    """Its files whole, in the bucket of reports."""
    bucket = deployed().bucket
    for name, body in report.files.items() if bucket else ():
        params = {
            "Bucket": bucket,
            "Key": f"reviews/{report.mail.name}/{name}",
            "Body": body,
            "ContentType": f"{kind_of(name)}; charset=utf-8",
        }
        home().ask(Call("s3:PutObject", params))


def clients() -> list[Botocore]:
    """A client of each region that the owner named, home first, each with a session of its own."""
    models = os.environ.get("STEADYHAND_MODELS")
    folder = str(ROOT / models) if models else None
    regions = dict.fromkeys((deployed().home, *deployed().settings.regions))
    return [
        Botocore(
            region,
            session=session(folder),
            identity=home().identity,
            counts=Counter(),
            workers=True,
        )
        for region in regions
    ]
