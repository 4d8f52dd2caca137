"""Connections to GitHub that follow nobody anywhere: an answer is taken from where it was asked."""

from __future__ import annotations

from typing import Any

from github.Requester import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass

MOVED = frozenset({301, 302, 303, 307, 308})
"""An answer that points elsewhere: a repository that was renamed, an issue that was transferred
(https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api).
What is there may be a stranger's, and a query is lost on the way: so it is never followed."""


class Redirected(Exception):
    """The answer points to another address."""

    def __init__(self, status: int, location: str) -> None:
        super().__init__(f"{status} to {location}")
        self.status = status


class PlainConnection(HTTPRequestsConnectionClass):
    """A connection that follows nobody anywhere."""

    def getresponse(self) -> Any:
        """The answer, unless it points elsewhere."""
        return staying(super().getresponse())


class SafeConnection(HTTPSRequestsConnectionClass):
    """The same over TLS."""

    def getresponse(self) -> Any:
        """The answer, unless it points elsewhere."""
        return staying(super().getresponse())


def staying(response: Any) -> Any:
    """An answer from where it was asked."""
    if response.status in MOVED:
        headers = {name.lower(): value for name, value in response.getheaders()}
        raise Redirected(response.status, headers.get("location", ""))
    return response
