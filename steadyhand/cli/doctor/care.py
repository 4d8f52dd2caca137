"""Who may set the tag that lowers care: what says that something is development, where checks act by themselves.

By the policies on users, groups and roles alone. Denies, boundaries, conditions and policies of the
organization only take away, so whoever may is among those named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from steadyhand.checks.administrators import current
from steadyhand.checks.trust_policies import several, statements
from steadyhand.cli.doctor.line import Line, Sign
from steadyhand.engine.reading import Aws
from steadyhand.model import Call, Mode, ReadFailed, pick
from steadyhand.rhythm.core.words import listed
from steadyhand.settings.values import ENVIRONMENT_TAGS, Settings

NAME = "who sets tags"
READ = "iam:GetAccountAuthorizationDetails"
SERVICE_LINKED = "/aws-service-role/"
SHOWN = 5

TAGGING = (
    *("tag:TagResources", "ec2:CreateTags", "rds:AddTagsToResource", "s3:PutBucketTagging"),
    *("s3:TagResource", "dynamodb:TagResource", "sqs:TagQueue", "logs:TagResource"),
    *("logs:TagLogGroup", "lambda:TagResource", "acm:AddTagsToCertificate", "kms:TagResource"),
    *("secretsmanager:TagResource", "events:TagResource", "route53:ChangeTagsForResource"),
    *("cloudtrail:AddTags", "cloudwatch:TagResource", "ecs:TagResource", "sns:TagResource"),
)
"""Actions that set tags on what checks change, by the Service Authorization Reference."""


def of_care(aws: Aws, settings: Settings) -> Iterator[Line]:
    """One line: nobody lowers care by a tag, or who may."""
    looser = loosened(settings)
    if not looser:
        default = settings.default_environment
        yield Line(NAME, Sign.OK, f"no environment is treated with less care than {default}")
        return
    where = f"that something is {listed(looser)}, where checks go further by themselves"
    try:
        may = taggers(aws)
    except ReadFailed as failed:
        said = f"who may say {where}, may not be read ({failed.code})"
        yield Line(NAME, Sign.UNREAD, said, f"ask for {READ}")
        return
    if not may:
        yield Line(NAME, Sign.OK, f"no user, group or role may say {where}")
        return
    rest = f" and {len(may) - SHOWN} more" if len(may) > SHOWN else ""
    who = f"{', '.join(may[:SHOWN])}{rest}" if rest else listed(may)
    tags = ENVIRONMENT_TAGS[0]
    yield Line(
        NAME,
        Sign.OK,
        f"{len(may):,} may say {where}: {who}",
        f"if that is too many, deny them aws:TagKeys {tags!r} in a policy of the organization",
    )


def loosened(settings: Settings) -> list[str]:
    """The environments in which some check goes further than in the default one."""
    order, default = tuple(Mode), settings.default_environment
    return [
        one
        for one in settings.environments
        if any(
            order.index(settings.mode(check, one)) > order.index(settings.mode(check, default))
            for check in settings.modes
        )
    ]


def taggers(aws: Aws) -> list[str]:
    """Users, groups and roles whose policies let them set some tag, by kind and name."""
    who: list[tuple[str, Mapping[str, Any]]] = []
    documents: dict[str, list[Any]] = {}
    for page in aws.pages(Call(READ, {"MaxItems": 1000})):
        for kind in ("User", "Group", "Role"):
            who += [(kind, one) for one in pick(page, f"{kind}DetailList")]
        for policy in pick(page, "Policies"):
            documents[str(policy.get("Arn"))] = list(current(policy))
    return [
        f"{kind.lower()} {one.get(f'{kind}Name')}"
        for kind, one in sorted(who, key=lambda each: (each[0], str(each[1].get(f"{each[0]}Name"))))
        if not str(one.get("Path", "")).startswith(SERVICE_LINKED)
        and any(map(lets_tag, said_of(one, kind, documents)))
    ]


def said_of(one: Mapping[str, Any], kind: str, documents: Mapping[str, list[Any]]) -> Iterator[Any]:
    """The documents of all policies on a user, group or role."""
    yield from pick(one, f"{kind}PolicyList.PolicyDocument")
    for arn in pick(one, "AttachedManagedPolicies.PolicyArn"):
        yield from documents.get(str(arn), ())


def lets_tag(document: Any) -> bool:
    """Does it allow one of the actions?"""
    for one in statements(document):
        named, spared = several(one.get("Action")), several(one.get("NotAction"))
        for action in TAGGING:
            if any(matches(action, said) for said in named) or (
                spared and not any(matches(action, said) for said in spared)
            ):
                return True
    return False


def matches(action: str, said: str) -> bool:
    """IAM's wildcards, in any case."""
    return fnmatchcase(action.lower(), said.lower().replace("[", "[[]"))
