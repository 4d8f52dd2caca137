"""Tags of EC2, RDS, log groups, certificates, parameters and secrets, found by GetResources.

ministack looks into other services only, and cannot judge `aws:ResourceTag` on EC2.
"""

from collections.abc import Callable, Iterator

from ministack.core.responses import get_account_id, get_region
from ministack.services import acm, cloudwatch_logs, ec2, rds, tagging

KINDS = {
    "acl": "network-acl",
    "ami": "image",
    "eipalloc": "elastic-ip",
    "eni": "network-interface",
    "fl": "vpc-flow-log",
    "i": "instance",
    "igw": "internet-gateway",
    "lt": "launch-template",
    "nat": "natgateway",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "snap": "snapshot",
    "subnet": "subnet",
    "vol": "volume",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
}
Tagged = Iterator[tuple[str, list[dict[str, str]]]]


def install() -> None:
    """Let ministack look here too."""
    added: dict[str, Callable[[], Tagged]] = {"ec2": _ec2, "rds": _rds, "logs": _logs, "acm": _acm}
    tagging._COLLECTORS.update(added)
    tagging._COLLECTORS.setdefault("ssm", tagging._collect_ssm)
    tagging._COLLECTORS.setdefault("secretsmanager", tagging._collect_secretsmanager)
    tagging._RESOURCE_TAG_COLLECTORS.update(added)


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{get_region()}:{get_account_id()}:{resource}"


def _ec2() -> Tagged:
    for name, tags in list(ec2._tags.items()):
        kind = KINDS.get(name.rpartition("-")[0])
        if kind and tags:
            yield _arn("ec2", f"{kind}/{name}"), tagging._normalise_list(tags)


def _rds() -> Tagged:
    for arn, tags in list(rds._tags.items()):
        if tags:
            yield arn, tagging._normalise_list(tags)


def _logs() -> Tagged:
    for name, group in list(cloudwatch_logs._log_groups.items()):
        if group.get("tags"):
            yield _arn("logs", f"log-group:{name}"), tagging._normalise_flat(group["tags"])


def _acm() -> Tagged:
    for arn, certificate in list(acm._certificates.items()):
        if certificate.get("Tags"):
            yield arn, tagging._normalise_list(certificate["Tags"])
