"""Runs our own commands in processes of their own, as a person gives them."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

from emulator.waiting import TooLate, until

CLI = "import sys; from steadyhand.cli import main; sys.exit(main())"
SYNTH = """\
import sys
from pathlib import Path
from tempfile import TemporaryFile
from steadyhand.demo.deployment import DeploymentError, synth

root, out, settings, account, region = sys.argv[1:]
try:
    synth(
        Path(root),
        Path(out),
        context={"steadyhand:target": "host", "steadyhand:settings": settings},
        environment={"CDK_DEFAULT_ACCOUNT": account, "CDK_DEFAULT_REGION": region},
        tell=print,
    )
except DeploymentError as failed:
    sys.exit(str(failed))
"""
SETTINGS = Path(__file__).with_name("steadyhand.toml")
CLI_SECONDS = 120
"""Seconds without an end, after which there is no hope."""


class CommandFailed(Exception):
    """One of our own commands ended otherwise than it should. The message has its last words."""


class CommandOutput(NamedTuple):
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str
    seconds: float


def given(
    words: Sequence[str], environment: Mapping[str, str], folder: Path, codes: Sequence[int]
) -> CommandOutput:
    """What one of our commands said. `codes` are the ends that are no failure."""
    began = time.monotonic()
    command = [sys.executable, "-c", CLI, *words, "--settings", str(SETTINGS)]
    surroundings = {**environment, "NO_COLOR": "1", "COLUMNS": "76"}
    with TemporaryFile("w+") as out, TemporaryFile("w+") as err:
        process = subprocess.Popen(
            command,
            env=surroundings,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            text=True,
        )
        try:
            code = until(process.poll, f"the end of `steadyhand {' '.join(words)}`", CLI_SECONDS)
        except TooLate as late:
            raise CommandFailed(str(late)) from None
        finally:
            process.kill()
            process.wait()
        took = time.monotonic() - began
        out.seek(0)
        err.seek(0)
        spoken = CommandOutput(code, out.read(), err.read(), took)
    if spoken.code not in codes:
        said = "\n".join((spoken.out + spoken.err).strip().splitlines()[-15:])
        raise CommandFailed(f"`steadyhand {' '.join(words)}` ended with {spoken.code}:\n{said}")
    return spoken


def synthesis(root: Path, out: Path, account: str, region: str) -> list[str]:
    """The command line by which our stacks become templates and zips."""
    named = (str(root), str(out), str(SETTINGS), account, region)
    return [sys.executable, "-c", SYNTH, *named]
