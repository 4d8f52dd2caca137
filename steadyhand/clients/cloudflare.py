"""The client of Cloudflare's API v4: what it answers is in an envelope that says whether it is one.

Sources: developers.cloudflare.com/fundamentals/api/how-to/make-api-calls,
developers.cloudflare.com/fundamentals/api/reference/limits (1,200 questions in five minutes a user).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from steadyhand.clients.https import Reply
from steadyhand.clients.rest import Rest
from steadyhand.model import Answer, ReadFailed

QUOTA = re.compile(r";\s*r=(\d{1,9})\s*;\s*t=(\d{1,9})")
PAGE = re.compile(r"[?&]page=\d+")


@dataclass(kw_only=True)
class Cloudflare(Rest):
    """Zones and what is set in them."""

    called: ClassVar[str] = "Cloudflare"
    spare: ClassVar[int] = 50
    origin: str = "https://api.cloudflare.com/client/v4"

    def authorised(self, token: str) -> Mapping[str, str]:
        """An API token, never the key of an account."""
        return {"Authorization": f"Bearer {token}"}

    def page(self, path: str, said: Reply, body: Any) -> Answer:
        """A list tells how many pages it has; one that does not is not taken for whole.

        Zones that a token is not for are left out, so no zone at all says that it shows nothing.
        """
        del said
        if not isinstance(body, dict) or body.get("success") is not True:
            raise self.malformed()
        result, told = body.get("result"), body.get("result_info")
        if isinstance(result, dict):
            return {"result": result}
        here, pages = (
            (told.get("page"), told.get("total_pages")) if isinstance(told, dict) else (None, None)
        )
        if not isinstance(result, list) or type(here) is not int or type(pages) is not int:
            raise self.malformed()
        if not result and path.partition("?")[0] == "/zones":
            raise ReadFailed("TokenTooNarrow", "Cloudflare shows this token no zone")
        if here >= pages:
            return {"result": result}
        plain = PAGE.sub("", path)
        more = f"{plain}{'&' if '?' in plain else '?'}page={here + 1}"
        return {"result": result, "Next": {"Path": more}}

    def left(self, head: Mapping[str, str]) -> tuple[float, float] | None:
        """`Ratelimit: "default";r=50;t=30`, of several the one with least left."""
        found = [(float(r), float(t)) for r, t in QUOTA.findall(head.get("ratelimit", ""))]
        return min(found, default=None)
