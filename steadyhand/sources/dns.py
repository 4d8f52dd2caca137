"""What is read of the DNS: whether what our records lead to at AWS is still there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from steadyhand.source import Each
from steadyhand.sources.route53 import Records
from steadyhand.sources.tls import ESCAPED, host_of

NAMED = re.compile(
    r"(?:[\w-]+\.)+(?:"
    r"elb(?:\.[a-z0-9-]+)?\.amazonaws\.com|"
    r"execute-api\.[a-z0-9-]+\.amazonaws\.com|"
    r"elasticbeanstalk\.com|awsglobalaccelerator\.com|amplifyapp\.com|awsapprunner\.com|"
    r"cloudfront\.net)",
    re.ASCII,
)
"""Names that AWS gives to one resource, and which have an address for as long as it exists."""

WEBSITE = re.compile(
    r"(?:(?P<name>[a-z0-9.-]+)\.)?s3(?:-website)?(?:[.-][a-z]{2}(?:-[a-z]+)+-\d)?\.amazonaws\.com",
    re.ASCII,
)
"""A bucket, as a website or plainly: docs.aws.amazon.com/general/latest/gr/s3.html"""


def target_of(pair: Any) -> str:
    """The name that a record leads to, as an alias or a CNAME; empty where it leads to none."""
    record = pair[1]
    said = (record.get("AliasTarget") or {}).get("DNSName") or ""
    if not said and record.get("Type") == "CNAME":
        said = next((str(one.get("Value")) for one in record.get("ResourceRecords") or ()), "")
    return said.rstrip(".").lower().removeprefix("dualstack.")


def leads_to_a_resource(pair: Any) -> bool:
    """Does it lead to one resource of AWS, by a name that goes with it?"""
    return bool(NAMED.fullmatch(target_of(pair)))


def is_whole_name(pair: Any) -> bool:
    """A name that a bucket can have: no wildcard, none for machines."""
    name = str(pair[1].get("Name") or "")
    return not name.startswith(("*", ESCAPED)) and bool(BUCKET.fullmatch(host_of(pair)))


BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)

Targets: Each[Mapping[str, Any]] = Each(
    operation="dns:Addresses",
    items="",
    of=Records,
    when=leads_to_a_resource,
    by=lambda pair: f"{host_of(pair)} {target_of(pair)}",
    ask=lambda key: {"Host": key.rpartition(" ")[2]},
)
"""Pairs of a record's name with what it leads to, and its addresses (`clients/dns.py`)."""

Websites: Each[Mapping[str, Any]] = Each(
    operation="https:Head",
    items="",
    of=Records,
    when=lambda pair: bool(WEBSITE.fullmatch(target_of(pair))) and is_whole_name(pair),
    by=host_of,
    ask=lambda host: {"Url": f"https://s3.amazonaws.com/{host}"},
)
"""Pairs of a host that leads to S3, and what S3 answers a stranger who asks for the bucket of that name.

S3 takes the host's own name for the bucket's, whatever bucket its record names:
docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html. 404 means that there is none; any other
answer that there is one, here or in another region:
docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html.
"""
