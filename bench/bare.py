"""The floor: the same facts with the fewest calls, without an SDK.

A yardstick, not a product: it knows no retries, no credentials but two variables, no TLS and one
region. It prints how many calls it made and what it found, by kind, as JSON.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import http.client
import io
import json
import os
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

HOST = os.environ["AWS_ENDPOINT_URL"].partition("//")[2]
KEY, SECRET = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
REGION = os.environ["AWS_REGION"]
FORM = "application/x-www-form-urlencoded; charset=utf-8"
SOON = time.time() + 30 * 86400
WORKERS = 16

calls: Counter[str] = Counter()
mine = threading.local()
counting = threading.Lock()


def sealed(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signed(
    service: str, method: str, target: str, body: bytes, headers: dict[str, str]
) -> dict[str, str]:
    """The headers of a request, with its signature."""
    path, _, query = target.partition("?")
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    scope = f"{now[:8]}/{REGION}/{service}/aws4_request"
    digest = hashlib.sha256(body).hexdigest()
    headers = {"host": HOST, "x-amz-date": now, "x-amz-content-sha256": digest} | headers
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = f"{method}\n{path}\n{query}\n{lines}\n{names}\n{digest}"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    key = f"AWS4{SECRET}".encode()
    for part in (*scope.split("/"), f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashed}"):
        key = sealed(key, part)
    said = f"Credential={KEY}/{scope}, SignedHeaders={names}, Signature={key.hex()}"
    return headers | {"authorization": f"AWS4-HMAC-SHA256 {said}"}


def send(
    service: str,
    method: str = "POST",
    path: str = "/",
    query: str = "",
    body: bytes = b"",
    **headers: str,
) -> bytes:
    """One call, over this thread's connection."""
    if not hasattr(mine, "connection"):
        mine.connection = http.client.HTTPConnection(HOST)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    target = path + ("?" + query if query else "")
    mine.connection.request(
        method, target, body or None, signed(service, method, target, body, named)
    )
    answer: bytes = mine.connection.getresponse().read()
    with counting:
        calls[service] += 1
    return answer


def form(service: str, version: str, action: str, **params: Any) -> str:
    """The XML that answers a form."""
    said = {"Action": action, "Version": version} | {
        name.replace("__", "."): value for name, value in params.items() if value
    }
    return send(service, body=urlencode(said).encode(), content_type=FORM).decode()


def target(service: str, name: str, **params: Any) -> Any:
    """The object that answers a JSON call."""
    said = {key: value for key, value in params.items() if value}
    body = json.dumps(said).encode()
    kind = "application/x-amz-json-1.1"
    return json.loads(send(service, body=body, content_type=kind, x_amz_target=name))


def ec2(action: str, items: str, **params: Any) -> Iterator[Any]:
    """The items of every page of one of EC2's lists."""
    token: str | None = ""
    while token is not None:
        text = form("ec2", "2016-11-15", action, NextToken=token, **params)
        root = ET.fromstring(re.sub(r' xmlns="[^"]+"', "", text, count=1))
        yield from root.find(items) or ()
        token = root.findtext("nextToken") or None


# One family of facts each: yields kinds, or pairs of what to do for each item.

More = tuple[Callable[[str], Iterator[str]], str]


def groups() -> Iterator[str]:
    for group in ec2("DescribeSecurityGroups", "securityGroupInfo", MaxResults=1000):
        kinds = set()
        for permission in group.find("ipPermissions"):
            ranges = {entry.text for entry in permission.iter() if entry.tag.startswith("cidrIp")}
            if not ranges & {"0.0.0.0/0", "::/0"}:
                continue
            if permission.findtext("ipProtocol") == "-1":
                kinds |= {"all_open", "ssh_open", "rdp_open"}
                continue
            first, last = (int(permission.findtext(end)) for end in ("fromPort", "toPort"))
            ports = {22: "ssh_open", 3389: "rdp_open"}
            kinds |= {kind for port, kind in ports.items() if first <= port <= last}
        yield from kinds


def volumes() -> Iterator[str]:
    for volume in ec2("DescribeVolumes", "volumeSet", MaxResults=1000):
        if volume.findtext("status") == "available":
            yield "volume_unattached"


def snapshots() -> Iterator[str]:
    for _ in ec2("DescribeSnapshots", "snapshotSet", MaxResults=1000, Owner__1="self"):
        yield "snapshot_old"


