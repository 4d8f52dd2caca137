"""What an HTTP request asked for, in the API's own words: read with botocore's service models.

The reverse of a client: from path, query, headers and body back to the operation and its parameters.
"""

import functools
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import botocore.loaders
import botocore.model
import botocore.parsers
from botocore.exceptions import UnknownServiceError

from . import parameters

# A request is signed for a signing name; these differ from the name of the model that describes it.
SIGNED_AS = {
    "apigateway": ("apigateway", "apigatewayv2"),
    "elasticfilesystem": ("efs",),
    "elasticloadbalancing": ("elbv2", "elb"),
    "elasticmapreduce": ("emr",),
    "es": ("opensearch",),
    "monitoring": ("cloudwatch",),
    "s3": ("s3", "s3control"),
    "ses": ("sesv2", "ses"),
    "states": ("stepfunctions",),
    "tagging": ("resourcegroupstaggingapi",),
}
LOADER = botocore.loaders.Loader()


@functools.cache
def model(name: str) -> botocore.model.ServiceModel | None:
    """The service model of that name, None where botocore has none."""
    try:
        return botocore.model.ServiceModel(LOADER.load_service_model(name, "service-2"), name)
    except UnknownServiceError:
        return None


@dataclass
class Call:
    """One request and its answer."""

    service: str  # the signing name
    region: str
    account: str
    access_key: str
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    status: int
    answer_headers: dict[str, str]
    answer: bytes
    client: str

    @functools.cached_property
    def operation(self) -> botocore.model.OperationModel | None:
        """What was asked for, None where no model knows it."""
        return _operation(self)

    @functools.cached_property
    def params(self) -> dict[str, Any]:
        """The parameters as the API spells them."""
        return parameters.read(self) if self.operation else {}

    @functools.cached_property
    def result(self) -> dict[str, Any]:
        """The answer as the API spells it; has `Error` where the call failed."""
        protocol = self.operation.service_model.resolved_protocol
        shape = self.operation.output_shape
        raw = {"status_code": self.status, "headers": self.answer_headers, "body": self.answer}
        if self.operation.has_streaming_output:
            return {}
        if self.status < 300 and shape is None:
            return {}
        return botocore.parsers.create_parser(protocol).parse(raw, shape)

    @property
    def protocol(self) -> str:
        """How the operation is written down."""
        return self.operation.service_model.resolved_protocol

    def named_in_path(self) -> dict[str, str]:
        """The parameters that the path holds, still quoted."""
        routes = _routes(self.operation.service_model.service_name)
        pattern = next(r[1] for r in routes if r[3] == self.operation.name)
        found = pattern.match(self.path).groupdict()
        return {bytes.fromhex(name[1:]).decode(): value for name, value in found.items()}

    @property
    def failed(self) -> bool:
        """Whether AWS refused."""
        return self.status >= 300


def _operation(call: Call) -> botocore.model.OperationModel | None:
    name, version = _named(call), _version(call)
    for candidate in SIGNED_AS.get(call.service, (call.service,)):
        described = model(candidate)
        if described is None or version not in (None, described.api_version):
            continue
        if name is not None:
            if name in described.operation_names:
                return described.operation_model(name)
        elif found := _routed(candidate, call):
            return described.operation_model(found)
    return None


def _named(call: Call) -> str | None:
    """The operation a request names outright; None where its path decides."""
    if target := call.headers.get("x-amz-target"):
        return target.rsplit(".", 1)[-1]
    if action := call.query.get("Action"):
        return action[0]
    if call.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return parse_qs(call.body.decode("utf-8", "replace")).get("Action", [""])[0]
    if rpc := re.match(r"/service/[^/]+/operation/(\w+)", call.path):
        return rpc[1]
    return None


def _version(call: Call) -> str | None:
    """The API version a form names: classic load balancers differ from newer ones by nothing else."""
    if "Version" in call.query:
        return call.query["Version"][0]
    if call.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return parse_qs(call.body.decode("utf-8", "replace")).get("Version", [None])[0]
    return None


@functools.cache
def _routes(name: str) -> list[tuple[str, re.Pattern[str], dict[str, str], str]]:
    """Method, path, needed query and name of each operation, the most particular first."""
    routes = []
    described = model(name)
    for operation in described.operation_names:
        http = described.operation_model(operation).http
        path, _, needed = http["requestUri"].partition("?")
        pattern = ""
        for part in re.split(r"(\{[^}]+\})", path.rstrip("/")):
            if part.startswith("{"):
                greedy = part.endswith("+}")
                pattern += (
                    f"(?P<_{part[1:-1].rstrip('+').encode().hex()}>{'.+' if greedy else '[^/]+'})"
                )
            else:
                pattern += re.escape(part)
        query = dict(pair.partition("=")[::2] for pair in needed.split("&") if pair)
        routes.append((http["method"], re.compile(pattern + "/?$"), query, operation))
    return sorted(
        routes, key=lambda r: (-len(r[2]), r[1].pattern.count("(?P<"), -len(r[1].pattern))
    )


def _routed(name: str, call: Call) -> str | None:
    for method, pattern, needed, operation in _routes(name):
        if method != call.method or not pattern.match(call.path):
            continue
        said = all(k in call.query and v in ("", call.query[k][0]) for k, v in needed.items())
        if said and _header_decides(name, operation, call):
            return operation
    return None


def _header_decides(name: str, operation: str, call: Call) -> bool:
    """A copy is a put with a source in a header; an upload of a part has a number."""
    if name != "s3":
        return True
    copy = "x-amz-copy-source" in call.headers
    if operation in ("CopyObject", "UploadPartCopy"):
        return copy
    if operation in ("PutObject", "UploadPart"):
        return not copy and ("uploadId" in call.query) == (operation == "UploadPart")
    return True
