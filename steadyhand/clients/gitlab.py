"""The client of GitLab.com's REST API: what a token of the owner's shows of projects.

Sources: docs.gitlab.com/api/rest (pages by `Link`, at most 100 items), docs.gitlab.com/security/rate_limits (2,000
questions a minute a user; the head says what is left).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from steadyhand.clients.https import Reply
from steadyhand.clients.rest import Rest, linked, number
from steadyhand.model import Answer


@dataclass(kw_only=True)
class GitLab(Rest):
    """gitlab.com alone."""

    called: ClassVar[str] = "GitLab"
    spare: ClassVar[int] = 10
    origin: str = "https://gitlab.com/api/v4"

    def authorised(self, token: str) -> Mapping[str, str]:
        """A personal, group or project access token."""
        return {"PRIVATE-TOKEN": token}

    def page(self, path: str, said: Reply, body: Any) -> Answer:
        """A list or an object."""
        del path
        if not isinstance(body, dict | list):
            raise self.malformed()
        return {"result": body, **linked(said, self.origin)}

    def left(self, head: Mapping[str, str]) -> tuple[float, float] | None:
        """Its reset is a time, in seconds since 1970."""
        count, reset = number(head.get("ratelimit-remaining")), number(head.get("ratelimit-reset"))
        return None if count is None or reset is None else (count, reset - self.clock())
