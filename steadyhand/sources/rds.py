"""What is read of RDS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from steadyhand.source import Source

if TYPE_CHECKING:
    from types_boto3_rds.type_defs import DBInstanceTypeDef

DBInstances: Source[DBInstanceTypeDef] = Source(
    operation="rds:DescribeDBInstances",
    items="DBInstances",
    key=lambda instance: str(instance["DBInstanceIdentifier"]),
    kind="db_instance",
    params={"MaxRecords": 100},
    narrow=lambda instance: {"DBInstanceIdentifier": instance},
    gone=frozenset({"DBInstanceNotFound", "DBInstanceNotFoundFault"}),
    volatile=frozenset({"LatestRestorableTime", "DBInstanceStatus"}),
)


DBClusters: Source[Mapping[str, Any]] = Source(
    operation="rds:DescribeDBClusters",
    items="DBClusters",
    key=lambda cluster: str(cluster["DBClusterIdentifier"]),
    params={"MaxRecords": 100},
)
