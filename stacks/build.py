"""The stacks of one installation: storage, service, and an event forwarder in each further region."""

from __future__ import annotations

import unicodedata

from aws_cdk import App, Stack, Tags, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from stacks.events.event_forwarder import EventForwarder
from stacks.events.patterns import alarms, patterns
from stacks.events.senders import refuse_others
from stacks.regions import Regions
from stacks.service import ServiceStack
from stacks.storage import StorageStack
from steadyhand.catalogue import discovery as catalogue
from steadyhand.catalogue.tokens import may_be_asked
from steadyhand.engine.event_index import COMPLIANCE
from steadyhand.engine.wakes import index
from steadyhand.settings import deployed
from steadyhand.settings.values import Settings

SIGNS = "_.:/=+-@"
STOP = "AWS::SSM::Parameter"
"""Left out of tagging: see `storage`."""


LONGEST = 256
"""Characters of a tag's value."""


def as_tag(text: str) -> str:
    """A text as the value of a tag, made fit: every service takes letters, digits and a few signs.

    ("Tag naming limits and requirements" in the AWS tagging guide.)
    """
    plain = unicodedata.normalize("NFC", text)
    fit = "".join(one for one in plain if unicodedata.category(one)[0] in "LNZ" or one in SIGNS)
    return " ".join(fit.split())[:LONGEST].strip() or "steadyhand"


def build(app: App, settings: Settings, where: Regions) -> list[Stack]:
    """Everything, in an app; its rules are checked when it is synthesised."""
    checks = may_be_asked(catalogue.load(knobs=settings.knobs), settings.tokens)
    wakes = index(checks)
    if settings.recorder == "none":
        wakes = [wake for wake in wakes if wake["detail_type"] != COMPLIANCE]
    storage = StorageStack(
        app,
        deployed.STORAGE,
        settings=settings,
        env=where.environment,
        description="Steadyhand's storage: ledger, reports, kill switch. Stays when it is deleted.",
    )
    service = ServiceStack(
        app,
        deployed.SERVICE,
        settings=settings,
        checks=checks,
        patterns=patterns(wakes),
        others=where.others,
        env=where.environment,
        description="Steadyhand: finds, fixes, reports. Keeps nothing itself.",
    )
    refuse_others(service, settings.operators)
    service.add_stack_dependency(storage)
    abroad = {**patterns(wakes), "alarms": alarms()}
    forwarders = [
        EventForwarder(
            app,
            deployed.forwarder_stack(region),
            patterns=abroad,
            home=where.home or "",
            env=where.elsewhere(region),
            description="Steadyhand's event forwarder: passes events of this region on to the home region.",
        )
        for region in where.others
    ]
    for forwarder in forwarders:
        forwarder.add_stack_dependency(service)
    for name, value in {
        "steadyhand:owner": as_tag(settings.owner),
        "steadyhand:part": "steadyhand",
    }.items():
        Tags.of(app).add(name, value, exclude_resource_types=[STOP, "aws:cdk:stack"])
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    return [storage, service, *forwarders]
