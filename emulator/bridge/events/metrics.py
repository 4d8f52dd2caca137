"""Log lines in the embedded metric format become CloudWatch metrics; ministack only stores the lines."""

import json
import logging
from typing import Any

from ministack.services import cloudwatch, lambda_svc

log = logging.getLogger("bridge.metrics")


def install() -> None:
    """Read every function's log lines for metrics."""
    written = lambda_svc._emit_lambda_logs

    def write(function: dict, request_id: str, text: str, *rest: Any, **named: Any) -> None:
        written(function, request_id, text, *rest, **named)
        for line in (text or "").splitlines():
            if '"CloudWatchMetrics"' in line:
                _record(line)

    lambda_svc._emit_lambda_logs = write


def _record(line: str) -> None:
    try:
        said = json.loads(line)
        directives = said["_aws"]["CloudWatchMetrics"]
    except (ValueError, KeyError, TypeError):
        log.warning("not in the embedded metric format: %.200s", line)
        return
    for directive in directives:
        for dimensions in directive.get("Dimensions") or [[]]:
            held = {name: str(said[name]) for name in dimensions if name in said}
            for metric in directive["Metrics"]:
                value = said.get(metric["Name"])
                for one in value if isinstance(value, list) else [value]:
                    cloudwatch.record_metric(
                        directive["Namespace"],
                        metric["Name"],
                        one,
                        metric.get("Unit", "None"),
                        held,
                    )
