"""One account that is named, what is made in it, and its removal in any case.

Whatever is made says at once how it is removed; removals run backwards, each on its own, when the block ends:
by itself, by an error, by Ctrl-C or by SIGTERM. What could not be removed is listed.
"""

from __future__ import annotations

import os
import secrets
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from botocore.exceptions import ClientError

from steadyhand.aws.client import Botocore, session
from steadyhand.ledger.table import Ledger
from steadyhand.settings.deployed import SERVICE, STORAGE, TABLE

Client = Callable[[str], Any]
WORD = "verifying"
"""In every name: the environment in which safe fixes may run by themselves. Nowhere else may they."""


class Refused(Exception):
    """This account is not touched; the sentence says why."""


class NotTried(Exception):
    """This row needs what is not here; the sentence says what."""


class NotSeen(Exception):
    """An effect did not show in its time."""


@dataclass
class Sandbox:
    """`environment` is a child process's, `client` makes boto3 clients; both speak to one account."""

    account: str
    region: str
    identity: str
    client: Client
    environment: Mapping[str, str]
    scratch: Path
    target: str = "lambda"
    endpoint: str | None = None
    patience: float = 1.0
    tell: Callable[[str], None] = print
    run: str = field(default_factory=lambda: secrets.token_hex(3))
    credentials: Mapping[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    _removals: list[tuple[str, Callable[[], Any]]] = field(default_factory=list)

    @property
    def ledger(self) -> Ledger:
        """The ledger, read as a person reads it."""
        aws = Botocore(
            self.region,
            session=session(),
            identity=self.identity,
            workers=False,
            endpoint=self.endpoint,
            credentials=self.credentials,
        )
        return Ledger(aws, TABLE)

    def named(self, what: str) -> str:
        """A name of this run."""
        return f"{WORD}-{self.run}-{what}"

    def removing(self, what: str, remove: Callable[[], Any]) -> None:
        """It was made, or is about to be: this removes it, and may find nothing."""
        self._removals.append((what, remove))

    def until(self, what: str, look: Callable[[], Any], seconds: float) -> Any:
        """What a look gives, once it gives something true. `NotSeen` after so long."""
        ends = time.monotonic() + seconds * self.patience
        while not (found := look()):
            if time.monotonic() > ends:
                raise NotSeen(f"{what} did not show within {seconds * self.patience:.0f} seconds")
            time.sleep(min(2.0, seconds / 50))
        return found

    def remove(self) -> None:
        """Everything, backwards. A second Ctrl-C does not keep the rest."""
        while self._removals:
            what, remove = self._removals.pop()
            self.tell(f"removing {what}")
            for attempt in range(5):
                try:
                    remove()
                except KeyboardInterrupt:
                    self.left.append(f"{what}: interrupted")
                except ClientError as error:
                    if is_gone(error):
                        break
                    if attempt < 4:
                        time.sleep(2**attempt)
                        continue
                    self.left.append(f"{what}: {error}")
                except Exception as error:  # noqa: BLE001 - one that fails keeps no other
                    self.left.append(f"{what}: {error}")
                break


def is_gone(error: ClientError) -> bool:
    """There is nothing to remove."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    return any(word in code for word in ("NotFound", "NoSuch", "NonExistent", "DoesNotExist"))


@contextmanager
def removed(sandbox: Sandbox) -> Iterator[Sandbox]:
    """The sandbox, and nothing of this run in it afterwards."""

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield sandbox
    finally:
        sandbox.remove()
        signal.signal(signal.SIGTERM, before)


def admitted(client: Client, wanted: str) -> str:
    """The caller's ARN, if this is the account that was named, and nothing of ours is in it yet."""
    caller = client("sts").get_caller_identity()
    account, identity = str(caller["Account"]), str(caller["Arn"])
    if account != wanted:
        raise Refused(f"these credentials are of {account}, and {wanted or 'no account'} was named")
    if identity.endswith(":root"):
        raise Refused("the root user can be no operator; take a role or a user")
    there = [
        one["StackName"]
        for page in client("cloudformation").get_paginator("describe_stacks").paginate()
        for one in page["Stacks"]
        if one["StackName"] in {SERVICE, STORAGE}
    ]
    if there or TABLE in client("dynamodb").list_tables()["TableNames"]:
        raise Refused(f"Steadyhand is in {account} already: this is no sandbox")
    return identity


def surroundings() -> dict[str, str]:
    """The environment of a child process on real AWS."""
    return {**os.environ, "CDK_DISABLE_CLI_TELEMETRY": "true"}
