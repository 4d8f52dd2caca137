"""One of each safe thing: by what it is planted, and why the others cannot be within the hour."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from tests.verify import data, disks, work
from tests.verify.planting import Plant

DATABASE, COPY = 1500.0, 2100.0
"""Seconds that RDS may take to make the smallest database, and a copy of it too."""

PLANTS = (
    Plant("open_admin_ports", partial(work.port, 22)),
    Plant("open_data_ports", partial(work.port, 5432)),
    Plant("dynamodb_pitr_off", data.table, 0.01),
    Plant("endless_logs", work.log_group),
    Plant("dlq_without_alarm", work.dead_letters, 0.01),
    Plant("short_visibility_timeout", work.slow_reader),
    Plant("ecs_without_rollback", work.service),
    Plant("resource_drift", work.by_hand),
    Plant("audit_trail_off", work.stopped_trail, 0.01),
    Plant("public_image", disks.image, 0.01, 300),
    Plant(
        "public_snapshot", disks.disk_copy, 0.01, 300,
        lacking="this emulator's list is not narrowed by who may restore",
    ),
    Plant(
        "gp2_volume", disks.old_kind, 0.01,
        lacking="this emulator says of every disk that it was changed just now",
        rests="AWS takes the next change of a volume six hours later",
    ),
    Plant("rds_deletion_protection_off", data.unprotected, 0.05, DATABASE),
    Plant("rds_backups_off", data.short_backups, 0.05, DATABASE),
    Plant("public_rds_snapshot", data.database_copy, 0.05, COPY),
    Plant("cluster_deletion_protection_off", data.unprotected_cluster, 0.01, DATABASE),
    Plant(
        "public_rds_cluster_snapshot", data.cluster_copy, 0.01, COPY,
        lacking="this emulator shares no copy of a cluster",
    ),
)  # fmt: skip

UNPLANTED: Mapping[str, str] = {
    "acm_renewal_blocked": "it is safe for a certificate that was issued once and is served, and ACM renews none that is new",
    "backup_job_failed": "it is safe for a file system, and the missing permission that fails its job at will fails the next one too",
    "balancer_deletion_protection_off": "a balancer counts as one that stays when it is a week old",
    "config_recorder_off": "an account has one recorder in a region, and here that is Steadyhand's own or somebody's",
    "imdsv1_allowed": "it is safe where nobody asked without a token for 14 days, by the numbers of each of them",
    "messages_expiring": "it is safe where messages are kept for four days at least, and one has waited for most of them",
    "stack_termination_protection_off": "a stack counts as one that stays when it is a week old",
    "table_deletion_protection_off": "DynamoDB counts a table's items every six hours, and an empty table is left alone",
    "threat_detection_off": "an account has one detector in a region, and a new one begins the account's only free trial",
    "unused_access_key": "it is safe where a key has lain idle for 45 days",
}
"""The safe checks that have no row, each with the reason."""
