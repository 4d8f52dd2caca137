"""One account on moto for many workers, with a hook at every AWS call and a clock to turn.

The hook stands where botocore hands a call to the network, once for each page and with no retry
around it, so a fault there is what a worker has to live with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError
from moto import mock_aws

from steadyhand.aws.client import Botocore
from steadyhand.aws.failures import reason_of
from steadyhand.check import Check
from steadyhand.engine.changes.actor import Actor
from steadyhand.engine.changes.refused import Refused
from steadyhand.engine.changes.worker import in_force
from steadyhand.engine.reconcile import Reconciler
from steadyhand.ledger.change_rows import change_in
from steadyhand.ledger.rows import unwrap
from steadyhand.ledger.table import Ledger
from steadyhand.model import Answer, Call, Change, Exemption, ReadFailed
from steadyhand.settings.values import Settings
from tests.reconcilers import ACCOUNT, KEY, REGION, ROLE, TABLE, Clock, models, table
from tests.verbs import kept_options

HOME = "eu-west-1"
"""Where the ledger lies, so that no check finds our own table."""

PERSON = f"arn:aws:iam::{ACCOUNT}:user/ann"
OTHER = f"arn:aws:iam::{ACCOUNT}:user/zoe"
READS = (
    "Describe",
    "Get",
    "List",
    "Query",
    "Scan",
    "Generate",
    "Lookup",
    "Detect",
    "Simulate",
    "Filter",
)
Clients = Callable[[str, str], Any]
Hook = Callable[[Call, Callable[[], Answer]], Answer]

CLIENTS: dict[tuple[str, str], Any] = {}
"""botocore's clients, made once: what they say to is moto, or nothing."""


class Killed(BaseException):
    """The worker dies here."""


def is_read(action: str) -> bool:
    """Does a call leave everything as it is?"""
    return action.partition(":")[2].startswith(READS) or action == "sts:AssumeRole"


def no(code: str, status: int = 400) -> ReadFailed:
    """An error as AWS answers it."""
    said = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ReadFailed(code, code, said)


class Pace(Protocol):
    """A slow AWS: here before moto, or the emulator itself."""

    @property
    def waits(self) -> bool:
        """Is anything on its way?"""

    def land(self, now: datetime) -> None:
        """What is due shows."""

    def ask(self, call: Call, go: Callable[[], Answer], now: datetime) -> Answer:
        """One call of the account."""


class World:
    """What is true in the account, whoever asks. `clients` make clients of it, by service and region."""

    def __init__(
        self, slow: Pace | None = None, clients: Clients | None = None, account: str = ACCOUNT
    ) -> None:
        self.clock, self.slow, self.stop = Clock(), slow, ""
        self.clients, self.account = clients or client_of, account
        self.hook: Hook = straight
        self.exempt: Sequence[Exemption] = ()
        self.answers: dict[str, Callable[[Mapping[str, Any]], Answer]] = {}
        self.touch: dict[str, Callable[[Answer], None]] = {}
        self.mutations: list[Call] = []
        self.unrecorded: list[str] = []
        self.quiet = False
        table(self.clients("dynamodb", HOME))

    def reach(self, call: Call, send: Callable[[], Answer]) -> Answer:
        """One call arrives at AWS."""
        said = self.answers.get(call.action)
        go: Callable[[], Answer] = partial(said, call.params) if said else send
        answer = go() if self.quiet or is_ours(call) else self.arrived(call, go)
        if touch := self.touch.get(call.action):
            touch(answer)
        return answer

    def arrived(self, call: Call, go: Callable[[], Answer]) -> Answer:
        """A call about the account itself."""
        if not is_read(call.action):
            if not any(change.state.moves for change in self.changes()):
                self.unrecorded.append(call.action)
            self.mutations.append(call)
        return self.slow.ask(call, go, self.clock.at) if self.slow else go()

    def client(self, service: str) -> Any:
        """A plain client, for whoever is not us."""
        return self.clients(service, REGION)

    def aws(self) -> Client:
        """A worker's own client."""
        return Client(self, REGION)

    @contextmanager
    def unseen(self) -> Iterator[Client]:
        """A client that no fault meets and that sees what is true, however late it shows."""
        hook, self.hook, quiet, self.quiet = self.hook, straight, self.quiet, True
        try:
            yield self.aws()
        finally:
            self.hook, self.quiet = hook, quiet

    def worker(self, *checks: Check) -> Reconciler:
        """A worker with nothing in its memory."""
        aws, known = self.aws(), {check.id: check for check in checks}
        ledger = Ledger(aws.elsewhere(HOME), TABLE, lambda: KEY)
        modes = {name: {"*": "auto"} for name in known}
        return Reconciler(
            aws=aws,
            ledger=ledger,
            settings=Settings(regions=[REGION], home=REGION, modes=modes),
            actor=Actor(aws=aws, role=ROLE.replace(ACCOUNT, self.account), clock=self.clock),
            checks=known.__getitem__,
            stopped=lambda: self.stop,
            exemptions=lambda: [*self.exempt, *in_force(ledger, self.clock)()],
            now=self.clock,
        )

    def rows(self) -> list[dict[str, Any]]:
        """Every row of the ledger, as it is."""
        found = self.clients("dynamodb", HOME).scan(TableName=TABLE, ConsistentRead=True)["Items"]
        return [dict(unwrap(one)) for one in found]

    def changes(self) -> list[Change]:
        """Every change, oldest first."""
        found = [change_in(row, KEY) for row in self.rows() if row["sk"] == "change"]
        return sorted(found, key=lambda one: (one.at, one.id))

    def claims(self) -> list[str]:
        """The parts that somebody says to be working on."""
        return [
            row["sk"] for row in self.rows() if row["pk"].startswith("part#") and row.get("open")
        ]


