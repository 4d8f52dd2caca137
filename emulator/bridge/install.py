"""Everything the bridge fixes or adds, in the order it is put in place."""

import ministack.app

from . import slow
from .events import (
    alarms,
    config_rules,
    identities,
    invocations,
    mail,
    mappings,
    metrics,
    progress,
    stack_statuses,
    trail,
)
from .http import answers
from .http.gateway import Gateway
from .resources import (
    access_keys,
    backups,
    buckets,
    certificates,
    databases,
    detectors,
    domains,
    filters,
    iam,
    instances,
    queues,
    security_groups,
    tags,
)
from .resources.billing import bill
from .resources.cloudformation import installed as cloudformation_types

# These only declare answers, which importing them does.
DECLARED = (databases, detectors, domains, security_groups, queues, config_rules)


def install() -> Gateway:
    """Put all fixes into ministack and return the application to serve."""
    gateway = Gateway(ministack.app.app)
    for subject in (
        identities,
        trail,
        invocations,
        alarms,
        mappings,
        metrics,
        cloudformation_types,
        stack_statuses,
        backups,
        filters,
        instances,
        certificates,
        access_keys,
        buckets,
        tags,
    ):
        subject.install()
    for subject in (answers, mail, bill, progress):
        subject.install(gateway)
    iam.install()
    slow.install(gateway)  # before all others
    gateway.observers += [trail.watch, access_keys.watch, config_rules.watch]
    return gateway
