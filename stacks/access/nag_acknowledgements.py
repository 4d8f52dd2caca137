"""Findings of cdk-nag that we know and leave, each with the reason why."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Acknowledgment, Stack, Validations
from constructs import IConstruct


def acknowledge(what: IConstruct, reasons: Mapping[str, str]) -> None:
    """Leave these findings on this construct and what it is made of."""
    rules = [Acknowledgment(id=rule, reason=reason) for rule, reason in reasons.items()]
    Validations.of(what).acknowledge(*rules)


def shown(stack: Stack, text: str) -> str:
    """A text as cdk-nag writes it, with what is not known yet in angle brackets."""
    resolved = stack.resolve(text)
    if isinstance(resolved, str):
        return resolved
    parts = resolved["Fn::Join"][1]
    return "".join(
        part if isinstance(part, str) else f"<{next(iter(part.values()))}>" for part in parts
    )
