"""The slow mode: a write is done and answered at once, and reads show the service as it was before, until it settles.

What settles how late, and through which states, is in `settling`. Data (items, messages, objects, log
events) is never late. Time is a clock that stands still: `/_bridge/slow` turns it, or each late read
turns it by `step` seconds, where nobody is there to turn it (`BRIDGE_SLOW=step`). Off, nothing differs.

A service shows what it was before the oldest write that has not settled, so writes show in the order
they were made. What runs inside the account without a request (stacks, pollers) sees what is true.
"""

import asyncio
import copy
import json
import logging
import os
import sys
from dataclasses import dataclass, field
from typing import Any

import ministack.app
from ministack.core.responses import (
    AccountRegionScopedDict,
    AccountScopedDict,
    get_account_id,
    get_region,
)

from . import settling
from .events import trail
from .http import answers, responses
from .http.gateway import Gateway

log = logging.getLogger("bridge.slow")
Stores = dict[int, tuple[Any, dict]]
"""Every store of a service, by its identity: it, and what it held."""


@dataclass
class Settling:
    """One write that does not show yet, or what it made and is not ready. `before`: None where it shows."""

    action: str
    params: dict[str, Any]
    place: tuple[str, str]
    due: float
    before: Stores | None
    ready: float
    made: list[str]


@dataclass
class Clock:
    """Seconds since 1970 in the slow mode, or None while it is off."""

    at: float | None = None
    step: float = 0.0
    under_way: dict[str, list[Settling]] = field(default_factory=dict)
    first: dict[str, Stores] = field(default_factory=dict)

    def waits(self) -> int:
        """How many writes have not settled."""
        return sum(len(some) for some in self.under_way.values())

    def settle(self, service: str) -> list[Settling]:
        """What of a service has not settled by now, oldest first."""
        some = [one for one in self.under_way.get(service, ()) if one.ready > self.at]
        self.under_way[service] = some
        return some


_clock = Clock()
_locks: dict[str, asyncio.Lock] = {}


def install(gateway: Gateway) -> None:
    """Stand before every service, and let the clock be turned."""
    handlers = ministack.app.SERVICE_HANDLERS
    for service in handlers:
        handlers[service] = _before(service, handlers[service])
    if step := os.environ.pop("BRIDGE_SLOW", ""):
        _turn({"now": 0.0, "step": float(step)})
    gateway.pages["/_bridge/slow"] = lambda body: _turn(json.loads(body or b"{}"))


def _turn(said: dict[str, Any]) -> bytes:
    """Set the clock. `now: null` ends the slow mode: everything shows, or with `back` was never written."""
    if "now" in said:
        _clock.at, _clock.step = said["now"], said.get("step", 0.0)
        if _clock.at is None:
            stores = [one for some in _clock.first.values() for one in some.values()]
            for store, held in stores if said.get("back") else ():
                _swap(store, held)
            _clock.under_way.clear()
            _clock.first.clear()
        for service in _clock.under_way:
            _clock.settle(service)
    return json.dumps({"now": _clock.at, "waits": _clock.waits()}).encode()


def _before(service: str, otherwise: Any) -> Any:
    async def handle(*request: Any) -> tuple:
        if _clock.at is None:
            return await otherwise(*request)
        call = answers.asked(service, request)
        if call.operation is None or trail.is_data(call):
            return await otherwise(*request)
        async with _locks.setdefault(service, asyncio.Lock()):
            if trail.is_read(call) and service not in settling.NEVER:
                return await _read(service, call, request, otherwise)
            return await _write(service, call, request, otherwise)

    return handle


async def _write(service: str, call: Any, request: tuple, otherwise: Any) -> tuple:
    here, operation = (get_account_id(), get_region()), call.operation
    action = f"{operation.service_model.service_name}:{operation.name}"
    under_way = [one for one in _clock.settle(service) if one.place == here]
    if error := settling.refusal(action, call.params, _writes(under_way)):
        return responses.refused(call.operation, error, "A change of it is under way.")
    shows = action in settling.AT_ONCE
    before = None
    if not shows or service not in _clock.first:
        before = _stores(service)
        _clock.first.setdefault(service, before)
    answered = await otherwise(*request)
    if answered[0] >= 300 or service in settling.NEVER:
        return answered
    seconds = settling.seconds(action)
    due = _clock.at + (0 if shows else seconds)
    made = settling.made(action, answers.heard(call, answered))
    _clock.under_way[service].append(
        Settling(
            action,
            call.params,
            here,
            due,
            None if shows else before,
            due + (seconds if made else 0),
            made,
        )
    )
    return answered


async def _read(service: str, call: Any, request: tuple, otherwise: Any) -> tuple:
    some = _clock.settle(service)
    if not some:
        return await otherwise(*request)
    late = [one for one in some if one.due > _clock.at]
    seen = next((one.before for one in late if one.before is not None), {})
    true = [(store, held, _swap(store, held)) for store, held in seen.values()]
    try:
        answered = await otherwise(*request)
    finally:
        for store, _, held in true:
            _swap(store, held)
    _clock.at += _clock.step
    if answered[0] >= 300:
        return answered
    here, said = (get_account_id(), get_region()), answers.heard(call, answered)
    told = json.dumps(said, default=str)
    settling.shown(said, _writes(one for one in late if one.place == here))
    settling.unready(said, [(one.action, name) for one in some for name in one.made])
    if json.dumps(said, default=str) == told:
        return answered
    return responses.said(call.operation, said)


def _writes(some: Any) -> list[settling.Write]:
    return [(one.action, one.params) for one in some if one.before is not None]


def _swap(store: Any, held: dict) -> dict:
    """Put something into a store; what it held."""
    if isinstance(store, dict):
        before = dict(store)
        store.clear()
        store.update(held)
        return before
    before, store._data = store._data, held
    return before


def _stores(service: str) -> Stores:
    """All that a service holds, copied."""
    found: Stores = {}
    memo: dict[int, Any] = {}
    for store in _of(service):
        held = store if isinstance(store, dict) else store._data
        try:
            found[id(store)] = store, dict(copy.deepcopy(held, memo))
        except TypeError as unlike:
            log.warning("%s: a store that cannot be copied is never late: %s", service, unlike)
    return found


def _of(service: str) -> list[Any]:
    """The stores of ministack's modules for a service, and those of our own resources."""
    known = ministack.app.SERVICE_REGISTRY.get(service, {})
    theirs = [
        f"ministack.services.{name}"
        for name in (known.get("module"), *known.get("sub_modules", ()))
        if name
    ]
    found = [
        value
        for name in theirs
        for value in vars(sys.modules.get(name, object)).values()
        if isinstance(value, AccountScopedDict | AccountRegionScopedDict)
    ]
    ours = [
        value
        for name, module in list(sys.modules.items())
        if name.startswith(f"{__package__}.resources.")
        for key, value in vars(module).items()
        if key.startswith("_") and not key.startswith("__") and isinstance(value, dict)
    ]
    return found + ours
