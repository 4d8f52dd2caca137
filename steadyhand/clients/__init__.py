"""Clients of who is not AWS, for sources that ask somebody else. Each has failures and a pace of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from steadyhand.model import Answer, Params

CLIENTS = {"tls": "Tls", "dns": "Dns", "https": "Https", "rdap": "Rdap"}
"""By the service that a call names, which is the module's name too; only who asks one imports it."""


@cache
def client_of(service: str) -> Callable[[Params], Answer]:
    """The way to who is not AWS, by the service that a call names: one a process."""
    if service not in CLIENTS:
        raise LookupError(f"there is no client of {service}")
    made: Any = getattr(import_module(f"steadyhand.clients.{service}"), CLIENTS[service])
    ask: Callable[[Params], Answer] = made().ask
    return ask
