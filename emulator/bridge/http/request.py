"""An HTTP request to AWS as it came in: whom it was signed for, and its parts, not yet understood."""

from dataclasses import dataclass


@dataclass
class HttpRequest:
    """One signed request."""

    service: str  # the signing name
    region: str
    account: str
    access_key: str
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
