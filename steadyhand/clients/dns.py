"""The client of the DNS: is a name there, as the world's resolvers say?

That a name is not there is believed only of a resolver that finds one which always is: a network that
lets out nothing answers the same to every question.
"""

from __future__ import annotations

from dataclasses import dataclass

from steadyhand.clients.addresses import Resolve, addresses_of, resolved
from steadyhand.model import Answer, Params, ReadFailed

ALWAYS_THERE = "sts.amazonaws.com"
"""The oldest endpoint of STS: docs.aws.amazon.com/general/latest/gr/sts.html"""


@dataclass(frozen=True, kw_only=True)
class Dns:
    """How names are asked. `resolve` is another in tests alone."""

    resolve: Resolve = addresses_of

    def ask(self, params: Params) -> Answer:
        """`Host`, and its `Addresses`: none where the name is not there."""
        host = str(params["Host"])
        try:
            return {"Host": host, "Addresses": resolved(host, 443, self.resolve)}
        except ReadFailed as failed:
            if failed.code != "NoSuchName":
                raise
        try:
            resolved(ALWAYS_THERE, 443, self.resolve)
        except ReadFailed as failed:
            raise ReadFailed("NoResolver", f"no resolver knows of {host}, nor of AWS") from failed
        return {"Host": host, "Addresses": []}
