"""Logs of DNS queries that go nowhere."""

from __future__ import annotations

from typing import Any

from steadyhand.checks.monitoring.query_log_failing import QueryLogFailing
from steadyhand.sources.route53resolver import QueryLogs
from tests.checks.recorded import spot
from tests.verbs import found

CHECK = QueryLogFailing()


def log(name: str, status: str, error: str = "NONE") -> dict[str, Any]:
    said = {"Id": f"rqlca-{name}", "ResourceId": f"vpc-{name}", "Status": status}
    return said | {"Error": error}


BAD = {
    QueryLogs: [
        log("gone", "ACTION_NEEDED", "DESTINATION_NOT_FOUND"),
        log("shut", "ACTION_NEEDED", "ACCESS_DENIED"),
        log("odd", "FAILED", "INTERNAL_SERVICE_ERROR"),
    ]
}
GOOD = {
    QueryLogs: [
        *(log(one, one.upper()) for one in ("active", "creating", "deleting")),
        {"Id": "rqlca-new"},
    ]
}


def test_says_why() -> None:
    assert [one.summary for one in found(CHECK, BAD)] == [
        "the DNS queries of vpc-gone are logged nowhere: where it shall go is gone",
        "the DNS queries of vpc-shut are logged nowhere: AWS may not write where it shall",
        "the DNS queries of vpc-odd are logged nowhere: AWS does not say why",
    ]


def test_as_aws_answers() -> None:
    """moto knows no log whose destination was deleted."""

    def listed(params: Any) -> Any:
        named = [one for said in params.get("Filters", ()) for one in said["Values"]]
        every = [*BAD[QueryLogs], *GOOD[QueryLogs]]
        shown = [one for one in every if not named or one["Id"] in named]
        return {"ResolverQueryLogConfigAssociations": shown}

    answers = {"route53resolver:ListResolverQueryLogConfigAssociations": listed}
    spot(CHECK, answers, [one["Id"] for one in BAD[QueryLogs]])
