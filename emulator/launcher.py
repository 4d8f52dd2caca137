"""An AWS account on this machine: starts in seconds, needs no account, no Docker, and leaves nothing.

ministack plays AWS, in an environment of its own; `bridge/` adds what it lacks. One process group holds
it and the functions it runs; it ends when `Emulator` closes, and by itself when we die in whatever way,
because it watches the pipe that we hold (see `bridge/parent_watch.py`).
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from emulator.process import child_environment, serve
from emulator.waiting import TooLate, until, watched

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
INTERPRETER = ROOT / ".venv-emulator" / "bin" / "python"
SECRET = "embedded"
MAX_WAIT = 60.0
READ_TIMEOUT = 600
"""Seconds that one answer may take: a function may be waited for in it."""


class EmulatorError(RuntimeError):
    """The embedded AWS could not start or stopped; the message says what to do."""


@dataclass(frozen=True)
class Mail:
    """One mail that was sent, as it went out."""

    id: str
    sent_at: float
    sender: str
    recipients: tuple[str, ...]
    region: str
    mime: bytes


@dataclass
class Emulator:
    """A running AWS account; made by `Emulator.start`."""

    url: str
    region: str
    account: str
    scratch: Path
    log: Path
    _process: subprocess.Popen[bytes] = field(repr=False)
    _people: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)
    _sessions: dict[tuple[str, str], Any] = field(default_factory=dict, repr=False)
    _making: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    @contextmanager
    def start(
        cls,
        region: str = "eu-central-1",
        account: str = "111122223333",
        *,
        auth: bool = False,
        trail: bool = True,
        log: Path | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> Iterator[Self]:
        """Serve an empty account until the block ends.

        `auth` enforces IAM. `trail` gives the account a trail that logs management events, without
        which AWS delivers no API call to EventBridge. `settings` go to ministack and the bridge as they are.
        """
        aws = cls._spawn(region, account, auth=auth, trail=trail, log=log, settings=settings or {})
        try:
            aws.await_health()
            with watched(aws.progress):
                yield aws
        finally:
            aws.close()

    @property
    def environment(self) -> dict[str, str]:
        """The whole environment for a child process that is to work in this account, as its root."""
        home = self.scratch / "cdk"
        return child_environment(self.url, self.account, SECRET, self.region, home)

    def client(
        self,
        service: str,
        region: str | None = None,
        *,
        user: str | None = None,
        credentials: Mapping[str, str] | None = None,
    ) -> Any:
        """Give a boto3 client: the account's root, an IAM `user`, or an AssumeRole's `Credentials`."""
        import boto3
        from botocore.config import Config

        held = dict(credentials or {})
        if user is not None:
            held = self.person(user)
        key = held.get("AccessKeyId", self.account)
        where = region or self.region
        config = Config(
            retries={"total_max_attempts": 1},
            read_timeout=READ_TIMEOUT,
            inject_host_prefix=False,
            s3={"addressing_style": "path"},
        )
        # A session reads a service's model once; clients of one session cannot be made at a time.
        with self._making:
            session: Any = self._sessions.get((key, where))
            if session is None:
                session = self._sessions[key, where] = boto3.Session(
                    aws_access_key_id=key,
                    aws_secret_access_key=held.get("SecretAccessKey", SECRET),
                    aws_session_token=held.get("SessionToken"),
                    region_name=where,
                )
            return session.client(service, endpoint_url=self.url, config=config)

    def person(self, name: str) -> dict[str, str]:
        """Credentials of an IAM user of that name, made on first use, who may do everything."""
        if name not in self._people:
            iam = self.client("iam")
            iam.create_user(UserName=name)
            everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
            policy = {"Version": "2012-10-17", "Statement": [everything]}
            iam.put_user_policy(
                UserName=name, PolicyName="everything", PolicyDocument=json.dumps(policy)
            )
            self._people[name] = iam.create_access_key(UserName=name)["AccessKey"]
        return self._people[name]

    def mails(self) -> list[Mail]:
        """Every mail sent so far, oldest first."""
        return [
            Mail(
                id=mail["id"],
                sent_at=mail["sent_at"],
                sender=mail["sender"],
                recipients=tuple(mail["recipients"]),
                region=mail["region"],
                mime=base64.b64decode(mail["mime"]),
            )
            for mail in self.page("/_bridge/mails")
        ]

    def bill(
        self,
        results: Sequence[Mapping[str, Any]],
        anomalies: Sequence[Mapping[str, Any]] = (),
        deeds: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        """Set what Cost Explorer answers from: `{"date", "service", "usd"}` rows, one per day and service.

        A row may have `region`, `usage_type`, `record_type`, `tags`, and `quantity` with its `unit`
        too. `anomalies` are as GetAnomalies returns them. `deeds` are calls of earlier days that
        CloudTrail knows: `{"at", "source", "action", "by", "parameters"}`.
        """
        said = {"days": list(results), "anomalies": list(anomalies), "deeds": list(deeds)}
        self.page("/_bridge/bill", said)

    def answer(self, service: str, operation: str, answer: Mapping[str, Any]) -> None:
        """Record what an operation answers from now on, for what nobody emulates.

        `service` and `operation` are named as botocore's models do (`health`, `DescribeEvents`). The
        answer is held to the model, so it cannot have a shape that AWS would not give.
        """
        recorded = {"service": service, "operation": operation, "answer": dict(answer)}
        if wrong := self.page("/_bridge/answer", recorded).get("wrong"):
            raise EmulatorError(f"{service} {operation} cannot answer that: {wrong}")

    def close(self) -> None:
        """End the account and everything that runs in it; harmless when repeated."""
        process = self._process
        if process.stdin is not None and not process.stdin.closed:
            with suppress(OSError):
                process.stdin.close()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def tail(self, lines: int = 20) -> str:
        """The last lines of the log."""
        with suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        return ""

    @classmethod
    def _spawn(
        cls,
        region: str,
        account: str,
        *,
        auth: bool,
        trail: bool,
        log: Path | None,
        settings: Mapping[str, str],
    ) -> Self:
        if not INTERPRETER.exists():
            where = INTERPRETER.parent.parent.name
            said = f"The embedded AWS is not installed in {where}: run `make setup`"
            raise EmulatorError(f"{said} in a checkout of Steadyhand.")
        scratch = Path(tempfile.mkdtemp(prefix="steadyhand-aws-"))
        for folder in ("tmp", "cdk"):
            (scratch / folder).mkdir()
        written = log or scratch / "emulator.log"
        written.parent.mkdir(parents=True, exist_ok=True)
        listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
        with listening, written.open("wb") as out:
            process = serve(
                INTERPRETER,
                listening,
                scratch,
                out,
                {
                    "MINISTACK_REGION": region,
                    "MINISTACK_ACCOUNT_ID": account,
                    "AWS_SECRET_ACCESS_KEY": SECRET,
                    "AUTH": "true" if auth else "false",
                    "BRIDGE_TRAIL": "1" if trail else "0",
                    **settings,
                },
            )
            port = listening.getsockname()[1]
        return cls(f"http://127.0.0.1:{port}", region, account, scratch, written, process)

    def await_health(self) -> None:
        """Return once the account answers; say why it does not."""
        try:
            is_well = until(self._answers, "the start", MAX_WAIT, progress=self._said)
        except TooLate:
            is_well = False
        if not is_well:
            ended = self.tail()
            self.close()
            raise EmulatorError(f"The embedded AWS did not start:\n{ended}")

    def _answers(self) -> bool | None:
        """Whether it answers; False once it never will, None as long as nobody knows."""
        if self._process.poll() is not None:
            return False
        with suppress(OSError, urllib.error.URLError):
            request = urllib.request.Request(f"{self.url}/_ministack/health")
            with _opener().open(request, timeout=30) as answer:
                return True if answer.status == 200 else None
        return None

    def _said(self) -> object:
        """How much it wrote into its log."""
        with suppress(OSError):
            return self.log.stat().st_size
        return None

    def progress(self) -> object:
        """What changes while the account is at work: changes made in it, functions that ran or run."""
        try:
            counted = self.page("/_bridge/progress")
        except (OSError, ValueError):
            return None
        is_running = counted["begun"] > counted["ended"]
        return counted, time.monotonic() if is_running else None

    def page(self, path: str, body: Any = None) -> Any:
        """A page of the bridge: what it answers, to a body or to none."""
        data = json.dumps(body, default=str).encode() if body is not None else None
        request = urllib.request.Request(f"{self.url}{path}", data=data)
        with _opener().open(request, timeout=30) as answer:
            return json.load(answer)


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))
