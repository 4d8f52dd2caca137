"""Access keys remember when they were used last; ministack says never, in the credential report too."""

import time
from typing import Any

from ministack.services import iam

from ..http.answers import RefusedError, answer
from ..http.call import Call

_used: dict[str, tuple[float, str, str]] = {}


def install() -> None:
    """Write the last use into the credential report."""
    built = iam._build_credential_report

    def build() -> str:
        head, *rows = built().split("\n")
        return "\n".join([head, *(_with_use(row) for row in rows)])

    iam._build_credential_report = build


def watch(call: Call) -> None:
    """Remember that a key was used."""
    if iam._access_keys.get(call.access_key) is not None:
        _used[call.access_key] = (time.time(), call.region, call.service)


def _with_use(row: str) -> str:
    cells = row.split(",")
    keys = sorted(
        (k for k in iam._access_keys.values() if k["UserName"] == cells[0]),
        key=lambda k: k.get("CreateDate", ""),
    )
    for key, column in zip(keys, (10, 15), strict=False):
        if used := _used.get(key["AccessKeyId"]):
            when, region, service = used
            cells[column : column + 3] = [
                time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(when)),
                region,
                service,
            ]
    return ",".join(cells)


@answer("iam", "GetAccessKeyLastUsed")
def last_used(params: dict[str, Any]) -> dict[str, Any]:
    """GetAccessKeyLastUsed."""
    key = iam._access_keys.get(params["AccessKeyId"])
    if key is None:
        message = f"The Access Key with id {params['AccessKeyId']} cannot be found."
        raise RefusedError("NoSuchEntity", message, 404)
    used = {"Region": "N/A", "ServiceName": "N/A"}
    if found := _used.get(params["AccessKeyId"]):
        used = {"LastUsedDate": found[0], "Region": found[1], "ServiceName": found[2]}
    return {"UserName": key["UserName"], "AccessKeyLastUsed": used}


@answer("iam", "ListServerCertificates")
def server_certificates(_params: dict[str, Any]) -> dict[str, Any]:
    """ListServerCertificates: none can be uploaded here."""
    return {"ServerCertificateMetadataList": [], "IsTruncated": False}
