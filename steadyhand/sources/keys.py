"""One canonical key for each resource, whatever an event, an SDK or a person calls it.

AWS and its SDKs name a resource by ARN, partial ARN with a qualifier, URL in old and new forms, name or
id, in upper or lower case. Everything behind this file goes by one form: that of the source's own items.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from steadyhand.sources.arn import Arn, arn_of, partition_of
from steadyhand.triggers import EVERY

ACCOUNT = re.compile(r"[0-9]{12}")
LONGEST = 1024


class Place(NamedTuple):
    """Where an event happened: what a name alone leaves out."""

    account: str = ""
    region: str = ""
    partition: str = "aws"


class NotAKey(ValueError):
    """What was said names no such resource."""


class NotOurs(Exception):
    """It names a resource of another account."""


def canonical(kind: str, said: str, place: Place) -> str:
    """The key by which the source of this kind knows it. `NotAKey`, `NotOurs`."""
    if not said or len(said) > LONGEST or not said.isprintable():
        raise NotAKey(said)
    arn = arn_of(said)
    if arn and ACCOUNT.fullmatch(arn.account) and place.account not in ("", arn.account):
        raise NotOurs(arn.account)
    if said.startswith("arn:") and not arn:
        raise NotAKey(said)
    make = of_kind(kind)
    try:
        return make(said, arn, place) if make else said
    except ValueError:  # no address, or of another form
        raise NotAKey(said) from None


def queue_url(said: str) -> str:
    """A queue's URL in today's form: `https://sqs.REGION.amazonaws.com/ACCOUNT/NAME`.

    Old SDKs write `REGION.queue.amazonaws.com`, and `queue.amazonaws.com` for us-east-1; there are
    dual-stack, FIPS and VPC endpoints. Hosts that are not AWS's stay as they are.
    """
    url = urlsplit(said)
    host = (url.hostname or "").lower()
    region = next((found[1] for form in QUEUE_HOSTS if (found := form.fullmatch(host))), None)
    if region is None:
        return said
    _, suffix = partition_of(region)
    return f"https://sqs.{region or 'us-east-1'}.{suffix}{url.path.rstrip('/')}"


REGION = r"[a-z]{2,}(?:-[a-z]+)+-[0-9]"
AWS_HOST = r"amazonaws\.(?:com|com\.cn|eu)"
QUEUE_HOSTS = tuple(
    re.compile(form)
    for form in (
        rf"sqs(?:-fips)?\.({REGION})\.{AWS_HOST}",
        rf"sqs(?:-fips)?\.({REGION})\.api\.(?:aws|amazonwebservices\.(?:com\.cn|eu))",
        rf"({REGION})\.queue\.{AWS_HOST}",
        rf"vpce-[\w-]+\.sqs\.({REGION})\.vpce\.{AWS_HOST}",
        r"()(?:sqs|queue)\.amazonaws\.com",
    )
)
QUEUE = re.compile(r"[\w-]{1,80}(\.fifo)?", re.ASCII)


def queue(said: str, arn: Arn | None, place: Place) -> str:
    """By URL, ARN or name."""
    if "://" in said:
        try:
            url = queue_url(said)
            _, account, name = urlsplit(url).path.split("/")
        except ValueError:
            raise NotAKey(said) from None
        if not QUEUE.fullmatch(name):
            raise NotAKey(said)
        if ACCOUNT.fullmatch(account) and place.account not in ("", account):
            raise NotOurs(account)
        return url
    account, region, name = (
        (arn.account, arn.region, arn.resource) if arn else (place.account, place.region, said)
    )
    if not QUEUE.fullmatch(name) or not (account and region) or (arn and arn.service != "sqs"):
        raise NotAKey(said)
    return queue_url(f"https://sqs.{region}.amazonaws.com/{account}/{name}")


def bucket(said: str, arn: Arn | None, place: Place) -> str:
    """By name, ARN, `s3://` or the addresses a bucket answers at."""
    del place
    name = said
    if arn:
        name = arn.resource.partition("/")[0]
        if arn.service != "s3" or arn.account or arn.region:
            raise NotAKey(said)
    elif said.startswith("s3://"):
        name = said.removeprefix("s3://").partition("/")[0]
    elif "://" in said:
        url = urlsplit(said)
        host = (url.hostname or "").lower()
        found = re.fullmatch(rf"(?:(.+)\.)?s3[.-](?:[a-z0-9-]+\.)*{AWS_HOST}", host)
        name = (found[1] or url.path.strip("/").partition("/")[0]) if found else ""
    return fits(r"[A-Za-z0-9][\w.-]{1,253}[A-Za-z0-9]", name)


def function(said: str, arn: Arn | None, place: Place) -> str:
    """By name, or ARN with any part before the name left out (API_GetFunction); with a version or an alias."""
    rest = arn.resource if arn else said
    if arn and arn.service != "lambda":
        raise NotAKey(said)
    partial = re.fullmatch(rf"(?:({REGION}):)?(?:([0-9]{{12}}):)?(function:)?(.+)", rest)
    if partial and (partial[2] or partial[3]):
        if partial[2] and place.account not in ("", partial[2]):
            raise NotOurs(partial[2])
        rest = partial[4]
    elif arn:
        raise NotAKey(said)
    form = r"[\w-]{1,140}(?::(?:\$LATEST(?:\.PUBLISHED)?|[\w-]+))?"
    return fits(form, rest).partition(":")[0]


def table(said: str, arn: Arn | None, place: Place) -> str:
    """By name, or by the ARN of the table, of its index, stream or backup."""
    del place
    if arn and (arn.service != "dynamodb" or not arn.resource.startswith("table/")):
        raise NotAKey(said)
    return fits(r"[\w.-]{1,255}", arn.resource.split("/")[1] if arn else said)


def log_group(said: str, arn: Arn | None, place: Place) -> str:
    """By name, or by its ARN or its streams'."""
    del place
    if arn:
        head, _, rest = arn.resource.partition(":")
        if arn.service != "logs" or head != "log-group":
            raise NotAKey(said)
        said = rest.partition(":")[0]
    return fits(r"[\w./#-]{1,512}", said)


