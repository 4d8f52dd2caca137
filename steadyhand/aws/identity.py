"""The caller's identity and region, asked before anything else: what is wrong with credentials shows here.

Every failure is a `ReadFailed`, with botocore's or AWS's word for it as its code.
"""

from __future__ import annotations

import os
from collections import Counter
from threading import Lock
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from steadyhand.aws.client import Botocore
from steadyhand.model import Call, ReadFailed
from steadyhand.reference.dated import dated

CALLER = "sts:GetCallerIdentity"
NOBODY = "arn:aws:iam::000000000000:nobody"
"""Who asks while it is asked who asks."""

ERRORS = (ClientError, BotoCoreError)
"""What botocore raises where a client is used bare: for whoever must end in order whatever happened."""


class SharedSession:
    """A session that several regions may use: it makes one client at a time."""

    def __init__(self, session: Any) -> None:
        self.session, self.lock = session, Lock()

    def create_client(self, *args: Any, **named: Any) -> Any:
        """Botocore's own, in turn: it is not safe for threads."""
        with self.lock:
            return self.session.create_client(*args, **named)

    def get_credentials(self) -> Any:
        """Botocore's own, in turn: they may be renewed."""
        with self.lock:
            return self.session.get_credentials()


def default_region(session: Any) -> str:
    """What AWS's own settings say. botocore knows AWS_DEFAULT_REGION, the other SDKs AWS_REGION."""
    try:
        said = os.environ.get("AWS_REGION") or session.get_config_variable("region")
    except BotoCoreError as error:
        raise ReadFailed(type(error).__name__, str(error)) from error
    return str(said or "")


def has_credentials(session: Any) -> bool:
    """Does AWS's own chain (environment, profile, role) hold any credentials?"""
    try:
        return session.get_credentials() is not None
    except BotoCoreError:
        return False


def caller(session: Any, region: str, endpoint: str | None, counts: Counter[str]) -> str:
    """The caller's ARN."""
    asked = Botocore(
        region, session=session, identity=NOBODY, endpoint=endpoint, counts=counts, workers=False
    )
    return str(asked.ask(Call(CALLER))["Arn"])


def global_region(session: Any, region: str) -> str:
    """The region of the same partition that no account can do without."""
    try:
        partition = session.get_partition_for_region(region)
        return str(dated("regions")["global_events"].get(partition, region))
    except BotoCoreError:
        return region


def known_regions(session: Any) -> list[str]:
    """Every region this botocore knows, of all partitions; empty where it cannot tell."""
    try:
        return [
            region
            for partition in session.get_available_partitions()
            for region in session.get_available_regions("ec2", partition)
        ]
    except BotoCoreError:
        return []
