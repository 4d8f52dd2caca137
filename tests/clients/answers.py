"""What somebody who is not AWS may answer, as `steadyhand/clients/tls.py` says it, made up."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from tests.defuse import NOW


def made_up(dice: random.Random, params: Any) -> dict[str, Any]:
    """A handshake that may have gone so."""
    host = str(params["Host"])

    def certificate(name: str, issuer: str) -> dict[str, Any]:
        end = NOW + timedelta(days=dice.choice((-400, -1, 0, 3, 14, 90, 3000)))
        names = dice.choice(([host], [], ["*.example.com", "other.example.net"], ["\x00"]))
        begin = end - timedelta(days=90)
        return {
            "Subject": name,
            "Issuer": issuer,
            "Names": names,
            "NotBefore": begin,
            "NotAfter": end,
        }

    chain = [
        certificate(f"commonName={n}", f"commonName={n + 1}") for n in range(dice.randrange(4))
    ]
    return {
        "Host": host,
        "Address": "198.51.100.1",
        "Protocol": dice.choice(("TLSv1.3", "TLSv1.2", "TLSv1", "")),
        "Chain": chain,
        "Trust": dice.choice(("whole", "stops", "")),
    }
