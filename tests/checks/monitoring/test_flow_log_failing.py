"""Flow logs that deliver nothing."""

from __future__ import annotations

from typing import Any

from steadyhand.checks.monitoring.flow_log_failing import FlowLogFailing
from steadyhand.sources.vpc import FlowLogs
from tests.checks.recorded import spot
from tests.verbs import found

CHECK = FlowLogFailing()


def log(name: str, status: str = "SUCCESS", why: str = "", **more: Any) -> dict[str, Any]:
    said = {"FlowLogId": f"fl-{name}", "FlowLogStatus": "ACTIVE", "ResourceId": "vpc-1"}
    return (
        said
        | {"DeliverLogsStatus": status}
        | ({"DeliverLogsErrorMessage": why} if why else {})
        | more
    )


BAD = {
    FlowLogs: [
        log("role", "FAILED", "Access error"),
        log("much", "FAILED", "Rate limited"),
        log("odd", "FAILED", "Unknown error"),
        log("mute", "FAILED"),
    ]
}
GOOD = {FlowLogs: [log("fine"), {"FlowLogId": "fl-new", "FlowLogStatus": "ACTIVE"}]}


def test_says_why() -> None:
    lost = "delivers nothing of what flows in vpc-1"
    assert [one.summary for one in found(CHECK, BAD)] == [
        f"fl-role {lost}: AWS may not write where it shall",
        f"fl-much {lost}: more comes than is taken",
        f"fl-odd {lost}: AWS does not say why",
        f"fl-mute {lost}: AWS does not say why",
    ]


def test_as_aws_answers() -> None:
    """moto knows no failed delivery."""

    def described(params: Any) -> Any:
        every = [*BAD[FlowLogs], *GOOD[FlowLogs]]
        named = params.get("FlowLogIds")
        return {"FlowLogs": [one for one in every if not named or one["FlowLogId"] in named]}

    spot(CHECK, {"ec2:DescribeFlowLogs": described}, [one["FlowLogId"] for one in BAD[FlowLogs]])
