"""Over real sockets: what hangs, breaks, is cut off or sent elsewhere ends in seconds, and is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from bench.aws.requests import ApiRequest
from steadyhand.aws import client as aws
from steadyhand.aws.service_models import cut
from steadyhand.catalogue import discovery as catalogue
from steadyhand.cli import client as cli
from steadyhand.cli.errors import CliError
from steadyhand.engine.survey import Survey
from steadyhand.model import Call, Finding, ReadFailed, Unknown
from tests.cli.terminal import say
from tests.demo.played import STARTED
from tests.hostile.failures import ALL, PAGE, Failure, Reply, error
from tests.hostile.front import Front, Rule, front
from tests.hostile.things import CALLER, NOW, REGION

HANG, DROP, CUT = (Failure(kind, kind=kind) for kind in ("hang", "drop", "cut"))
NAMED = {one.name: one for one in ALL}
OPEN = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
CHECKS = ("--check", "open_admin_ports", "--check", "unattached_volume", "--region", REGION)


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    """An account with SSH open to the world and one bucket, behind a port."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    url = f"http://127.0.0.1:{server._server.server_port}"
    named: dict[str, Any] = {"region_name": REGION, "endpoint_url": url}
    named |= {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
    ec2 = boto3.client("ec2", **named)
    group = ec2.create_security_group(GroupName="g", Description="g")["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=OPEN)
    yield url
    server.stop()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Half a second is long here, or two where moto must answer; nobody pauses between tries."""
    seconds = 2 if "moto" in request.fixturenames else 0.5
    quick = {name: pace._replace(seconds=seconds) for name, pace in aws.PACES.items()}
    monkeypatch.setattr(aws, "PACES", quick | {"ec2": aws.Pace(seconds=seconds)})
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)


def client(url: str, **more: Any) -> aws.Botocore:
    return aws.Botocore(
        REGION,
        session=aws.session(),
        identity=CALLER["Arn"],
        endpoint=url,
        paces=aws.PACES,
        **more,
    )


def survey(made: aws.Botocore, *checks: str) -> tuple[list[Finding], list[Unknown]]:
    outcomes = list(Survey(catalogue.load(checks), made, NOW))
    found = [one for one in outcomes if isinstance(one, Finding)]
    return found, [one for one in outcomes if isinstance(one, Unknown)]


@pytest.mark.parametrize("failure", [NAMED["page-403"], NAMED["page-200"], NAMED["empty-200"]])
def test_a_proxys_page_is_never_a_clean_account(failure: Failure, moto: str) -> None:
    """Rows 3 and 4."""
    with front(Rule("ec2:DescribeSecurityGroups", failure), backend=moto) as here:
        said = say("scan", *CHECKS, "--endpoint-url", here.url, "-o", "json")
    assert said.code == 4
    assert [one["check"] for one in said.json["unknown"]] == ["open_admin_ports", "open_all_ports"]
    with front(Rule("ec2:DescribeSecurityGroups", failure, first=1), backend=moto) as here:
        said = say("scan", *CHECKS, "--endpoint-url", here.url, "-o", "json")
    assert (said.code, len(said.json["findings"]), said.json["unknown"]) == (3, 1, [])


@pytest.mark.parametrize("failure", [HANG, DROP, CUT, NAMED["empty-408"], NAMED["text-500"]])
def test_what_breaks_is_unknown_in_seconds(failure: Failure, moto: str, hasty: None) -> None:
    """Rows 5 and 12, and a body that is shorter than its head says."""
    began = time.monotonic()
    with front(Rule("ec2:DescribeSecurityGroups", failure), backend=moto) as here:
        found, unknown = survey(client(here.url), "open_admin_ports", "unattached_volume")
    assert time.monotonic() - began < 20, "two tries, and a busy machine"
    assert (found, [one.check for one in unknown]) == ([], ["open_admin_ports"])
    with front(Rule("ec2:DescribeSecurityGroups", failure, first=1), backend=moto) as here:
        made = client(here.url)
        found, unknown = survey(made, "open_admin_ports")
    assert (len(found), unknown) == (1, [])
    assert made.counts["ec2:DescribeSecurityGroups"] == here.asked.count(
        "ec2:DescribeSecurityGroups"
    )


@pytest.mark.parametrize("whole", [True, False], ids=["at once", "with workers"])
def test_a_body_that_dribbles_ends_in_seconds(whole: bool, hasty: None) -> None:
    """A byte now and then keeps a socket's time-out from ever ending; the answer's does end."""
    dribble = Failure("dribble", kind="dribble")
    for service, operation in (("ec2", "DescribeVolumes"), ("s3", "ListBuckets")):
        with front(Rule(f"{service}:.*", dribble)) as here:
            made, began = client(here.url, workers=not whole), time.monotonic()
            for _ in range(5):
                with pytest.raises(ReadFailed) as failed:
                    made.ask(Call(f"{service}:{operation}"))
            assert failed.value.code == "ReadTimeoutError"
            assert time.monotonic() - began < 15, "four times half a second, and a busy machine"
            assert len(here.asked) == 4


def test_a_long_answer_that_comes_in_time_is_whole(moto: str) -> None:
    with front(backend=moto) as here:
        made = client(here.url)
        for _ in range(3):
            assert made.ask(Call("ec2:DescribeSecurityGroups"))["SecurityGroups"]


def test_a_service_that_never_answers_costs_its_time_once(hasty: None) -> None:
    with front(Rule("ec2:.*", HANG)) as here:
        made, began = client(here.url, workers=False), time.monotonic()
        for _ in range(20):
            with pytest.raises(ReadFailed):
                made.ask(Call("ec2:DescribeVolumes"))
    assert time.monotonic() - began < 15, "20 calls with two tries each would take longer"
    assert len(here.asked) == 4


def test_who_asks_is_asked_as_patiently_as_all_else(moto: str, hasty: None) -> None:
    """Row 14: three throttled tries, and they are counted."""
    throttled = Rule("sts:GetCallerIdentity", NAMED["Throttling"], first=3)
    with front(throttled, backend=moto) as here:
        made = cli.identified(aws.session(), [REGION], here.url)
    assert made.counts == {"sts:GetCallerIdentity": 4}


@pytest.mark.parametrize("wanted", [("eu-south-1", REGION), (REGION, "eu-south-1")])
def test_a_region_that_is_off_hides_no_other(wanted: tuple[str, ...], moto: str) -> None:
    """Row 13, in any order."""
    off = Rule(".*", NAMED["InvalidClientTokenId"], region="eu-south-1")
    named = [part for region in wanted for part in ("--region", region)]
    with front(off, backend=moto) as here:
        said = say("scan", "--check", "open_admin_ports", *named, "--endpoint-url", here.url,
                   "-o", "json")  # fmt: skip
    assert said.code == 4
    assert [one["region"] for one in said.json["findings"]] == [REGION]
    assert {one["region"] for one in said.json["unknown"]} == {"eu-south-1"}


def test_a_region_that_is_off_alone_is_unknown_and_nobody_is_a_stranger(moto: str) -> None:
    off = Rule(".*", NAMED["InvalidClientTokenId"], region="eu-south-1")
    with front(off, backend=moto) as here:
        made = cli.identified(aws.session(), ["eu-south-1"], here.url)
    assert (made.region, made.global_region) == ("eu-south-1", "us-east-1")
    strangers = Rule("sts:.*", NAMED["InvalidClientTokenId"])
    with front(strangers, backend=moto) as here, pytest.raises(CliError, match="does not know"):
        cli.identified(aws.session(), ["eu-south-1"], here.url)


def test_a_proxy_is_used(moto: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with front(backend=moto) as here:
        monkeypatch.setenv("HTTP_PROXY", here.url)
        made = cli.identified(aws.session(), [REGION], "http://aws.invalid")
    assert made.account
    assert here.asked == ["sts:GetCallerIdentity"]


def test_who_does_not_know_what_it_is_asked_is_asked_once(hasty: None) -> None:
    """A region that lacks an operation says so by a code; its front, or an older one, by a status alone."""
    _, _, coded = error("ec2", 400, "InvalidAction", "The action is not valid for this web service")
    said = {400: coded, 404: b"<UnknownOperationException/>", 405: b"", 501: PAGE}
    rule = Rule("ec2:.*", HANG)
    with front(rule) as here:
        made = client(here.url)
        for asked, (status, body) in enumerate(said.items(), 1):
            rule.failure = Failure("unknown", status=status, body=body)
            with pytest.raises(ReadFailed):
                made.ask(Call("ec2:DescribeVpcBlockPublicAccessOptions"))
            assert len(here.asked) == asked, status


@pytest.mark.parametrize("status", [429, 503])
def test_a_front_that_is_too_busy_to_say_more_is_asked_eight_times_in_all(
    status: int, hasty: None
) -> None:
    """botocore repeats these by their status alone: what it has sent is not sent again in each of our tries."""
    with front(Rule("ec2:.*", Failure("busy", status=status, body=PAGE))) as here:
        made = client(here.url, workers=False)
        with pytest.raises(ReadFailed):
            made.ask(Call("ec2:DescribeVolumes"))
    assert len(here.asked) == made.counts["ec2:DescribeVolumes"] == aws.RETRIES


class Elsewhere(Front):
    """A bucket in me-south-1: other regions do not say where it is, HEAD does.

    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """

    def struck(self, asked: ApiRequest) -> None:
        self.where = asked.region

    def ask(self, wire: Any) -> Reply:
        if self.where == "me-south-1" and wire.method == "GET":
            said = b'<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>'
            return 200, [("Content-Type", "application/xml")], said
        if wire.method == "HEAD":
            return 400, [("x-amz-bucket-region", "me-south-1")], b""
        said = "The me-south-1 location constraint is incompatible"
        return error("s3", 400, "IllegalLocationConstraintException", said)


def test_a_bucket_elsewhere_is_followed_with_cut_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 2."""
    monkeypatch.setattr("tests.hostile.front.Front", Elsewhere)
    cut(["s3:GetBucketVersioning"], tmp_path / "models")
    with front() as here:
        made = aws.Botocore(
            "eu-central-1",
            session=aws.session(str(tmp_path / "models")),
            identity=CALLER["Arn"],
            endpoint=here.url,
        )
        answer = made.ask(Call("s3:GetBucketVersioning", {"Bucket": "attic"}))
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_redirection_of_a_list_of_buckets_is_no_crash() -> None:
    """botocore looks for the region of a bucket that such a call does not name: a TypeError."""
    with front(Rule("s3:ListBuckets", NAMED["page-302"])) as here, pytest.raises(ReadFailed) as no:
        client(here.url, attempts=2).ask(Call("s3:ListBuckets"))
    assert no.value.code == "MalformedAnswer"


WRITE = Call("logs:PutRetentionPolicy", {"logGroupName": "a", "retentionInDays": 7})


def test_a_throttled_write_is_repeated_and_a_lost_answer_is_not(hasty: None) -> None:
    """Row 36: the codes that mean "not done", and no other."""
    with front(Rule("logs:.*", NAMED["ThrottlingException"], first=2)) as here:
        made = client(here.url, workers=False, attempts=1)
        made.ask(WRITE)
    assert made.counts == Counter({WRITE.action: 3})
    for failure in (DROP, NAMED["InternalFailure"], NAMED["page-503"], NAMED["AccessDenied"]):
        lost = Rule("logs:.*", failure, through=True)
        with front(lost) as here, pytest.raises(ReadFailed):
            client(here.url, workers=False, attempts=1).ask(WRITE)
        assert here.asked == [WRITE.action], failure.name


def test_who_stops_a_scan_is_out_within_a_second(moto: str) -> None:
    """Row 37."""
    regions = [part for n in range(1, 20) for part in ("--region", f"eu-central-{n}")]
    with front(Rule("(?!sts:).*", HANG), backend=moto) as here:
        command = [sys.executable, "-c", STARTED, "scan", "--endpoint-url", here.url, *regions]
        with subprocess.Popen(command, stderr=subprocess.PIPE, env=os.environ, text=True) as scan:
            until = time.monotonic() + 120
            while len(here.asked) < 20 and time.monotonic() < until:
                time.sleep(0.05)
            slow = a_python()
            began = time.monotonic()
            scan.send_signal(signal.SIGINT)
            try:
                _, told = scan.communicate(timeout=60)
            finally:
                scan.kill()
            took = time.monotonic() - began
            slow = max(slow, a_python())
    assert scan.returncode == 1
    assert "of 20 regions" in told, "those that were named, and us-east-1 for CloudFront"
    assert took < 1 + 20 * slow, "a second, and what a busy machine takes from it"


def a_python() -> float:
    """How long this machine needs now, in seconds, for a Python that does nothing."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-I", "-S", "-c", "pass"], check=True)
    return time.monotonic() - began
