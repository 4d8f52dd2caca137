"""What a function needs to ask who is not AWS: the owner's tokens, those that are named and used, and no others."""

from __future__ import annotations

import json
from collections.abc import Iterable

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from stacks.access.grants import Grant
from stacks.access.nag_acknowledgements import acknowledge, shown
from steadyhand.catalogue.tokens import services_of
from steadyhand.check import Check
from steadyhand.settings.values import Settings


def tokens_for(role: iam.Role, settings: Settings, checks: Iterable[Check]) -> list[Grant]:
    """Each parameter by its name; and, where it is encrypted with a key of the owner's, that key for it alone.

    SSM tells KMS which parameter it decrypts for:
    docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html ("encryption context").
    """
    stack = Stack.of(role)
    wanted = sorted({service for check in checks for service in services_of(check)})
    parameters = tuple(
        stack.format_arn(
            service="ssm",
            resource="parameter",
            resource_name=settings.tokens[service].removeprefix("/"),
        )
        for service in wanted
        if service in settings.tokens
    )
    if not parameters:
        return []
    keys = stack.format_arn(service="kms", resource="key", resource_name="*")
    within = {
        "kms:ViaService": f"ssm.{stack.region}.amazonaws.com",
        "kms:EncryptionContext:PARAMETER_ARN": list(parameters),
    }
    why = "Which key it is the owner knows; it decrypts these parameters alone."
    acknowledge(role, {f"AwsSolutions-IAM5[Resource::{shown(stack, keys)}]": why})
    return [
        Grant(("ssm:GetParameter",), parameters),
        Grant(("kms:Decrypt",), (keys,), json.dumps({"StringEquals": within})),
    ]
