"""Clients of who is not AWS, for sources that ask somebody else. Each has failures and a pace of its own."""

from __future__ import annotations

from collections.abc import Callable

from steadyhand.model import Answer, Params


def client_of(service: str) -> Callable[[Params], Answer]:
    """The way to who is not AWS, by the service that a call names."""
    if service != "tls":
        raise LookupError(f"there is no client of {service}")
    from steadyhand.clients.tls import Tls  # noqa: PLC0415 - only who asks a host needs ssl

    return Tls().ask
