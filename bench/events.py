"""One event, from the bus to the closed port: cold and warm, beside Cloud Custodian's Lambda mode.

Each sample is a fresh process on an archive as Lambda unpacks it, where nothing can be written:
Cloud Custodian's has no bytecode, so it compiles at every cold start. Ours has, where the Python
that deploys is the Python that runs. Both are measured both ways.
"""

from __future__ import annotations

import compileall
import json
import os
import shutil
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from bench.processes import HOME, OURS, PEERS, Stage, run, stage
from steadyhand.settings.deployed import Deployed
from steadyhand.settings.values import Settings

MORE = 10
"""Warm events of each process."""

CHECK = "open_admin_ports"
ROLE = "arn:aws:iam::123456789012:role/steadyhand-actor"


class Handler(NamedTuple):
    """A packed handler: which Python runs it, and what is its own in the environment."""

    name: str
    python: Path
    folder: Path
    entry: str
    is_ours: bool

    @property
    def variables(self) -> dict[str, str]:
        """As the stack sets them; Cloud Custodian keeps its own in the archive."""
        if not self.is_ours:
            return {}
        settings = Settings(modes={CHECK: {"*": "auto"}})
        deployed = Deployed(settings=settings, home="us-east-1", actor=ROLE)
        return deployed.as_variables() | {"STEADYHAND_MODELS": "models"}


class Drives(list[dict[str, Any]]):
    """What `drive` said of one handler, process by process."""

    def median(self, figure: Callable[[dict[str, Any]], float]) -> float:
        return statistics.median(map(figure, self))

    @property
    def imported(self) -> float:
        """CPU of the import, in ms."""
        return 1000 * self.median(lambda drive: drive["imported"])

    @property
    def cold(self) -> float:
        """CPU of import and first event, in ms."""
        return 1000 * self.median(lambda drive: drive["imported"] + drive["first"]["cpu"])

    @property
    def warm(self) -> float:
        """CPU of a later event, in ms."""
        return 1000 * statistics.median(event["cpu"] for drive in self for event in drive["more"])

    @property
    def peak(self) -> float:
        """MB."""
        return self.median(lambda drive: drive["peak"])

    @property
    def first_calls(self) -> Counter[str]:
        """The calls of the first event."""
        return Counter(self[0]["first"]["calls"])

    @property
    def warm_calls(self) -> Counter[str]:
        """The most of each call in any later event."""
        most: Counter[str] = Counter()
        for drive in self:
            for event in drive["more"]:
                most |= Counter(event["calls"])
        return most

    @property
    def echo_calls(self) -> Counter[str]:
        """The calls of the event that our own fix causes."""
        return Counter(self[0]["echo"]["calls"])

    @property
    def works(self) -> bool:
        """Every port was closed by the one event that told of it."""
        events = [event for drive in self for event in (drive["first"], *drive["more"])]
        return all(event["closed"] and not event["failed"] for event in events)


def compare(repeat: int) -> dict[str, Drives]:
    """Every handler, in turn, in fresh processes, on one account."""
    with TemporaryDirectory() as name, stage(0) as account:
        handlers = list(packed(Path(name)))
        drives = {handler.name: Drives() for handler in handlers}
        for sample in range(repeat + 1):
            for handler in handlers:
                said = drive(account, handler, Path(name))
                if sample:
                    drives[handler.name].append(said)
    return drives


def packed(folder: Path) -> Iterator[Handler]:
    """Both archives, each with and without bytecode."""
    search = f"{OURS}{os.pathsep}{os.environ.get('PATH', '')}"
    variables = dict(os.environ) | {
        "PATH": search,
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
    }
    package = HOME / "bench" / "packages.py"
    packers: dict[str, list[str | Path]] = {
        "ours": [OURS / "python", "-m", "bench.packages"],
        "theirs": [PEERS / "python", package],
    }
    for whose, packer in packers.items():
        made = run([*packer, whose, folder / whose], variables, HOME)
        if made.code:
            raise RuntimeError(f"{whose} could not be packed: {made.complained[-2000:]}")
    for whose, python, entry in (
        ("ours", OURS / "python", "functions.react.handler"),
        ("theirs", PEERS / "python", "custodian_policy.run"),
    ):
        without = folder / f"{whose}-plain"
        shutil.copytree(folder / whose, without, ignore=shutil.ignore_patterns("__pycache__"))
        if whose == "theirs":
            compileall.compile_dir(folder / whose, quiet=2, force=True)
        yield Handler(whose, python, folder / whose, entry, whose == "ours")
        yield Handler(f"{whose}, no bytecode", python, without, entry, whose == "ours")


def drive(account: Stage, handler: Handler, home: Path) -> dict[str, Any]:
    """One fresh process with a security group of its own."""
    variables = account.variables(home) | handler.variables
    group = run([OURS / "python", "-m", "bench.aws.preparation", account.endpoint], variables, HOME)
    if group.code:
        raise RuntimeError(f"the account could not be prepared: {group.complained[-2000:]}")
    order = {
        "folder": str(handler.folder),
        "handler": handler.entry,
        "group": group.said.strip(),
        "queue": handler.is_ours,
        "more": MORE,
    }
    lambda_ = {"AWS_LAMBDA_FUNCTION_NAME": "bench", "PYTHONDONTWRITEBYTECODE": "1"}
    command: list[str | Path] = [handler.python, HOME / "bench" / "drive.py", json.dumps(order)]
    ran = run(command, variables | lambda_, home)
    if ran.code:
        raise RuntimeError(f"{handler.name} ended with {ran.code}: {ran.complained[-2000:]}")
    said: dict[str, Any] = json.loads(ran.said.splitlines()[-1])
    return said
