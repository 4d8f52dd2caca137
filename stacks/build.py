"""The stacks of one installation: what remembers, what works, and an ear in each further region."""

from __future__ import annotations

from aws_cdk import App, Stack, Tags, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from stacks.ears import Ears
from stacks.house import House
from stacks.memory import Memory
from stacks.patterns import alarms, patterns
from stacks.place import Place
from steadyhand import catalogue, doorbells
from steadyhand.doorbells import COMPLIANCE
from steadyhand.settings import Settings

STOP = "AWS::SSM::Parameter"
"""Left out of tagging: see `memory`."""


def build(app: App, settings: Settings, place: Place) -> list[Stack]:
    """Everything, in an app; its rules are checked when it is synthesised."""
    checks = catalogue.load(knobs=settings.knobs)
    bells = doorbells.index(checks)
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
