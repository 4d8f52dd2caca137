"""What several checks ask of a certificate that a host serves."""

from __future__ import annotations

from collections.abc import Iterable


def covers(names: Iterable[str], host: str) -> bool:
    """Is it for this host? A star stands for one whole label, the first: RFC 6125."""
    _, _, above = host.partition(".")
    return bool({host, f"*.{above}"} & {one.lower().rstrip(".") for one in names})
