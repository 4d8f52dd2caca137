"""How far the account has come: what was changed in it, and which functions ran. AWS has no such page.

Whoever waits for an effect on a busy machine asks here whether there is still hope. Reads do not count:
who waits reads all the time.
"""

import json
import re
import threading
from typing import Any

from ministack.services import lambda_svc

from ..http.call import Call
from ..http.gateway import Gateway

READS = re.compile(
    r"(Get|List|Describe|Head|BatchGet|Query|Scan|Lookup|Receive|Filter|Search|Select|AssumeRole)"
)
_lock = threading.Lock()
_counted = {"changes": 0, "begun": 0, "ended": 0}


def install(gateway: Gateway) -> None:
    """Count from now on, and show it."""
    executed = lambda_svc._execute_function

    def execute(*rest: Any, **named: Any) -> Any:
        _count("begun")
        try:
            return executed(*rest, **named)
        finally:
            _count("ended")

    lambda_svc._execute_function = execute
    gateway.observers.append(_watch)
    gateway.pages["/_bridge/progress"] = lambda _: json.dumps(_counted).encode()


def _watch(call: Call) -> None:
    if call.operation and not READS.match(call.operation.name):
        _count("changes")


def _count(what: str) -> None:
    with _lock:
        _counted[what] += 1
