"""CloudFormation says on the default bus when a stack changes its status; ministack tells nobody."""

from typing import Any

from ministack.services.cloudformation import stacks

from . import bus

STACK = "AWS::CloudFormation::Stack"


def install() -> None:
    """Tell whoever listens, each time a stack's own status is written down."""
    record = stacks._add_event

    def told(
        stack_id: str,
        stack_name: str,
        logical_id: str,
        resource_type: str,
        status: str,
        *more: Any,
        **named: Any,
    ) -> None:
        record(stack_id, stack_name, logical_id, resource_type, status, *more, **named)
        reason = named.get("reason") or next(iter(more), "")
        if resource_type == STACK and logical_id == stack_name:
            detail = {
                "stack-id": stack_id,
                "status-details": {"status": status, "status-reason": reason},
                "client-request-token": "",
            }
            bus.emit("aws.cloudformation", "CloudFormation Stack Status Change", detail, [stack_id])

    stacks._add_event = told
