"""Writes permissions.json: all that each role may do, read out of the templates; and what they cost.

It shows the widest installation there is: everything made by us, more than one region, mail. This
page is what a careful person reviews first; `tests/stacks/test_permissions.py` keeps it true.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aws_cdk import App

from stacks import cost
from stacks.build import build
from stacks.made_up import REGIONS, flags
from steadyhand.settings.values import Settings
from steadyhand.source import WITH_TOKEN

FILE = Path(__file__).resolve().parent.parent / "permissions.json"
WIDEST = Settings(
    mail_to=("team@example.com",),
    mail_from="Steadyhand <steadyhand@mail.example.com>",
    trail="create",
    recorder="create",
    tickets="github",
    tickets_project="acme/infrastructure",
    tokens={one: f"/steadyhand/{one}-token" for one in sorted(WITH_TOKEN)},
    chat="create",
    drift_tell=("example.com",),
    slack_workspace="T0123456789",
    slack_channel="C0123456789",
    teams_tenant="00000000-0000-0000-0000-000000000001",
    teams_team="00000000-0000-0000-0000-000000000002",
    teams_channel="19%3Ateam%40thread.tacv2",
)
PLACEHOLDERS = {"111122223333": "{account}", "eu-central-1": "{home}", "us-east-1": "{region}"}
"""What stands for the made-up account and regions."""

NAMED = {
    "AWS::IAM::Role": ("iam", "", "role/", "RoleName"),
    "AWS::Lambda::Function": ("lambda", "eu-central-1", "function:", "FunctionName"),
    "AWS::Logs::LogGroup": ("logs", "eu-central-1", "log-group:", "LogGroupName"),
    "AWS::S3::Bucket": ("s3", "", "", "BucketName"),
    "AWS::SNS::Topic": ("sns", "eu-central-1", "", "TopicName"),
    "AWS::SQS::Queue": ("sqs", "eu-central-1", "", "QueueName"),
}
"""How the ARN of each type is made: service, region, what stands before the name, the name."""

Template = Mapping[str, Any]


def permissions(templates: Mapping[str, Template]) -> dict[str, Any]:
    """By role: whom it trusts and what it may do."""
    roles: dict[str, Any] = {}
    for template in templates.values():
        for name, role, statements in _roles(template):
            trusts = [
                _said(_statement(one, template, "trusts"))
                for one in role["AssumeRolePolicyDocument"]["Statement"]
            ]
            managed = [_arn(one, template) for one in role.get("ManagedPolicyArns", ())]
            also = {"managed": _said(managed)} if managed else {}
            may = [_said(_statement(one, template, "may")) for one in statements]
            around = role["PermissionsBoundary"]
            within = {"within": _said(_arn(around, template)).rpartition("/")[2]}
            roles[_said(name)] = {"trusts": trusts, "may": may, **also, **within}
    return dict(sorted(roles.items()))


def _roles(template: Template) -> Iterator[tuple[str, Mapping[str, Any], list[Any]]]:
    resources = template["Resources"]
    for logical, resource in resources.items():
        if resource["Type"] != "AWS::IAM::Role":
            continue
        role = resource["Properties"]
        documents = [policy["PolicyDocument"] for policy in role.get("Policies", ())]
        documents += [
            other["Properties"]["PolicyDocument"]
            for other in resources.values()
            if other["Type"] in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
            and {"Ref": logical} in other["Properties"].get("Roles", ())
        ]
        yield role["RoleName"], role, [one for each in documents for one in each["Statement"]]


def _statement(said: Mapping[str, Any], template: Template, kind: str) -> dict[str, Any]:
    """One statement in its shortest form."""
    made: dict[str, Any] = {}
    if kind == "trusts":
        made["who"] = _plain(next(iter(said["Principal"].values())), template)
    else:
        made["actions"] = _listed(said["Action"])
        where = "NotResource" if "NotResource" in said else "Resource"
        word = "on" if where == "Resource" else "not on"
        made[word] = [_arn(one, template) for one in _listed(said[where])]
    if said["Effect"] != "Allow":
        made["effect"] = said["Effect"]
    if "Condition" in said:
        made["if"] = _plain(said["Condition"], template)
    return made


def _plain(value: Any, template: Template) -> Any:
    if (
        isinstance(value, Mapping)
        and len(value) == 1
        and next(iter(value)).startswith(("Fn:", "Ref"))
    ):
        return _arn(value, template)
    if isinstance(value, Mapping):
        return {name: _plain(inner, template) for name, inner in value.items()}
    return [_plain(inner, template) for inner in value] if isinstance(value, list) else value


def _arn(value: Any, template: Template) -> str:
    """A resource as a person reads it."""
    if isinstance(value, str):
        return value
    ((function, said),) = value.items()
    if function == "Fn::Join":
        return "".join(_arn(part, template) for part in said[1])
    if function == "Fn::GetAtt":
        return _arn_of(template["Resources"][said[0]])
    if said.startswith("AWS::"):
        return {"AWS::Partition": "aws"}[said]
    properties = template["Resources"][said]["Properties"]
    return str(properties.get("ManagedPolicyName") or properties["Name"])


def _arn_of(resource: Mapping[str, Any]) -> str:
    service, region, before, name = NAMED[resource["Type"]]
    last = ":*" if resource["Type"] == "AWS::Logs::LogGroup" else ""
    account = "" if service == "s3" else "111122223333"
    return f"arn:aws:{service}:{region}:{account}:{before}{resource['Properties'][name]}{last}"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _said(value: Any) -> Any:
    text = json.dumps(value)
    for made_up, name in PLACEHOLDERS.items():
        text = text.replace(made_up, name)
    return json.loads(text)


def as_text(templates: Mapping[str, Template]) -> str:
    """The file: roles by name, and the boundary that stands around each of them."""
    whole = permissions(templates) | boundaries(templates)
    return json.dumps(whole, indent=2) + "\n"


def boundaries(templates: Mapping[str, Template]) -> dict[str, Any]:
    """Every permission boundary, by name: it allows nothing, and denies these."""
    return {
        policy["Properties"]["ManagedPolicyName"]: {
            "denies": [
                _said(_statement(one, template, "may"))
                for one in policy["Properties"]["PolicyDocument"]["Statement"]
                if one["Effect"] == "Deny"
            ]
        }
        for template in templates.values()
        for policy in template["Resources"].values()
        if policy["Type"] == "AWS::IAM::ManagedPolicy"
    }


def synthesised(folder: str) -> dict[str, Template]:
    """The templates of the widest installation, by stack; nothing is bundled for them."""
    app = App(outdir=folder, context=flags())
    build(app, WIDEST, REGIONS)
    return {stack.stack_name: stack.template for stack in app.synth().stacks}


if __name__ == "__main__":
    with TemporaryDirectory() as scratch:
        FILE.write_text(as_text(synthesised(scratch)))
    cost.write()