def addresses() -> Iterator[str]:
    for address in ec2("DescribeAddresses", "addressesSet"):
        if not address.findtext("associationId"):
            yield "address_idle"


def instances() -> Iterator[str]:
    for reservation in ec2("DescribeInstances", "reservationSet", MaxResults=1000):
        for instance in reservation.find("instancesSet"):
            if instance.findtext("metadataOptions/httpTokens") != "required":
                yield "instance_imdsv1"


def certificates() -> Iterator[str]:
    token = ""
    while token is not None:
        page = target("acm", "CertificateManager.ListCertificates", MaxItems=1000, NextToken=token)
        for certificate in page["CertificateSummaryList"]:
            if certificate["NotAfter"] < SOON:
                yield "certificate_expiring"
        token = page.get("NextToken")


def log_groups() -> Iterator[str]:
    token = ""
    while token is not None:
        page = target("logs", "Logs_20140328.DescribeLogGroups", limit=50, nextToken=token)
        for group in page["logGroups"]:
            if "retentionInDays" not in group:
                yield "log_endless"
        token = page.get("nextToken")


def databases() -> Iterator[str]:
    marker: str | None = ""
    while marker is not None:
        page = form("rds", "2014-10-31", "DescribeDBInstances", MaxRecords=100, Marker=marker)
        yield from ["database_public"] * page.count("<PubliclyAccessible>true<")
        yield from ["database_without_backups"] * page.count("<BackupRetentionPeriod>0<")
        found = re.search("<Marker>([^<]+)<", page)
        marker = found.group(1) if found else None


def functions() -> Iterator[str]:
    marker: str | None = ""
    while marker is not None:
        after = f"Marker={quote(marker, safe='')}&" if marker else ""
        page = json.loads(send("lambda", "GET", "/2015-03-31/functions", f"{after}MaxItems=50"))
        for function in page["Functions"]:
            if function["Runtime"] == "python3.7":
                yield "runtime_retired"
        marker = page.get("NextMarker")


def keys() -> Iterator[str]:
    while "COMPLETE" not in form("iam", "2010-05-08", "GenerateCredentialReport"):
        time.sleep(0.25)
    page = form("iam", "2010-05-08", "GetCredentialReport")
    content = re.search("<Content>([^<]+)<", page)
    assert content
    report = io.StringIO(base64.b64decode(content.group(1)).decode())
    for user in csv.DictReader(report):
        if user["access_key_1_active"] == "true":
            yield "key_old"


def tables() -> Iterator[More]:
    after = ""
    while after is not None:
        page = target(
            "dynamodb", "DynamoDB_20120810.ListTables", Limit=100, ExclusiveStartTableName=after
        )
        yield from ((recovery, name) for name in page["TableNames"])
        after = page.get("LastEvaluatedTableName")


def recovery(name: str) -> Iterator[str]:
    said = target("dynamodb", "DynamoDB_20120810.DescribeContinuousBackups", TableName=name)
    if '"PointInTimeRecoveryStatus": "ENABLED"' not in json.dumps(said):
        yield "table_without_recovery"


def buckets() -> Iterator[More]:
    names = re.findall(b"<Name>([^<]+)</Name>", send("s3", "GET"))
    yield from ((ask, name.decode()) for name in names for ask in (block, versioning))


def block(bucket: str) -> Iterator[str]:
    if send("s3", "GET", f"/{bucket}", "publicAccessBlock=").count(b">true<") < 4:
        yield "bucket_public"


def versioning(bucket: str) -> Iterator[str]:
    if b"<Status>Enabled<" not in send("s3", "GET", f"/{bucket}", "versioning="):
        yield "bucket_unversioned"


FAMILIES: tuple[Callable[[], Iterator[str | More]], ...] = (
    *(buckets, tables, keys, log_groups, functions, databases, certificates),
    *(groups, volumes, snapshots, addresses, instances),
)


def main() -> None:
    found: Counter[str] = Counter()
    form("sts", "2011-06-15", "GetCallerIdentity")
    with ThreadPoolExecutor(WORKERS) as workers:
        waiting = [workers.submit(list, family()) for family in FAMILIES]
        for job in waiting:  # grows while it is read
            for said in job.result():
                if isinstance(said, str):
                    found[said] += 1
                else:
                    ask, name = said
                    waiting.append(workers.submit(list, ask(name)))
    print(json.dumps({"calls": calls, "found": found}))


if __name__ == "__main__":
    main()
