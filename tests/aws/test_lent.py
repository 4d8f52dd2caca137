"""Changes borrow clients, and each call is signed by its own session alone, however many are made at once.

The server here checks signatures as AWS does: from the secret of the key that a request names, over what came.
Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Barrier, Thread
from typing import Any
from urllib.parse import parse_qs

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from steadyhand.aws.client import Botocore
from steadyhand.model import Call, ReadFailed
from tests.reconcilers import models

ROLE = "arn:aws:iam::111122223333:role/steadyhand-actor"
ERROR = "<Response><Errors><Error><Code>UnauthorizedOperation</Code></Error></Errors></Response>"
DONE = "<{0}Response><requestId>r</requestId><return>true</return></{0}Response>"
SESSION = (
    "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>AKIA{name}</AccessKeyId>"
    "<SecretAccessKey>secret-{name}</SecretAccessKey><SessionToken>token-{name}</SessionToken>"
    "<Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
)


class Aws(BaseHTTPRequestHandler):
    """STS, which makes a session's keys of its name, and EC2, which writes down who called for which group."""

    protocol_version = "HTTP/1.1"
    called: list[tuple[str, str]]
    refuses: set[str]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if form["Action"] == "AssumeRole":
            return self.say(200, SESSION.format(name=form["RoleSessionName"]))
        group, who = form["GroupId"], self.signer(body)
        self.called.append((group, who))
        return (
            self.say(403, ERROR)
            if group in self.refuses
            else self.say(200, DONE.format(form["Action"]))
        )

    def signer(self, body: bytes) -> str:
        """Whose session signed this; empty where the three parts of a session do not fit each other."""
        said = dict(
            part.strip().split("=", 1)
            for part in self.headers["Authorization"].split(" ", 1)[1].split(",")
        )
        key, day, region, service, _ = said["Credential"].split("/")
        name = key.removeprefix("AKIA")
        headers = {one: self.headers[one] for one in said["SignedHeaders"].split(";")}
        request = AWSRequest("POST", f"http://{self.headers['Host']}/", headers, body)
        request.context["timestamp"] = self.headers["X-Amz-Date"]
        auth = SigV4Auth(Credentials(key, f"secret-{name}"), service, region)
        signature = auth.signature(
            auth.string_to_sign(request, auth.canonical_request(request)), request
        )
        whole = (
            self.headers["X-Amz-Security-Token"] == f"token-{name}"
            and day in self.headers["X-Amz-Date"]
        )
        return name if whole and signature == said["Signature"] else ""

    def say(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving(refuses: set[str]) -> Iterator[tuple[Botocore, list[tuple[str, str]]]]:
    called: list[tuple[str, str]] = []
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), type("A", (Aws,), {"called": called, "refuses": refuses})
    )
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield (
            Botocore(
                "eu-central-1",
                session=models(),
                identity="arn:aws:sts::111122223333:assumed-role/steadyhand-react/x",
                endpoint=f"http://127.0.0.1:{server.server_port}",
                credentials={"aws_access_key_id": "own", "aws_secret_access_key": "own"},
                workers=False,
            ),
            called,
        )
    finally:
        server.shutdown()
        server.server_close()


def change(aws: Botocore, number: int) -> None:
    """Two calls of one change, as a fix and its undo are."""
    session = aws.narrowed(ROLE, "{}", f"ch-{number}", "eu-central-1")
    for call in ("ec2:RevokeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupIngress"):
        session.ask(Call(call, {"GroupId": f"sg-{number}"}))


def test_each_call_is_signed_by_its_own_change_however_many_come_at_once() -> None:
    workers, changes = 8, 40
    together = Barrier(workers)

    def some(first: int) -> None:
        together.wait()
        for number in range(first, changes, workers):
            change(aws, number)

    with serving(set()) as (aws, called), ThreadPoolExecutor(workers) as pool:
        list(pool.map(some, range(workers)))
        lent = aws.lent["eu-central-1"]
    assert sorted(called) == sorted(
        (f"sg-{n}", f"ch-{n}") for n in range(changes) for _ in range(2)
    )
    assert 0 < len(lent) <= workers
    assert len({id(one) for one in lent}) == len(lent)


def test_whoever_is_refused_gives_the_client_back_and_nothing_is_sent_twice() -> None:
    with serving({"sg-1"}) as (aws, called):
        change(aws, 0)
        with pytest.raises(ReadFailed):
            change(aws, 1)
        change(aws, 2)
        assert len(aws.lent["eu-central-1"]) == 1
    assert called == [("sg-0", "ch-0")] * 2 + [("sg-1", "ch-1")] + [("sg-2", "ch-2")] * 2


def test_a_session_of_another_region_has_a_client_of_that_region() -> None:
    with serving(set()) as (aws, _):
        for region in ("eu-central-1", "us-east-1"):
            session = aws.narrowed(ROLE, "{}", "ch-1", region)
            session.ask(Call("ec2:RevokeSecurityGroupIngress", {"GroupId": "sg-1"}))
        assert {region: [one.region for one in lent] for region, lent in aws.lent.items()} == {
            region: [region] for region in ("eu-central-1", "us-east-1")
        }


class Emptied(list[Botocore]):
    """Another thread takes the last client just after this one saw it."""

    def __len__(self) -> int:
        return 1


def test_whoever_comes_too_late_for_the_last_client_makes_one() -> None:
    with serving(set()) as (aws, called):
        aws.lent["eu-central-1"] = Emptied()
        change(aws, 7)
    assert called == [("sg-7", "ch-7")] * 2