class Client(Botocore):
    """Steadyhand's client, at whose calls the world's hook stands."""

    def __init__(self, world: World, region: str, **more: Any) -> None:
        self.world = world
        said: dict[str, Any] = {"identity": f"arn:aws:iam::{world.account}:user/test"}
        super().__init__(region, session=models(), **(said | more | {"workers": False}))

    def with_(self, **other: Any) -> Client:
        kept = {name: other[name] for name in ("identity", "attempts") if name in other}
        return Client(self.world, other.get("region", self.region), counts=self.counts, **kept)

    def client(self, service: str) -> Any:
        return self.world.clients(service, self.region)

    def wait(self, seconds: float) -> None:
        self.world.clock.turn(seconds=seconds)

    def paced(self, call: Call, send: Callable[[], Answer]) -> Answer:
        def arrive() -> Answer:
            try:
                return self.world.reach(call, send)
            except ClientError as error:
                raise ReadFailed(
                    *reason_of(call, error.response, str(error)), error.response
                ) from error
            except BotoCoreError as error:
                raise ReadFailed(type(error).__name__, str(error)) from error

        return self.world.hook(call, arrive)


def straight(call: Call, go: Callable[[], Answer]) -> Answer:
    """Nothing is in the way."""
    del call
    return go()


def is_ours(call: Call) -> bool:
    """Is it about our own ledger or session, and not about the account?"""
    return call.service == "sts" or (
        call.service == "dynamodb" and f"'{TABLE}'" in str(call.params)
    )


def client_of(service: str, region: str) -> Any:
    """botocore's own client; it may be had before moto runs and after."""
    if (service, region) not in CLIENTS:
        CLIENTS[service, region] = models().create_client(
            service, region, aws_access_key_id="testing", aws_secret_access_key="testing"
        )
    return CLIENTS[service, region]


@contextmanager
def account(slow: Pace | None = None) -> Iterator[World]:
    """An empty account."""
    with mock_aws(), kept_options():
        yield World(slow)


def tried(job: Callable[[], object]) -> str:
    """What came of it, in a word. A fault that a worker does not live through is a crash."""
    try:
        job()
    except Killed:
        return "killed"
    except Refused as refused:
        return f"refused {refused.held.guardrail}: {refused.held.reason}"
    except ReadFailed as failed:
        return f"failed {failed.code}"
    except Exception as crash:  # noqa: BLE001 - whatever it is, it is told
        return f"crash {type(crash).__name__}: {crash}"
    return "ok"
