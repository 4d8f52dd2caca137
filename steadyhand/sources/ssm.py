"""What is read of Systems Manager: names of parameters, and which patches instances lack.

No parameter's value is ever asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.source import Each, Many, Source

Parameters: Source[Mapping[str, Any]] = Source(
    operation="ssm:DescribeParameters",
    items="Parameters",
    key=lambda parameter: str(parameter["Name"]),
    params={"MaxResults": 50},
    narrow=lambda name: {"ParameterFilters": [{"Key": "Name", "Values": [name]}]},
)

ManagedInstances: Source[Mapping[str, Any]] = Source(
    operation="ssm:DescribeInstanceInformation",
    items="InstanceInformationList",
    key=lambda instance: str(instance["InstanceId"]),
    kind="managed_instance",
    params={"MaxResults": 50},
    narrow=lambda instance: {"Filters": [{"Key": "InstanceIds", "Values": [instance]}]},
    volatile=frozenset({"LastPingDateTime", "LastAssociationExecutionDate"}),
)
"""Those that Systems Manager's agent has answered from; machines outside AWS are called "mi-…"."""

PatchStates: Many[Mapping[str, Any]] = Many(
    operation="ssm:DescribeInstancePatchStates",
    items="InstancePatchStates",
    of=ManagedInstances,
    full=50,
    ask_all=lambda instances: {"InstanceIds": list(instances)},
    whose=lambda state: str(state["InstanceId"]),
)
"""What the last look for patches, or their last installation, said: none where nobody ever looked.

Source: docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstancePatchStates.html (50 ids a call)
"""

RunningCommands: Each[Mapping[str, Any]] = Each(
    operation="ssm:ListCommands",
    items="Commands",
    of=ManagedInstances,
    ask=lambda instance: {
        "InstanceId": instance,
        "Filters": [{"key": "ExecutionStage", "value": "Executing"}],
    },
    gone=frozenset({"InvalidInstanceId"}),
)
"""What Run Command is doing on an instance right now.

Source: docs.aws.amazon.com/systems-manager/latest/APIReference/API_CommandFilter.html
"""
