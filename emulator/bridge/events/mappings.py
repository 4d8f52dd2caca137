"""A queue wakes a function only if it hides a message for as long as the function may take.

Lambda refuses the mapping otherwise; ministack makes it, and then delivers messages twice.
"""

from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import lambda_svc, sqs
from ministack.services.cloudformation import provisioners


def install() -> None:
    """Refuse such mappings from the API and from stacks."""
    made = lambda_svc._create_esm

    def make(asked: dict[str, Any]) -> tuple:
        if wrong := _too_short(asked):
            return error_response_json("InvalidParameterValueException", wrong, 400)
        return made(asked)

    lambda_svc._create_esm = make
    handler = provisioners._RESOURCE_HANDLERS["AWS::Lambda::EventSourceMapping"]
    handler["create"] = _in_stacks(handler["create"])


def _in_stacks(made: Callable) -> Callable:
    def make(logical: str, properties: dict[str, Any], stack: str) -> tuple[str, dict[str, Any]]:
        if wrong := _too_short(properties):
            raise ValueError(wrong)
        return made(logical, properties, stack)

    return make


def _too_short(asked: dict[str, Any]) -> str | None:
    queue = sqs._queue_by_arn(asked.get("EventSourceArn", ""))
    _, config, _ = lambda_svc._get_func_record_for_ref(asked.get("FunctionName", ""))
    if not queue or not config:
        return None
    hidden, timeout = int(queue["attributes"]["VisibilityTimeout"]), int(config["Timeout"])
    if hidden >= timeout:
        return None
    return f"Queue visibility timeout: {hidden} seconds is less than Function timeout: {timeout} seconds"
