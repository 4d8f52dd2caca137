"""A call as the `aws` command line that does the same: to copy, read and paste.

Every word is quoted for a shell, so a name out of the account stays a name.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from steadyhand.codec import plain
from steadyhand.model import GLOBAL, Answered, Call

WIDTH = 80

SERVICES = {
    "s3": "s3api",
    "config": "configservice",
    "codedeploy": "deploy",
    "opsworkscm": "opsworks-cm",
    "runtime.sagemaker": "sagemaker-runtime",
}
"""Where the command line calls a service otherwise than botocore does."""

RENAMED = {
    ("ec2", "no-reboot"): "reboot",
    ("lambda", "zip-file"): "zip-file-blob",
}


def command(call: Call, region: str = GLOBAL) -> str:
    """The call in one line: `aws ec2 release-address --allocation-id eipalloc-1`."""
    return " ".join(words(call, region))


def folded(call: Call, region: str = GLOBAL, indent: str = "") -> str:
    """The same over several lines, where it is longer than a terminal is wide."""
    line = command(call, region)
    if len(indent) + len(line) <= WIDTH:
        return indent + line
    first, *options = _options(call, region)
    return " \\\n".join([indent + first, *(f"{indent}    {option}" for option in options)])


def words(call: Call, region: str = GLOBAL) -> list[str]:
    """The words of the line, each quoted for a shell."""
    return list(_options(call, region))


def _options(call: Call, region: str) -> Iterator[str]:
    service = SERVICES.get(call.service, call.service)
    yield f"aws {service} {dashed(call.operation)}"
    for name, value in call.params.items():
        yield _option(call.service, dashed(name), value)
    if region != GLOBAL:
        yield f"--region {shlex.quote(region)}"


def _option(service: str, name: str, value: Any) -> str:
    option = RENAMED.get((service, name), name)
    if isinstance(value, bool):
        return f"--{option}" if value else f"--no-{option}"
    if isinstance(value, list | tuple) and value and all(_is_scalar(one) for one in value):
        return " ".join([f"--{option}", *(_quoted(one) for one in value)])
    return f"--{option} {_quoted(value)}"


def _is_scalar(value: Any) -> bool:
    return not isinstance(value, Mapping | list | tuple | bool)


def _quoted(value: Any) -> str:
    if isinstance(value, Answered):
        return shlex.quote(_answer(value))
    if isinstance(value, str):
        return shlex.quote(value) if value else "''"
    if isinstance(value, Mapping | list | tuple):
        return shlex.quote(json.dumps(_json(value), ensure_ascii=False))
    said = plain(value)
    if isinstance(said, Mapping):
        return shlex.quote(str(next(iter(said.values()))))
    return shlex.quote(json.dumps(said) if isinstance(said, bool) else str(said))


def _json(value: Any) -> Any:
    """What the command line reads as JSON: times and bytes as text, a waited-for answer named."""
    if isinstance(value, Answered):
        return _answer(value)
    if isinstance(value, Mapping):
        return {str(key): _json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_json(inner) for inner in value]
    said = plain(value)
    return next(iter(said.values())) if isinstance(said, Mapping) else said


def _answer(value: Answered) -> str:
    """A parameter that an earlier command's answer fills in."""
    return f"<{value.path} of answer {value.step + 1}>"


def dashed(name: str) -> str:
    """RevokeSecurityGroupIngress → revoke-security-group-ingress, DBInstanceIdentifier → db-…."""
    from botocore import xform_name  # noqa: PLC0415 - what the command line itself uses

    return str(xform_name(name, "-"))
