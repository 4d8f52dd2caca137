"""The command that has CloudFormation make a drift-aware change set. Nobody of ours runs it.

Source: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/drift-aware-change-sets.html.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence


def creating(stack: str, parameters: Sequence[str], capabilities: Sequence[str]) -> str:
    """The command by which a person, or the team's CI, has CloudFormation make one of a stack as it is.

    It names no role: a change set's role stays the stack's for ever after.
    """
    words = [
        "aws cloudformation create-change-set --deployment-mode REVERT_DRIFT",
        f"--stack-name {shlex.quote(stack)} --change-set-name drift --use-previous-template",
    ]
    if parameters:
        kept = (f"ParameterKey={shlex.quote(one)},UsePreviousValue=true" for one in parameters)
        words.append(f"--parameters {' '.join(kept)}")
    if capabilities:
        words.append(f"--capabilities {' '.join(map(shlex.quote, capabilities))}")
    return " ".join(words)
