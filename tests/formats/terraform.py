"""Reports of Terraform, made up in the shapes of its internals' pages."""

from __future__ import annotations

import json
from typing import Any

VERSION = {"type": "version", "terraform": "1.9.5", "ui": "1.2"}
SUMMARY = {
    "type": "change_summary",
    "changes": {"add": 0, "change": 0, "remove": 0, "operation": "plan"},
}
QUEUE = "https://sqs.eu-central-1.amazonaws.com/123456789012/jobs"


def resource(address: str, kind: str) -> dict[str, Any]:
    return {
        "addr": address,
        "module": "",
        "resource": address,
        "implied_provider": "aws",
        "resource_type": kind,
        "resource_name": address.rpartition(".")[2],
        "resource_key": None,
    }


def refreshed(address: str, kind: str, id_value: str) -> dict[str, Any]:
    hook = {"resource": resource(address, kind), "id_key": "id", "id_value": id_value}
    return {"type": "refresh_complete", "hook": hook}


def drifted(address: str, kind: str, action: str = "update") -> dict[str, Any]:
    change = {"resource": resource(address, kind), "action": action}
    return {"type": "resource_drift", "change": change}


def stream(*messages: dict[str, Any]) -> str:
    """As `terraform plan -refresh-only -json` writes it."""
    common = {"@level": "info", "@message": "x", "@module": "terraform.ui"}
    return "".join(f"{json.dumps(common | one)}\n" for one in messages)


def change(
    address: str = "aws_sqs_queue.jobs",
    *,
    before: Any,
    after: Any,
    actions: tuple[str, ...] = ("update",),
    before_sensitive: Any = False,
    after_sensitive: Any = False,
) -> dict[str, Any]:
    kind, _, name = address.rpartition(".")
    return {
        "address": address,
        "mode": "managed",
        "type": kind.rpartition(".")[2],
        "name": name,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {
            "actions": list(actions),
            "before": before,
            "after": after,
            "after_unknown": {},
            "before_sensitive": before_sensitive,
            "after_sensitive": after_sensitive,
        },
    }


def plan(*drift: dict[str, Any], root: Any = None, **more: Any) -> str:
    """As `terraform show -json PLAN` writes it."""
    said = {
        "format_version": "1.2",
        "terraform_version": "1.9.5",
        "planned_values": {"root_module": {}},
        "configuration": {"root_module": root or {}},
        "errored": False,
    }
    return json.dumps(said | ({"resource_drift": list(drift)} if drift else {}) | more)


def configured(address: str, **expressions: Any) -> dict[str, Any]:
    return {"resources": [{"address": address, "mode": "managed", "expressions": expressions}]}
