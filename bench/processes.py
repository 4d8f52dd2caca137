"""Runs a process and tells what it cost; starts and stops the front."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any, NamedTuple
from urllib.request import ProxyHandler, build_opener

HOME = Path(__file__).parents[1]
OURS = HOME / ".venv" / "bin"
PEERS = HOME / ".venv-bench" / "bin"
DIRECT = build_opener(ProxyHandler({}))
"""No proxy stands between us and the front."""


class Ran(NamedTuple):
    """What a process cost: `cpu` with its children, `peak` of the largest, in MB."""

    wall: float
    cpu: float
    peak: float
    code: int
    said: str
    complained: str


def run(
    command: Sequence[str | Path], variables: Mapping[str, str], folder: Path, timeout: float = 900
) -> Ran:
    """Run to the end; killed with all it started where it takes too long."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.monotonic()
        process = subprocess.Popen(
            [str(word) for word in command],
            env=dict(variables),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
        watch = Timer(timeout, os.killpg, (process.pid, signal.SIGKILL))
        watch.start()
        try:
            _, status, used = os.wait4(process.pid, 0)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        finally:
            watch.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - began
        said, complained = (read(file) for file in (out, err))
        cpu = used.ru_utime + used.ru_stime
        return Ran(wall, cpu, used.ru_maxrss / 1024, process.returncode, said, complained)


def read(file: Any) -> str:
    """All that was written to a file."""
    file.seek(0)
    return str(file.read().decode(errors="replace"))


class Stage(NamedTuple):
    """A front with an account behind it, and what was planted there."""

    endpoint: str
    cache: str
    planted: Mapping[str, int]

    def ask(self, what: str) -> dict[str, Any]:
        """One of the front's own questions: "stats", "latency?ms=50"."""
        with DIRECT.open(f"{self.endpoint}/__bench__/{what}", timeout=60) as reply:
            said: dict[str, Any] = json.load(reply)
            return said

    def variables(self, home: Path) -> dict[str, str]:
        """What a process finds in its environment: this account and nothing of ours.

        The folder for caches lasts as long as the stage: what a tool keeps there is kept.
        """
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        return kept | {
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.endpoint,
            "HOME": str(home),
            "XDG_CACHE_HOME": self.cache,
            "NO_PROXY": "127.0.0.1",
            "PYTHONWARNINGS": "ignore",
        }


@contextmanager
def stage(n: int) -> Iterator[Stage]:
    """An account with N of each kind; none with N = 0. Gone when the block ends."""
    variables = dict(os.environ) | {
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    }
    python = str(OURS / "python")
    with (
        tempfile.TemporaryDirectory() as cache,
        subprocess.Popen(
            [python, "-m", "bench.aws.front"],
            env=variables,
            cwd=HOME,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as front,
    ):
        try:
            assert front.stdout
            empty = Stage(f"http://127.0.0.1:{front.stdout.readline().strip()}", cache, {})
            command = (python, "-m", "bench.aws.seed", str(n), empty.endpoint)
            planted = run(command, variables, HOME) if n else None
            if planted and planted.code:
                raise RuntimeError(f"planting failed: {planted.complained[-2000:]}")
            yield empty._replace(planted=json.loads(planted.said) if planted else {})
        finally:
            front.kill()
