"""Which findings of Security Hub, and which rules of AWS Config, speak of the same as a check: by its `peers`.

A control has an id of its own for each standard, and one for all of them ("security-control/S3.8").
CIS numbered its rules anew in each version, so `CIS12:` are those of version 1.2.0, `CIS14:` of 1.4.0
and `CIS:` those of 3.0.0.
"""

from __future__ import annotations

from collections.abc import Iterable

FORMS = {
    "ASR": (
        "security-control/{id}",
        "aws-foundational-security-best-practices/v/1.0.0/{id}",
    ),
    "CIS12": (
        "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/{id}",
        "cis-aws-foundations-benchmark/v/1.2.0/{id}",
    ),
    "CIS14": ("cis-aws-foundations-benchmark/v/1.4.0/{id}",),
    "CIS": ("cis-aws-foundations-benchmark/v/3.0.0/{id}",),
}
FORMS["FSBP"] = FORMS["ASR"]


def generators(peers: Iterable[str]) -> list[str]:
    """The GeneratorIds of Security Hub's findings that these peers stand for."""
    found: list[str] = []
    for peer in peers:
        catalogue, _, numbers = peer.partition(":")
        for number in numbers.split("/"):
            found += [form.format(id=number) for form in FORMS.get(catalogue, ())]
    return list(dict.fromkeys(found))


RENAMED = {
    "CLOUD_TRAIL_ENABLED": "cloudtrail-enabled",
    "INCOMING_SSH_DISABLED": "restricted-ssh",
    "RESTRICTED_INCOMING_TRAFFIC": "restricted-common-ports",
}
"""Managed rules whose name is not their identifier in lower case ("List of AWS Config Managed Rules")."""


def config_rules(peers: Iterable[str]) -> list[str]:
    """How the managed rules of AWS Config begin that these peers stand for, each with a `*`.

    The console proposes the name of the list, conformance packs put their id behind it, and Security
    Hub's own rules begin with its name.
    """
    found: list[str] = []
    for peer in peers:
        catalogue, _, identifier = peer.partition(":")
        if catalogue == "CFG":
            name = RENAMED.get(identifier, identifier.lower().replace("_", "-"))
            found += [f"{name}*", f"securityhub-{name}*"]
    return found