def user(said: str, arn: Arn | None, place: Place) -> str:
    """By name or by ARN, with or without a path; the root user by `root`."""
    del place
    if arn:
        if arn.service != "iam" or not (arn.resource == "root" or arn.resource.startswith("user/")):
            raise NotAKey(said)
        said = arn.resource.rpartition("/")[2]
    return "<root_account>" if said == "root" else fits(r"[\w+=,.@-]{1,64}|<root_account>", said)


def arn_itself(said: str, arn: Arn | None, place: Place) -> str:
    """By ARN alone."""
    del place
    if not arn:
        raise NotAKey(said)
    return said


def address(said: str, arn: Arn | None, place: Place) -> str:
    """By allocation. By public address or by an association, which is gone by then, it may be any."""
    del place
    if arn:
        said = arn.resource.rpartition("/")[2]
    if re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}|eipassoc-[\w-]{1,40}", said):
        return EVERY
    return fits(r"eipalloc-[\w-]{1,40}", said)


def kms_key(said: str, arn: Arn | None, place: Place) -> str:
    """By id or ARN; an alias, which may have moved on, it may be any."""
    del place
    if arn and arn.service != "kms":
        raise NotAKey(said)
    name = arn.resource if arn else said
    if name.startswith("alias/"):
        return EVERY
    return fits(r"(mrk-)?[0-9A-Za-z-]{1,64}", name.removeprefix("key/"))


def secret(said: str, arn: Arn | None, place: Place) -> str:
    """By ARN; by its name, or an ARN without the six letters that AWS adds, it may be any."""
    del place
    if arn and (arn.service != "secretsmanager" or not arn.resource.startswith("secret:")):
        raise NotAKey(said)
    name = fits(r"[\w/+=.@-]{1,519}", arn.resource.removeprefix("secret:") if arn else said)
    return said if arn and re.fullmatch(r".+-[A-Za-z0-9]{6}", name) else EVERY


def by_arn(service: str, kind: str, form: str) -> Callable[[str, Arn | None, Place], str]:
    """By ARN, or by what follows its kind there, said where it is; by an older ARN it may be any."""

    def key(said: str, arn: Arn | None, place: Place) -> str:
        name = (arn.resource if arn else said).removeprefix(f"{kind}/")
        if arn and (arn.service != service or name == arn.resource):
            raise NotAKey(said)
        if arn:
            return said if re.fullmatch(form, name) else EVERY
        where = f"{place.partition}:{service}:{place.region}:{place.account}"
        return f"arn:{where}:{kind}/{fits(form, name if place.account else '')}"

    return key


