"""Steadyhand's own stacks into the embedded AWS, with the official CDK CLI.

Exactly what an owner runs against a real account; only the endpoint differs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.launcher import Emulator

ROOT = Path(__file__).resolve().parent.parent.parent
CLI = ROOT / "node_modules" / ".bin" / "cdk"
Tell = Callable[[str], None]


class DeploymentError(RuntimeError):
    """The CDK CLI failed; the message ends with its last lines."""


def synth(
    root: Path,
    out: Path,
    *,
    context: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    tell: Tell | None = None,
) -> None:
    """Synthesise the app of a folder into `out`, with this interpreter."""
    settings = {
        **os.environ,
        **(environment or {}),
        "CDK_DISABLE_CLI_TELEMETRY": "true",
    }
    settings.pop("PYTHONDONTWRITEBYTECODE", None)  # it makes every synth compile aws-cdk-lib again
    asked = [f"--context={name}={value}" for name, value in (context or {}).items()]
    _run(["synth", "--quiet", "--output", str(out), *asked], settings, cwd=root, tell=tell)


def bootstrap(aws: Emulator, *, region: str | None = None, tell: Tell | None = None) -> None:
    """Prepare the account for the CDK, in one region."""
    where = f"aws://{aws.account}/{region or aws.region}"
    _run(["bootstrap", where, "--app", ""], aws.environment, cwd=aws.scratch, tell=tell)


def deploy(
    aws: Emulator,
    out: Path,
    stacks: str | Sequence[str] = "--all",
    *,
    parameters: Mapping[str, str] | None = None,
    adopt: bool = False,
    tell: Tell | None = None,
) -> None:
    """Deploy stacks that were synthesised; with `adopt` what stayed is imported, as `steadyhand deploy` does."""
    named = [stacks] if isinstance(stacks, str) else list(stacks)
    given = [f"--parameters={name}={value}" for name, value in (parameters or {}).items()]
    _run(
        [
            "deploy",
            *named,
            *given,
            *("--app", str(out.resolve())),
            *(["--import-existing-resources"] if adopt else ["--method", "direct"]),
            *("--require-approval", "never"),
            *("--progress", "events"),
        ],
        aws.environment,
        cwd=aws.scratch,
        tell=tell,
    )


def destroy(
    aws: Emulator, out: Path, stacks: str | Sequence[str] = "--all", *, tell: Tell | None = None
) -> None:
    """Delete stacks that were deployed."""
    named = [stacks] if isinstance(stacks, str) else list(stacks)
    command = ["destroy", *named, "--app", str(out.resolve()), "--force"]
    _run(command, aws.environment, cwd=aws.scratch, tell=tell)


def outputs(aws: Emulator, stack: str, *, region: str | None = None) -> dict[str, str]:
    """Give a stack's outputs by their keys."""
    described = aws.client("cloudformation", region).describe_stacks(StackName=stack)["Stacks"][0]
    return {o["OutputKey"]: o["OutputValue"] for o in described.get("Outputs", [])}


def remedy() -> str:
    """What sets the project's tools up; what a wheel has laid down has no Makefile, and is laid anew."""
    return "run `make setup`" if (ROOT / "Makefile").exists() else f"delete {ROOT} and start again"


def _run(
    command: Sequence[str], environment: Mapping[str, str], *, cwd: Path, tell: Tell | None
) -> None:
    if not CLI.exists():
        raise DeploymentError(f"The CDK CLI is not installed: {remedy()}.")
    last: deque[str] = deque(maxlen=40)
    beside_us = str(Path(sys.executable).parent)  # where a node of the project's own is
    path = os.pathsep.join([beside_us, environment.get("PATH", os.defpath)])
    with subprocess.Popen(
        [str(CLI), *command, "--no-notices", "--no-color", "--ci"],
        cwd=cwd,
        env={**environment, "PATH": path, "CI": "true"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        try:
            for line in process.stdout or ():
                last.append(line.rstrip())
                if tell is not None and line.strip():
                    tell(line.rstrip())
        except BaseException:  # whoever interrupts us must not leave a deployment running
            process.terminate()
            raise
    if process.returncode:
        said = "\n".join(line for line in last if line)
        raise DeploymentError(f"`cdk {' '.join(command)}` failed:\n{said}")
