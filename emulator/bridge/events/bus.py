"""Events that AWS services send to the default event bus.

They are put on ministack's own loop, because its stores are walked while rules are matched and every
request may change them.
"""

import asyncio
import contextvars
import json
import logging
from collections.abc import Iterable
from typing import Any

import ministack.app
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import eventbridge

log = logging.getLogger("bridge.bus")


def emit(
    source: str,
    detail_type: str,
    detail: dict[str, Any],
    resources: Iterable[str] = (),
    bus: str = "default",
) -> None:
    """Put one event on a bus of the account and region we are in."""
    entry = {
        "Source": source,
        "DetailType": detail_type,
        "Detail": json.dumps(detail, default=str),
        "Resources": list(resources),
        "EventBusName": bus,
    }
    account, region = get_account_id(), get_region()

    def put() -> None:
        with request_scope(account, region):
            eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)

    on_loop(put)


def on_loop(work: Any) -> None:
    """Do something on the loop that serves requests; at once if we are on it."""
    loop = ministack.app._MAIN_LOOP
    try:
        if asyncio.get_running_loop() is loop:
            work()
            return
    except RuntimeError:
        pass
    loop.call_soon_threadsafe(_logged, work, context=contextvars.copy_context())


def _logged(work: Any) -> None:
    try:
        work()
    except Exception:  # on the loop nobody else would see it
        log.exception("on the loop")
