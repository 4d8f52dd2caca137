"""An alarm on one metric as EventBridge delivers its change of state.

As "Alarm events and EventBridge" in CloudWatch's user guide shows it:
docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from tests.authoring.spelled import ACCOUNT, AT, REGION


def event(namespace: str, metric: str, dimensions: Mapping[str, str]) -> dict[str, Any]:
    """Somebody's alarm on this metric, of what these dimensions name, has just gone into ALARM."""
    seed = f"alarm {namespace} {metric} {sorted(dimensions.items())}"
    name = "it is bad"
    watched = {"dimensions": dict(dimensions), "name": metric, "namespace": namespace}
    stat = {"metric": watched, "period": 300, "stat": "Maximum"}
    before, now = AT.replace("T08", "T07").replace("Z", ".105+0000"), AT.replace("Z", ".105+0000")
    return {
        "version": "0",
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"event {seed}")),
        "detail-type": "CloudWatch Alarm State Change",
        "source": "aws.cloudwatch",
        "account": ACCOUNT,
        "time": AT,
        "region": REGION,
        "resources": [f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"],
        "detail": {
            "alarmName": name,
            "configuration": {
                "description": "Somebody should look",
                "metrics": [
                    {
                        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"metric {seed}")),
                        "metricStat": stat,
                        "returnData": True,
                    }
                ],
            },
            "previousState": {"reason": "It was well", "timestamp": before, "value": "OK"},
            "state": {"reason": "Threshold Crossed", "timestamp": now, "value": "ALARM"},
        },
    }
