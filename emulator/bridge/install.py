"""Everything the bridge mends, in the order it is put in place."""

import ministack.app

from . import (
    alarms,
    answers,
    backups,
    bill,
    buckets,
    certificates,
    databases,
    filters,
    formation,
    groups,
    invocations,
    keys,
    machines,
    mail,
    mappings,
    metrics,
    people,
    permissions,
    queues,
    rules,
    statuses,
    tags,
    trail,
)
from .door import Door

# These only declare answers, which importing them does.
DECLARED = (databases, groups, queues, rules)


def install() -> Door:
    """Mend ministack and return the application to serve."""
    door = Door(ministack.app.app)
    for subject in (
        people,
        trail,
        invocations,
        alarms,
        mappings,
        metrics,
        formation,
        statuses,
        backups,
        filters,
        machines,
        certificates,
        keys,
        buckets,
        tags,
    ):
        subject.install()
    for subject in (answers, mail, bill):
        subject.install(door)
    permissions.install()
    door.watchers += [trail.watch, keys.watch, rules.watch]
    return door
