"""What goes over a client's wire: the last exchange, requests that are ready to be sent, what answers must hold."""
# ruff: noqa: SLF001 - botocore calls these parts private; the fast path proves each use of them

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from threading import local
from typing import Any, NamedTuple

from botocore.awsrequest import AWSRequestPreparer

BODIES: Any = AWSRequestPreparer()
ACCOUNTS_HOST = re.compile(r"^(https?://)\d{12}\.")
WITHOUT_BODY = ("GET", "HEAD", "OPTIONS")

ALWAYS_WRITTEN = frozenset(
    {
        *("DescribeAlarmHistory", "DescribeAlarms", "DescribeCertificate"),
        *("DescribeCluster", "DescribeConfigurationRecorderStatus"),
        *("DescribeContinuousBackups", "DescribeInstanceInformation", "DescribeKey"),
        *("DescribeLogGroups", "DescribeParameters", "DescribeServices", "DescribeTable"),
        *("DescribeTaskDefinition", "DescribeTrails", "FilterLogEvents", "GetCostAndUsage"),
        *("GetMetricData", "GetResources", "ListAliases", "ListBackupJobs", "ListBuckets"),
        *("ListCertificates", "ListClusters", "ListEventSourceMappings", "ListFunctions"),
        *("ListKeys", "ListRules", "ListSecrets", "ListServices", "ListTables"),
        *("ListTaskDefinitionFamilies", "ListVersionsByFunction"),
    }
)
"""Reads in JSON and REST whose list AWS writes even where it is empty. Others leave it out, as SQS does."""


class Wire(local):
    """A client's HTTP session. It keeps the last exchange; `given` answers the next in advance."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.sent: Any = None
        self.got: Any = None
        self.given: Any = None

    def send(self, request: Any) -> Any:
        """What botocore calls to send."""
        given, self.given = self.given, None
        if isinstance(given, Exception):
            raise given
        self.sent, self.got = request, given or self.session.send(request)
        return self.got

    def close(self) -> None:
        """Let all connections go."""
        self.session._manager.connection_from_url.cache_clear()
        self.session.close()


class SignedRequest:
    """A request, to be signed and sent: botocore's own copies and converts at every turn."""

    stream_output = False

    def __init__(self, said: Mapping[str, Any]) -> None:
        self.method, self.url, self.context = said["method"], said["url"], said["context"]
        self.headers: dict[str, Any] = said["headers"]
        self.params: Mapping[str, str] = {}
        self.data = said["body"]
        body = BODIES._prepare_body(self)
        self.body = body.encode() if isinstance(body, str) else body


class Destination(NamedTuple):
    """Where calls go (`top` is the address of "/"), what they say besides, how they are signed."""

    url: str
    top: str
    host: str
    headers: Mapping[str, str]
    signing: tuple[str, str, str]


def to_one_host(request: Any, **_: Any) -> None:
    """S3 Control has a host for each account; an endpoint of one's own has one host for all."""
    if "s3-control" not in request.url:
        request.url = ACCOUNTS_HOST.sub(r"\1", request.url)


@lru_cache
def answered_with(operation: str, shape: Any) -> tuple[frozenset[str], frozenset[str]]:
    """What an answer must hold, and of what it must hold something: itself, or a token of more pages.

    A list has one member that is a list; what is asked for one thing may say any part of it.
    """
    if shape.serialization.get("payload") or not operation.startswith(("Describe", "Get", "List")):
        return frozenset(), frozenset()
    members = shape.members.items()
    kinds = {name: one.type_name for name, one in members if "location" not in one.serialization}
    large = {name for name, kind in kinds.items() if kind in ("list", "map", "structure")}
    lists = {name for name in large if kinds[name] == "list"}
    pages = {name for name in kinds if name.lower().endswith(("token", "marker"))}
    must = frozenset(large & set(shape.required_members))
    if operation.startswith("List") and len(lists) == 1:
        return must, frozenset(lists | pages)
    whole = set(kinds) == large | pages
    return must, frozenset(large | pages if whole else kinds if large else ())
