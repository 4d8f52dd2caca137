"""One HTTP request to AWS: which service, region and action it means, and in which protocol."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple
from urllib.parse import parse_qs

SCOPE = re.compile(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/aws4_request")
ACTION = re.compile(r"(?:^|&)Action=([A-Za-z0-9]+)")
READS = (
    *("List", "Get", "Describe", "Head", "Search", "BatchGet", "Lookup", "Filter"),
    *("Query", "Scan", "GenerateCredentialReport", "Simulate", "Assume"),
)
VERBS = {"GET": "Get", "HEAD": "Head", "PUT": "Put", "DELETE": "Delete", "POST": "Post"}
NOT_A_SUBRESOURCE = ("x-", "list-type", "max-", "prefix", "encoding")


class Wire(NamedTuple):
    """A request as it came."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


class ApiRequest:
    """What a request means. Names are AWS's where the protocol says them, else verb and shape."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        scope = SCOPE.search(wire.headers.get("authorization", ""))
        self.region, self.service = scope.groups() if scope else ("?", "?")

    @cached_property
    def protocol(self) -> str:
        """One of "cbor", "json", "ec2", "query", "s3", "rest-json" and "rest-xml"."""
        if self.wire.headers.get("smithy-protocol"):
            return "cbor"
        if self.wire.headers.get("x-amz-target"):
            return "json"
        if self.form:
            return "ec2" if self.service == "ec2" else "query"
        if self.service in ("s3", "route53", "cloudfront"):
            return "s3" if self.service == "s3" else "rest-xml"
        return "rest-json"

    @cached_property
    def form(self) -> str:
        """The action that a form or a query string names, or nothing."""
        kind = self.wire.headers.get("content-type", "")
        if kind.startswith("application/x-www-form-urlencoded"):
            found = ACTION.search(self.wire.body.decode("latin-1"))
        else:
            found = ACTION.search(self.wire.query)
        return found.group(1) if found else ""

    @cached_property
    def action(self) -> str:
        """What is asked for."""
        if self.protocol == "cbor":
            return self.wire.path.rpartition("/")[2]
        if self.protocol == "json":
            return self.wire.headers["x-amz-target"].rpartition(".")[2]
        return self.form or self.rest

    @property
    def rest(self) -> str:
        """Verb and shape of a REST call, the names of buckets and functions folded away."""
        parts = [part for part in self.wire.path.split("/") if part]
        verb = VERBS.get(self.wire.method, self.wire.method)
        if self.protocol != "s3":
            shape = (part if n < 2 or n % 2 else "*" for n, part in enumerate(parts))
            return f"{verb} /{'/'.join(shape)}"
        if not parts:
            return "ListBuckets"
        asked = parse_qs(self.wire.query, keep_blank_values=True)
        sub = [name for name in asked if not name.startswith(NOT_A_SUBRESOURCE)]
        return f"{verb}{'Object' if parts[1:] else 'Bucket'}{'?' + sub[0] if sub else ''}"

    @property
    def name(self) -> str:
        """Service and action: "ec2:DescribeVolumes"."""
        return f"{self.service}:{self.action}"

    @property
    def is_read(self) -> bool:
        """It changes nothing, so its answer may be remembered."""
        return self.action.startswith(READS)

    @property
    def memory(self) -> tuple[str | bytes, ...]:
        """Two requests with the same one get the same answer, as long as nothing is written."""
        wire = self.wire
        target = wire.headers.get("x-amz-target", "")
        return (wire.method, wire.path, wire.query, self.service, self.region, target, wire.body)
