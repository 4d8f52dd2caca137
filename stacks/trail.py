"""A trail of management events, where the account has none: without one no call becomes an event."""

from __future__ import annotations

from aws_cdk import Stack
from aws_cdk import aws_cloudtrail as cloudtrail
from constructs import Construct

from stacks.storage import TRAIL, records_name


def trail(stack: Stack, scope: Construct) -> None:
    """All regions, management events, with files that cannot be changed unseen. The first is free."""
    cloudtrail.CfnTrail(
        scope,
        "Trail",
        trail_name=TRAIL,
        s3_bucket_name=records_name(stack),
        is_logging=True,
        is_multi_region_trail=True,
        include_global_service_events=True,
        enable_log_file_validation=True,
    )
