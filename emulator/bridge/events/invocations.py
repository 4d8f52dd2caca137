"""Functions that nobody waits for: they are tried again, and their end is told to a destination.

ministack calls a rule's function once and forgets it, has no OnSuccess, and names every exception alike.
"""

import contextvars
import copy
import json
import logging
from typing import Any

from ministack.core import lambda_runtime
from ministack.core.arn import parse_arn
from ministack.core.responses import new_uuid, now_iso
from ministack.services import eventbridge, lambda_svc

from . import bus

log = logging.getLogger("bridge.invocations")
_raised: contextvars.ContextVar[str | None] = contextvars.ContextVar("raised", default=None)


def install() -> None:
    """Asynchronous invocation as AWS does it, from now on."""
    eventbridge._dispatch_to_lambda = lambda arn, payload: invoke(arn, _event(payload))
    lambda_svc.invoke_async_with_retry = _with_success(lambda_svc.invoke_async_with_retry)
    lambda_svc._emit_lambda_logs = _of_what_is_there(lambda_svc._emit_lambda_logs)
    _name_exceptions()
    lambda_svc._execute_function = _telling_success(lambda_svc._execute_function)


def invoke(arn: str, event: Any) -> None:
    """Invoke a function as AWS services do: queued, tried three times, then given up."""
    function, config, _ = lambda_svc._get_func_record_for_ref(arn)
    if not function:
        log.warning("no function %s", arn)
        return
    record = dict(lambda_svc._execution_record_for_config(function, config))
    for key in ("event_invoke_config", "event_invoke_configs"):
        if function.get(key) and not record.get(key):
            record[key] = copy.deepcopy(function[key])
    lambda_svc.invoke_async_with_retry(record, event)


def _of_what_is_there(emit: Any) -> Any:
    """A function that is deleted while it runs logs no more: its role may not make the log group anew."""

    def emitted(function: dict[str, Any], *said: Any, **more: Any) -> None:
        config = function.get("config") or function
        if config.get("FunctionName") in lambda_svc._functions:
            emit(function, *said, **more)

    return emitted


def _event(payload: str) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return {"body": payload}


def _with_success(invoke_async: Any) -> Any:
    """Carry the OnSuccess destination along with the function."""

    def invoked(function: dict[str, Any], event: Any) -> None:
        configured = (
            function.get("event_invoke_config")
            or (function.get("event_invoke_configs") or {}).get("$LATEST")
            or {}
        )
        to = (configured.get("DestinationConfig") or {}).get("OnSuccess", {}).get("Destination")
        invoke_async({**function, "_on_success": to} if to else function, event)

    return invoked


def _telling_success(execute: Any) -> Any:
    def executed(function: dict[str, Any], event: Any, *rest: Any, **named: Any) -> dict[str, Any]:
        result = execute(function, event, *rest, **named)
        to = function.get("_on_success") if isinstance(function, dict) else None
        if to and not result.get("error"):
            _tell(to, function.get("config") or function, event, result)
        return result

    return executed


def _tell(to: str, config: dict[str, Any], event: Any, result: dict[str, Any]) -> None:
    told = {
        "version": "1.0",
        "timestamp": now_iso(),
        "requestContext": {
            "requestId": new_uuid(),
            "functionArn": config.get("FunctionArn", "") + ":$LATEST",
            "condition": "Success",
            "approximateInvokeCount": 1,
        },
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST"},
        "responsePayload": result.get("body"),
    }
    spec = parse_arn(to)
    if spec.service == "sqs":
        bus.on_loop(lambda: eventbridge._dispatch_to_sqs(spec, json.dumps(told)))
    elif spec.service == "sns":
        bus.on_loop(lambda: eventbridge._dispatch_to_sns(to, json.dumps(told)))
    elif spec.service == "lambda":
        invoke(to, told)
    elif spec.service == "events":
        name = "Lambda Function Invocation Result - Success"
        bus.emit("lambda", name, told, [config.get("FunctionArn", "")], to.rsplit("/", 1)[-1])


def _name_exceptions() -> None:
    """`errorType` is the exception's class, as retries and catches of Step Functions need it."""
    plain = '"error": str(e), "trace": traceback.format_exc()'
    named = f'"errorType": type(e).__name__, {plain}'
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    if script.count(plain) != 1:
        raise RuntimeError("ministack's worker is not the one this bridge fits")
    lambda_runtime._PYTHON_WORKER_SCRIPT = script.replace(plain, named)
    asked, executed = lambda_runtime.Worker.invoke, lambda_svc._execute_function_warm

    def ask(self: Any, *rest: Any, **given: Any) -> dict[str, Any]:
        result = asked(self, *rest, **given)
        _raised.set(result.get("errorType"))
        return result

    def execute(*rest: Any, **given: Any) -> dict[str, Any]:
        _raised.set(None)
        result = executed(*rest, **given)
        body, raised = result.get("body"), _raised.get()
        nameless = isinstance(body, dict) and body.get("errorType") == "Runtime.HandlerError"
        if result.get("error") and nameless and raised:
            body["errorType"] = raised
        return result

    lambda_runtime.Worker.invoke = ask
    lambda_svc._execute_function_warm = execute
