"""Clients of who is not AWS, for sources that ask somebody else. Each has failures and a pace of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import Any

from steadyhand.model import Answer, Call, Params, ReadFailed

CLIENTS = {
    "cloudflare": "Cloudflare",
    "dns": "Dns",
    "github": "GitHub",
    "gitlab": "GitLab",
    "https": "Https",
    "rdap": "Rdap",
    "tls": "Tls",
}
"""By the service that a call names, which is the module's name too; only who asks one imports it."""


@cache
def client_of(service: str) -> Callable[..., Answer]:
    """The way to who is not AWS, by the service that a call names: one a process.

    It takes a call's parameters; of a service that wants one, with `token=` that token.
    """
    if service not in CLIENTS:
        raise LookupError(f"there is no client of {service}")
    made: Any = getattr(import_module(f"steadyhand.clients.{service}"), CLIENTS[service])
    ask: Callable[..., Answer] = made().ask
    return ask


def pages_of(ask: Callable[[Call], Answer], call: Call) -> Iterator[Answer]:
    """An answer and what follows it: a page says in `Next` what to ask for the one after it."""
    asked: list[Params] = []
    params: Params | None = call.params
    while params is not None:
        if params in asked:
            raise ReadFailed("RepeatedPage", f"{call.action} gave the same page twice")
        asked.append(params)
        answer = ask(Call(call.action, params))
        yield answer
        params = answer.get("Next")