def managed_instance(said: str, arn: Arn | None, place: Place) -> str:
    """By id, or an ARN of EC2 or Systems Manager: a machine outside AWS is called "mi-…"."""
    del place
    if arn and arn.service not in ("ec2", "ssm"):
        raise NotAKey(said)
    return fits(r"(i|mi)-[\w-]{1,40}", arn.resource.rpartition("/")[2] if arn else said)


def mail_address(said: str, arn: Arn | None, place: Place) -> str:
    """By the address alone."""
    del arn, place
    return fits(r"[^@\s]+@[^@\s]+", said)


def named(
    service: str, begins: str, form: str, *, lower: bool = False
) -> Callable[[str, Arn | None, Place], str]:
    """By name, or by an ARN whose resource begins so; what follows its last slash where that is open.

    `lower`: AWS keeps names in lower case.
    """

    def by_name(said: str, arn: Arn | None, place: Place) -> str:
        del place
        name = said
        if arn:
            if arn.service != service or not arn.resource.startswith(begins):
                raise NotAKey(said)
            name = arn.resource[len(begins) :] if begins else arn.resource.rpartition("/")[2]
        return fits(form, name.lower() if lower else name)

    return by_name


def of_kind(kind: str) -> Callable[[str, Arn | None, Place], str] | None:
    """How a kind reads a name: one of `KINDS`, or a service and how its resources begin."""
    service, colon, begins = kind.partition(":")
    return KINDS.get(kind) or (named(service, begins, r"[\w./+=,@-]{1,512}") if colon else None)


def fits(form: str, said: str) -> str:
    """What was said, where it has this form."""
    if not re.fullmatch(form, said, re.ASCII):
        raise NotAKey(said)
    return said


SNAPSHOT = r"[a-z][a-z0-9:-]*"
"""A manual snapshot of RDS. One that RDS made has a colon."""

KINDS: Mapping[str, Callable[[str, Arn | None, Place], str]] = {
    "address": address,
    "arn": arn_itself,
    "bucket": bucket,
    "cache_cluster": named("elasticache", "cluster:", r"[a-z][a-z0-9-]{0,49}", lower=True),
    "db_cluster": named("rds", "cluster:", r"[a-z][a-z0-9-]*", lower=True),
    "db_cluster_snapshot": named("rds", "cluster-snapshot:", SNAPSHOT, lower=True),
    "db_instance": named("rds", "db:", r"[a-z][a-z0-9-]*", lower=True),
    "db_snapshot": named("rds", "snapshot:", SNAPSHOT, lower=True),
    "ecs_service": by_arn("ecs", "service", r"[\w-]{1,255}/[\w-]{1,255}"),
    "function": function,
    "image": named("ec2", "", r"ami-[\w-]{1,40}"),
    "instance": named("ec2", "", r"i-[\w-]{1,40}"),
    "log_group": log_group,
    "kms_key": kms_key,
    "load_balancer": by_arn("elasticloadbalancing", "loadbalancer", r"[\w-]+(/[\w-]+/[0-9a-f]+)?"),
    "mail_address": mail_address,
    "managed_instance": managed_instance,
    "network_acl": named("ec2", "", r"acl-[\w-]{1,40}"),
    "queue": queue,
    "secret": secret,
    "security_group": named("ec2", "", r"sg-[\w-]{1,40}"),
    "snapshot": named("ec2", "", r"snap-[\w-]{1,40}"),
    "stack_resource": lambda said, *_: fits(r"AWS::\w+::\w+ \S(.*\S)?", said),
    "table": table,
    "target_group": by_arn("elasticloadbalancing", "targetgroup", r"[\w-]{1,32}/[0-9a-f]{1,32}"),
    "trail": by_arn("cloudtrail", "trail", r"[A-Za-z0-9][\w.-]{1,126}[A-Za-z0-9]"),
    "user": user,
    "volume": named("ec2", "", r"vol-[\w-]{1,40}"),
}
"""How each kind of source reads a name. See `of_kind`; any other kind takes it as it is."""
