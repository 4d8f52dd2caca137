"""What is read of Route 53 Domains: what is registered there, answered in us-east-1 alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.source import Source

RegisteredDomains: Source[Mapping[str, Any]] = Source(
    operation="route53domains:ListDomains",
    items="Domains",
    key=lambda domain: str(domain["DomainName"]),
    params={"MaxItems": 100},
    is_global=True,
    regions={"aws": "us-east-1"},
)
"""Name, end, and whether it is renewed by itself and locked against transfers.

docs.aws.amazon.com/general/latest/gr/r53.html: the endpoint is in us-east-1.
"""
