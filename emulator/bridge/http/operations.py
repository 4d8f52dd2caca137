"""Which operation an HTTP request asks for: found with botocore's service models.

The reverse of a client: from path, query, headers and body back to the operation.
"""

import functools
import re
from urllib.parse import parse_qs

import botocore.loaders
import botocore.model
from botocore.exceptions import UnknownServiceError

from .request import HttpRequest

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
S3_CONTROL = "/v20180820/"
LOADER = botocore.loaders.Loader()


@functools.cache
def model(name: str) -> botocore.model.ServiceModel | None:
    """The service model of that name, None where botocore has none."""
    try:
        return botocore.model.ServiceModel(LOADER.load_service_model(name, "service-2"), name)
    except UnknownServiceError:
        return None


def find(request: HttpRequest) -> botocore.model.OperationModel | None:
    """The operation that is asked for, None where no model knows it."""
    name, version = _named(request), _version(request)
    candidates = SIGNED_AS.get(request.service, (request.service,))
    if request.path.startswith(S3_CONTROL):  # else it would name a bucket
        candidates = ("s3control",)
    for candidate in candidates:
        described = model(candidate)
        if described is None or version not in (None, described.api_version):
            continue
        if name is not None:
            if name in described.operation_names:
                return described.operation_model(name)
        elif found := _routed(candidate, request):
            return described.operation_model(found)
    return None


def named_in_path(request: HttpRequest, operation: botocore.model.OperationModel) -> dict[str, str]:
    """The parameters that the path holds, still quoted."""
    routes = _routes(operation.service_model.service_name)
    pattern = next(route[1] for route in routes if route[3] == operation.name)
    found = pattern.match(request.path).groupdict()
    return {bytes.fromhex(name[1:]).decode(): value for name, value in found.items()}


def _named(request: HttpRequest) -> str | None:
    """The operation a request names outright; None where its path decides."""
    if target := request.headers.get("x-amz-target"):
        return target.rsplit(".", 1)[-1]
    if action := request.query.get("Action"):
        return action[0]
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return parse_qs(request.body.decode("utf-8", "replace")).get("Action", [""])[0]
    if rpc := re.match(r"/service/[^/]+/operation/(\w+)", request.path):
        return rpc[1]
    return None


def _version(request: HttpRequest) -> str | None:
    """The API version a form names: classic load balancers differ from newer ones by nothing else."""
    if "Version" in request.query:
        return request.query["Version"][0]
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return parse_qs(request.body.decode("utf-8", "replace")).get("Version", [None])[0]
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


def _routed(name: str, request: HttpRequest) -> str | None:
    for method, pattern, needed, operation in _routes(name):
        if method != request.method or not pattern.match(request.path):
            continue
        said = all(k in request.query and v in ("", request.query[k][0]) for k, v in needed.items())
        if said and _header_decides(name, operation, request):
            return operation
    return None


def _header_decides(name: str, operation: str, request: HttpRequest) -> bool:
    """A copy is a put with a source in a header; an upload of a part has a number."""
    if name != "s3":
        return True
    copy = "x-amz-copy-source" in request.headers
    if operation in ("CopyObject", "UploadPartCopy"):
        return copy
    if operation in ("PutObject", "UploadPart"):
        return not copy and ("uploadId" in request.query) == (operation == "UploadPart")
    return True
