"""The meter on AWS's bill that a check's fix turns down.

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

EC2_OTHER = "EC2 - Other"
VOLUME_USAGE = {
    "gp2": "EBS:VolumeUsage.gp2",
    "gp3": "EBS:VolumeUsage.gp3",
    "io1": "EBS:VolumeUsage.piops",
    "io2": "EBS:VolumeUsage.io2",
    "st1": "EBS:VolumeUsage.st1",
    "sc1": "EBS:VolumeUsage.sc1",
    "standard": "EBS:VolumeUsage",
}
"""How the usage type of each kind of EBS volume ends."""


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
