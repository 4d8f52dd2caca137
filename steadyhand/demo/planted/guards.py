"""Guards that somebody switched off: a trail, and the recorder of AWS Config."""

from __future__ import annotations

from steadyhand.demo.planted.buckets import bucket
from steadyhand.model.planting import (
    PRODUCTION,
    TEAM,
    Bomb,
    Ground,
    Healthy,
    Things,
)

AUDIT = f"{TEAM}-{PRODUCTION}-audit"


def plant(ground: Ground) -> Things:
    """One trail that stands still beside one that records, and a recorder that was stopped."""
    yield Healthy("bucket", bucket(ground, AUDIT))
    yield Bomb("audit_trail_off", _trail(ground, "audit", on=False), PRODUCTION)
    yield Healthy("trail", _trail(ground, "data-events", on=True))
    config = ground.client("config")
    config.put_configuration_recorder(
        ConfigurationRecorder={"name": "default", "roleARN": ground.role("recorder", "config")}
    )
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": AUDIT})
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    config.stop_configuration_recorder(ConfigurationRecorderName="default")
    yield Bomb("config_recorder_off", "default", PRODUCTION)


def _trail(ground: Ground, what: str, *, on: bool) -> str:
    trails, name = ground.client("cloudtrail"), f"{TEAM}-{what}"
    made = trails.create_trail(Name=name, S3BucketName=AUDIT)
    trails.start_logging(Name=name)
    if not on:
        trails.stop_logging(Name=name)
    return str(made["TrailARN"])
