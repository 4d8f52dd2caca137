"""Where on the bill a saving shows: the one table from a check to the meter it turns down.

Source: the billing names ("usage types") of AWS's own user guides and Cost and Usage Reports, as of
1 June 2025: EBS volumes and snapshots (https://docs.aws.amazon.com/cur/latest/userguide/cur-ebs.html,
https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html), public IPv4 addresses
(https://docs.aws.amazon.com/vpc/latest/userguide/vpc-public-ipv4-pricing.html), log storage
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_billing.html).
A usage type begins with its region's short name and a hyphen ("EUC1-EBS:VolumeUsage.gp3"), in
us-east-1 with nothing: what counts is how it ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from steadyhand.model import Finding

EC2_OTHER = "EC2 - Other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metering:
    """The service and the ending of the usage type that a check's fix turns down.

    One with a star takes all that begin so. `of` is a path in the finding's evidence whose value
    makes the ending exact, by `endings`. `never` says why no meter will show it.
    """

    service: str
    ending: str = ""
    of: tuple[str, ...] = ()
    endings: Mapping[str, str] | None = None
    never: str = ""


METERS: Mapping[str, Metering] = {
    "unattached_volume": Metering(
        service=EC2_OTHER,
        ending="EBS:VolumeUsage*",
        of=("like_it", "VolumeType"),
        endings={
            "gp2": "EBS:VolumeUsage.gp2",
            "gp3": "EBS:VolumeUsage.gp3",
            "io1": "EBS:VolumeUsage.piops",
            "io2": "EBS:VolumeUsage.io2",
            "st1": "EBS:VolumeUsage.st1",
            "sc1": "EBS:VolumeUsage.sc1",
            "standard": "EBS:VolumeUsage",
        },
    ),
    "gp2_volume": Metering(
        service=EC2_OTHER,
        never="its kind of disk grows and shrinks with all the others, and gp3 is billed beside it",
    ),
    "idle_elastic_ip": Metering(
        service="Amazon Virtual Private Cloud", ending="PublicIPv4:IdleAddress"
    ),
    "endless_logs": Metering(
        service="AmazonCloudWatch",
        never="logs are deleted only as they come of age",
    ),
}
NO_SAVING = frozenset({"cost_anomaly"})
"""Checks whose findings cost money, but where nothing is saved when they are over."""


@dataclass(frozen=True, slots=True)
class Where:
    """The meter of one finding: a service, and how the usage type ends."""

    service: str
    ending: str

    @property
    def name(self) -> str:
        """What the remembered bill calls it."""
        return f"{self.service}#{self.ending}"

    def holds(self, service: str, kind: str) -> bool:
        """Is this usage type counted by it, in whatever region?"""
        name = kind.partition("-")[2] if f"-{self.ending.rstrip('*')}" in kind else kind
        fits = name.startswith(self.ending[:-1]) if self.is_family else name == self.ending
        return service == self.service and fits

    @property
    def is_family(self) -> bool:
        """Does it take every usage type that begins so?"""
        return self.ending.endswith("*")


def where(finding: Finding) -> tuple[Where | None, str]:
    """The meter that shows a finding's saving, or why there is none."""
    known = METERS.get(finding.check)
    if known is None:
        return None, "we know no meter for it"
    if known.never:
        return None, known.never
    ending = known.ending
    if known.endings is not None:
        value = finding.evidence
        for name in known.of:
            value = value.get(name, {}) if isinstance(value, Mapping) else {}
        ending = known.endings.get(str(value), known.ending)
    return Where(known.service, ending), ""


def service_of(check: str) -> str:
    """The service on whose bill a check's findings cost money; empty where nobody knows."""
    known = METERS.get(check)
    return known.service if known else ""
