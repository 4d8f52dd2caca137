"""The stacks of one installation: what remembers, what works, and an ear in each further region."""

from __future__ import annotations

from aws_cdk import App, Stack, Tags, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from stacks.events.event_forwarder import Ears
from stacks.events.patterns import alarms, patterns
from stacks.regions import Place
from stacks.service import House
from stacks.storage import Memory
from steadyhand.catalogue import discovery as catalogue
from steadyhand.engine import event_index
from steadyhand.engine.event_index import COMPLIANCE
from steadyhand.settings.values import Settings

STOP = "AWS::SSM::Parameter"
"""Left out of tagging: see `storage`."""


def build(app: App, settings: Settings, place: Place) -> list[Stack]:
    """Everything, in an app; its rules are checked when it is synthesised."""
    checks = catalogue.load(knobs=settings.knobs)
    bells = event_index.index(checks)
    if settings.recorder == "none":
        bells = [bell for bell in bells if bell["detail_type"] != COMPLIANCE]
    memory = Memory(
        app,
        "steadyhand-memory",
        settings=settings,
        env=place.environment,
        description="Steadyhand's memory: ledger, reports, kill switch. Stays when it is deleted.",
    )
    house = House(
        app,
        "steadyhand",
        settings=settings,
        checks=checks,
        patterns=patterns(bells),
        others=place.others,
        env=place.environment,
        description="Steadyhand: looks, mends, tells. Keeps nothing itself.",
    )
    house.add_stack_dependency(memory)
    abroad = {
        **patterns(bell for bell in bells if bell["detail_type"] != COMPLIANCE),
        "alarms": alarms(),
    }
    ears = [
        Ears(
            app,
            f"steadyhand-ears-{region}",
            patterns=abroad,
            home=place.home or "",
            env=place.elsewhere(region),
            description="Steadyhand's ears: passes events of this region on to the home region.",
        )
        for region in place.others
    ]
    for name, value in {
        "steadyhand:owner": settings.owner,
        "steadyhand:part": "steadyhand",
    }.items():
        Tags.of(app).add(name, value, exclude_resource_types=[STOP, "aws:cdk:stack"])
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    return [memory, house, *ears]
