"""The client of RDAP: until when a domain is registered, as its registry tells the world (RFC 9082, RFC 9083).

IANA says which registry answers for a top-level domain (RFC 9224). Not every registry does, and not every one
tells a date: then that is what is said, and nothing is made up.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from steadyhand.clients.https import Https
from steadyhand.model import Answer, Params, ReadFailed

BOOTSTRAP = "https://data.iana.org/rdap/dns.json"

FRESH = 86_400.0
"""Seconds for which IANA's list is kept by one process."""

HOPS = 4
"""Redirections that are followed: a registry may send on to its registrar."""

KINDS = "application/rdap+json, application/json"
STATUS = re.compile(r"[a-z ]{1,60}")


@dataclass(kw_only=True)
class Rdap:
    """How registries are asked. `https` and `bootstrap` are others in tests alone."""

    https: Https = field(default_factory=Https)
    bootstrap: str = BOOTSTRAP
    lock: Lock = field(default_factory=Lock)
    kept: tuple[float, Mapping[str, str]] = (0.0, {})

    def ask(self, params: Params) -> Answer:
        """`Name`, `Expires` (None where the registry tells no date) and `Status`, the words of RFC 8056."""
        name = str(params["Name"])
        said = self.read(f"{self.registry_of(name)}domain/{name}", name)
        events = listed(said.get("events"))
        ends = [
            moment(one.get("eventDate"))
            for one in events
            if isinstance(one, Mapping) and one.get("eventAction") == "expiration"
        ]
        words = (str(one).lower() for one in listed(said.get("status")))
        return {
            "Name": name,
            "Expires": next((one for one in ends if one), None),
            "Status": sorted({one for one in words if STATUS.fullmatch(one)}),
        }

    def registry_of(self, name: str) -> str:
        """Where the registry of a name answers: the longest entry that its labels end with."""
        labels = name.split(".")
        known = self.registries()
        for at in range(len(labels)):
            if url := known.get(".".join(labels[at:])):
                return url
        raise ReadFailed("NoRegistry", f"the registry of .{labels[-1]} answers no RDAP")

    def registries(self) -> Mapping[str, str]:
        """IANA's list, by top-level domain: one address of HTTPS each."""
        with self.lock:
            read, known = self.kept
            if not known or time.monotonic() - read > FRESH:
                known = registries(self.read(self.bootstrap, "IANA's list of registries"))
                self.kept = time.monotonic(), known
            return known

    def read(self, url: str, what: str) -> Mapping[str, Any]:
        """One JSON object, wherever it was moved to; `what` is how people call it."""
        for _ in range(HOPS):
            reply = self.https.get(url, accept=KINDS)
            if reply.status in {301, 302, 303, 307, 308}:
                url = reply.location
                continue
            if reply.status == 404:
                raise ReadFailed("NotRegistered", f"the registry does not know {what}")
            if reply.status == 429:
                raise ReadFailed("Throttled", f"the registry was asked for {what} too often")
            if reply.status != 200:
                raise ReadFailed("NoAnswer", f"{what}: the registry answered {reply.status}")
            return as_object(reply.body, what)
        raise ReadFailed("NoAnswer", f"{what}: the registry sends from one place to the next")


def as_object(body: bytes, what: str) -> Mapping[str, Any]:
    """A JSON object."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ReadFailed("NoAnswer", f"{what}: what the registry answers is no JSON") from error
    if not isinstance(said, dict):
        raise ReadFailed("NoAnswer", f"{what}: what the registry answers is no object")
    return said


def registries(said: Mapping[str, Any]) -> Mapping[str, str]:
    """IANA's list as it is written: pairs of top-level domains and addresses (RFC 9224, section 4)."""
    found: dict[str, str] = {}
    for service in listed(said.get("services")):
        if len(pair := listed(service)) != 2:
            continue
        urls = [str(url) for url in listed(pair[1]) if str(url).startswith("https://")]
        for name in listed(pair[0]) if urls else ():
            found[str(name).lower()] = urls[0].rstrip("/") + "/"
    if not found:
        raise ReadFailed("NoAnswer", "IANA's list of registries cannot be read")
    return found


def listed(said: Any) -> list[Any]:
    """A list, or what stands for none."""
    return said if isinstance(said, list) else []


def moment(said: Any) -> datetime | None:
    """A time of RFC 3339; None where it is none."""
    try:
        found = datetime.fromisoformat(str(said))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
