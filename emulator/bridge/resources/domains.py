"""Route 53 beside its zones, which ministack has not: domains until when they are registered, and logs of queries."""

from __future__ import annotations

import time
import uuid
from typing import Any

from ministack.core.responses import get_account_id

from ..http.answers import RefusedError, answer

YEAR = 365 * 86_400

_domains: dict[str, dict[str, dict[str, Any]]] = {}


def _here() -> dict[str, dict[str, Any]]:
    return _domains.setdefault(get_account_id(), {})


def _one(params: dict[str, Any]) -> dict[str, Any]:
    """docs.aws.amazon.com/Route53/latest/APIReference/API_domains_EnableDomainAutoRenew.html: InvalidInput."""
    found = _here().get(params["DomainName"])
    if found is None:
        raise RefusedError("InvalidInput", f"Domain {params['DomainName']} not found in account")
    return found


@answer("route53domains", "RegisterDomain")
def register(params: dict[str, Any]) -> dict[str, Any]:
    """RegisterDomain: done at once, where AWS takes minutes or days. It is renewed unless that was refused."""
    if params["DomainName"] in _here():
        raise RefusedError("DuplicateRequest", "The request is already in progress for the domain.")
    _here()[params["DomainName"]] = {
        "DomainName": params["DomainName"],
        "AutoRenew": params.get("AutoRenew", True),
        "TransferLock": True,
        "Expiry": int(time.time()) + YEAR * params["DurationInYears"],
    }
    return {"OperationId": str(uuid.uuid4())}


@answer("route53domains", "ListDomains")
def listed(_: dict[str, Any]) -> dict[str, Any]:
    """ListDomains."""
    return {"Domains": [dict(one) for one in _here().values()]}


@answer("route53domains", "EnableDomainAutoRenew")
def renewed(params: dict[str, Any]) -> dict[str, Any]:
    """EnableDomainAutoRenew."""
    _one(params)["AutoRenew"] = True
    return {}


@answer("route53domains", "DisableDomainAutoRenew")
def let_end(params: dict[str, Any]) -> dict[str, Any]:
    """DisableDomainAutoRenew."""
    _one(params)["AutoRenew"] = False
    return {}


@answer("route53resolver", "ListResolverQueryLogConfigAssociations")
def logged(_: dict[str, Any]) -> dict[str, Any]:
    """ListResolverQueryLogConfigAssociations: no network's queries are logged."""
    return {"TotalCount": 0, "TotalFilteredCount": 0, "ResolverQueryLogConfigAssociations": []}
