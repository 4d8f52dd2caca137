"""Roads beside AWS: how a source asks somebody else. Each has failures and a pace of its own."""

from __future__ import annotations

from collections.abc import Callable

from steadyhand.model import Answer, Params


def road(service: str) -> Callable[[Params], Answer]:
    """The way to who is not AWS, by the service that a call names."""
    if service != "tls":
        raise LookupError(f"there is no road to {service}")
    from steadyhand.roads.tls import Tls  # noqa: PLC0415 - only who asks a host needs ssl

    return Tls().ask
