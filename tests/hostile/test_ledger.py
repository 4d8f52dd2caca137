"""Nothing is gone because it could not be read: the ledger learns nothing from a failure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from steadyhand.catalogue import discovery as catalogue
from steadyhand.settings.values import Settings
from tests.hostile.failures import ALL
from tests.hostile.front import Rule, front
from tests.reconcilers import REGION, Clock, reconciler, table

OPEN = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
NAMES = ("page-200", "page-403", "empty-200", "cut", "AccessDenied", "foreign-xml", "hang")


@pytest.fixture
def group(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Any, str]]:
    """An account with a ledger and SSH open to the world."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    url = f"http://127.0.0.1:{server._server.server_port}"
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    table()
    ec2 = boto3.client("ec2", REGION)
    made = ec2.create_security_group(GroupName="g", Description="g")["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=OPEN)
    yield url, ec2, made
    server.stop()


def test_a_failed_read_makes_nothing_gone(
    group: tuple[str, Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, ec2, made = group
    checks = catalogue.load(["open_admin_ports"])
    monkeypatch.setattr("time.sleep", lambda _: None)
    with front(backend=url) as here:
        steady = reconciler(Settings(regions=[REGION], home=REGION), Clock(), endpoint=here.url)
        assert len(steady.sweep(checks).findings) == 1
        for failure in (one for one in ALL if one.name in NAMES and one.kind != "hang"):
            here.rules = [Rule("ec2:DescribeSecurityGroups", failure)]
            for outcome in (steady.sweep(checks), steady.on_event(checks, made)):
                assert outcome.unknown, failure.name
                assert outcome.gone == [], failure.name
        here.rules = []
        ec2.revoke_security_group_ingress(GroupId=made, IpPermissions=OPEN)
        assert len(steady.sweep(checks).gone) == 1, "seen to be gone, it is"
