"""What somebody who is not AWS may answer, as the clients in `steadyhand/clients` say it, made up."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from tests.verbs import NOW


def handshake(dice: random.Random, params: Any) -> dict[str, Any]:
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


def registration(dice: random.Random, params: Any) -> dict[str, Any]:
    """What a registry may say of a domain."""
    words = ("active", "client hold", "redemption period", "pending delete", "?")
    end = NOW + timedelta(days=dice.choice((-400, -1, 0, 3, 25, 90, 3000)))
    return {
        "Name": params["Name"],
        "Expires": dice.choice((end, None)),
        "Status": dice.sample(words, dice.randrange(3)),
    }


def lookup(dice: random.Random, params: Any) -> dict[str, Any]:
    """Where a name may lead."""
    found = ["198.51.100.1", "2001:db8::1"]
    return {"Host": params["Host"], "Addresses": found[: dice.randrange(3)]}


def head(dice: random.Random, _: Any) -> dict[str, Any]:
    """How a host may answer."""
    return {"Status": dice.choice((200, 301, 403, 404, 500))}


ZONE = "0" * 31


def cloudflare(dice: random.Random, params: Any) -> dict[str, Any]:
    """A page of Cloudflare's, by its path."""
    path = str(params["Path"])
    if path.startswith("/zones?"):
        status = ("active", "active", "pending")
        zones = [
            {"id": f"{ZONE}{n}", "name": f"z{n}.example.com", "status": dice.choice(status)}
            for n in range(dice.randrange(3))
        ]
        return {"result": zones}
    if path.endswith("/settings/ssl"):
        return {"result": {"value": dice.choice(("off", "flexible", "full", "strict", "?", None))}}
    content = ("web.example.net", "198.51.100.1", "8.8.8.8", "", "a.pages.dev")
    records = [
        {
            "name": dice.choice(("shop.example.com", "*.example.com", "\x00")),
            "type": dice.choice(("A", "CNAME")),
            "content": dice.choice(content),
            "proxied": dice.choice((True, True, False)),
        }
        for _ in range(dice.randrange(3))
    ]
    return {"result": records}


def somebody(dice: random.Random, _: Any) -> dict[str, Any]:
    """An account at GitHub, or a group at GitLab, that may be there."""
    said = ({"login": "acme", "exists": True}, {"exists": False}, {})
    return {"result": dice.choice(said)}


MADE_UP: Mapping[str, Callable[[random.Random, Any], dict[str, Any]]] = {
    "cloudflare:Get": cloudflare,
    "dns:Addresses": lookup,
    "github:Get": somebody,
    "gitlab:Get": somebody,
    "https:Head": head,
    "rdap:Domain": registration,
    "tls:Handshake": handshake,
}
