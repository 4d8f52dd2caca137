"""A call as the `aws` command line that does the same: to read, copy and paste.

Every word is quoted for a shell, so a name out of the account stays a name. What the command line
would take for something else (a file to read, an option) goes in as one JSON object.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from steadyhand.ledger.codec import plain
from steadyhand.model import CHANGE, GLOBAL, TOKEN, Call, Ref
from steadyhand.reference.secrets import redacted

WIDTH = 80

SERVICES = {"s3": "s3api", "config": "configservice", "codedeploy": "deploy"}
"""Where the command line calls a service otherwise than botocore does."""

RENAMED = {
    ("eks:CreateNodegroup", "version"): "kubernetes-version",
    ("eks:UpdateClusterVersion", "version"): "kubernetes-version",
    ("eks:UpdateNodegroupVersion", "version"): "kubernetes-version",
    ("sns:Subscribe", "endpoint"): "notification-endpoint",
    ("stepfunctions:SendTaskSuccess", "output"): "task-output",
}
"""Where the command line calls a parameter otherwise than the API does."""

ACTS = ("-", "file://", "fileb://", "[", "{")
"""How a text begins that the command line does not take as it is."""


def command(call: Call, region: str = GLOBAL) -> str:
    """The call in one line: `aws ec2 release-address --allocation-id eipalloc-1`."""
    return " ".join(_parts(call, region))


def folded(call: Call, region: str = GLOBAL, indent: str = "") -> str:
    """The same over several lines, where it is longer than a terminal is wide."""
    line = indent + command(call, region)
    if len(line) <= WIDTH:
        return line
    first, *options = _parts(call, region)
    return " \\\n".join([indent + first, *(f"{indent}    {option}" for option in options)])


def _parts(call: Call, region: str) -> Iterator[str]:
    yield f"aws {SERVICES.get(call.service, call.service)} {dashed(call.operation)}"
    if any(_acts(value) for value in call.params.values()):
        yield f"--cli-input-json {_as_json(call.params)}"
    else:
        for name, value in call.params.items():
            option = dashed(name)
            yield _option(RENAMED.get((call.action, option), option), value)
    if region != GLOBAL:
        yield f"--region {shlex.quote(region)}"


def _acts(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(isinstance(one, str) and _acts(one) for one in value)
    return isinstance(value, str) and (value.startswith(ACTS) or not value.isprintable())


def _option(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return f"--{name}" if value else f"--no-{name}"
    if isinstance(value, list | tuple) and value and not any(_is_nested(one) for one in value):
        return " ".join([f"--{name}", *(shlex.quote(_text(one)) for one in value)])
    if _is_nested(value):
        return f"--{name} {_as_json(value)}"
    return f"--{name} {shlex.quote(_text(value))}"


def _is_nested(value: Any) -> bool:
    return isinstance(value, Mapping | list | tuple | bool)


def _as_json(value: Any) -> str:
    said = _json(value)
    text = json.dumps(said, ensure_ascii=False)
    return shlex.quote(text if text.isprintable() else json.dumps(said))


def _json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_json(inner) for inner in value]
    if isinstance(value, bool | int | float) or value is None:
        return value
    return _text(value)


def _text(value: Any) -> str:
    """One value as a word, without secrets. Times and bytes as AWS writes them; what is filled in, named."""
    if isinstance(value, Ref):
        names = {CHANGE: "id of the change", TOKEN: "token of the change"}
        return f"<{names.get(value) or f'{value.name} of step {value.step + 1}'}>"
    said = plain(value)
    return redacted(str(next(iter(said.values())) if isinstance(said, Mapping) else said))


def dashed(name: str) -> str:
    """RevokeSecurityGroupIngress → revoke-security-group-ingress."""
    from botocore import xform_name  # noqa: PLC0415 - what the command line itself uses

    return str(xform_name(name, "-"))
