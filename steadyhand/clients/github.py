"""The client of GitHub's REST API: what a token of the owner's shows of repositories.

Sources: docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api (5,000 questions an hour; too many
at once are refused with 403 or 429), docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from steadyhand.clients.https import Reply
from steadyhand.clients.rest import Rest, linked, number
from steadyhand.model import Answer

VERSION = "2022-11-28"


@dataclass(kw_only=True)
class GitHub(Rest):
    """github.com alone."""

    called: ClassVar[str] = "GitHub"
    accept: ClassVar[str] = "application/vnd.github+json"
    spare: ClassVar[int] = 100
    origin: str = "https://api.github.com"

    def authorised(self, token: str) -> Mapping[str, str]:
        """A fine-grained or a classic personal access token."""
        return {"Authorization": f"Bearer {token}", "X-GitHub-Api-Version": VERSION}

    def page(self, path: str, said: Reply, body: Any) -> Answer:
        """A list or an object; `Scopes` of a classic token, which others do not have."""
        del path
        if not isinstance(body, dict | list):
            raise self.malformed()
        scopes = said.head.get("x-oauth-scopes")
        told = (
            {"Scopes": [one.strip() for one in scopes.split(",") if one.strip()]} if scopes else {}
        )
        return {"result": body, **told, **linked(said, self.origin)}

    def is_too_often(self, said: Reply) -> bool:
        """A refusal is a limit where nothing is left, or where it says when to come again."""
        head = said.head
        limited = "retry-after" in head or number(head.get("x-ratelimit-remaining")) == 0
        return said.status == 429 or (said.status == 403 and limited)

    def left(self, head: Mapping[str, str]) -> tuple[float, float] | None:
        """Its reset is a time, in seconds since 1970."""
        count, reset = (
            number(head.get("x-ratelimit-remaining")),
            number(head.get("x-ratelimit-reset")),
        )
        return None if count is None or reset is None else (count, reset - self.clock())
