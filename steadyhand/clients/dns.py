"""The client of the DNS: is a name there, as the world's resolvers say?"""

from __future__ import annotations

from dataclasses import dataclass

from steadyhand.clients.addresses import Resolve, addresses_of, resolved
from steadyhand.model import Answer, Params, ReadFailed


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
        return {"Host": host, "Addresses": []}
