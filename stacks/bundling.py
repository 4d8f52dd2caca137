"""Makes the zips that Lambda runs: our code, locked dependencies, the event index, the cut models. No Docker.

The same sources, lock and target give the same bytes: entries are sorted, times are fixed, hashes
are required, and the asset's own hash is made of what goes in. boto3 and botocore are the runtime's.

Python's bytecode goes in where this interpreter has the version that will run it (for the host,
always). Bytecode of another version could only be made by that version; then none is shipped, and
a cold start compiles what it imports.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jsii
from aws_cdk import (
    AssetHashType,
    BundlingOptions,
    BundlingOutput,
    DockerImage,
    ILocalBundling,
)
from aws_cdk import aws_lambda as lambda_

from stacks import sbom
from stacks.access.operations import operations_in
from steadyhand.aws.service_models import cut
from steadyhand.catalogue import discovery as catalogue
from steadyhand.engine.wakes import index
from steadyhand.settings import deployed
from steadyhand.settings.file import SettingsInvalid

ROOT = Path(__file__).resolve().parent.parent
LONG_AGO = (1980, 1, 1, 0, 0, 0)
MODELS = "models"
"""Where the cut models lie, from the zip's root."""

UNUSED = (
    "aws_lambda_powertools/event_handler/openapi/swagger_ui/*.min.*",
    "icalendar/tests/**/*.*",
)
"""What dependencies bring along and no function of ours imports: a web page's scripts, tests of their own."""

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


@dataclass(frozen=True, kw_only=True)
class Target:
    """What will run a zip: a version of Python, and a platform as uv names it (empty: this one)."""

    python: str
    platform: str = ""


TARGETS: Mapping[str, Target] = {
    "lambda": Target(python=deployed.RUNTIME, platform="aarch64-manylinux_2_28"),
    "host": Target(python=HERE),
}


def wanted(said: str | None) -> Target:
    """What `--context steadyhand:target=…` asks for; without it, Lambda."""
    name = said or "lambda"
    if name not in TARGETS:
        raise SettingsInvalid(f"steadyhand:target is {name}; it can be {' or '.join(TARGETS)}.")
    return TARGETS[name]


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """One zip: its name, the lock of its dependencies, and the parts of steadyhand/ it does without."""

    name: str
    lock: str
    without: tuple[str, ...]

    def sources(self) -> Iterator[Path]:
        """Our files that go in, from the root, sorted."""
        left_out = [ROOT / "steadyhand" / part for part in self.without]
        for folder in ("functions", "steadyhand"):
            for file in sorted((ROOT / folder).rglob("*")):
                made_here = "__pycache__" in file.parts or file.name.startswith(".")
                unwanted = any(file.is_relative_to(part) for part in left_out)
                if file.is_file() and not made_here and not unwanted:
                    yield file.relative_to(ROOT)

    def digest(self, target: Target) -> str:
        """What the zip is made of, in short."""
        made = hashlib.sha256(f"{target} {target.python == HERE}".encode())
        made.update(importlib.metadata.version("botocore").encode())
        made.update(wakes().encode())
        ours = [Path("stacks", name) for name in ("bundling.py", "sbom.py", "access/operations.py")]
        for file in (*self.sources(), Path(self.lock), *ours):
            content = hashlib.sha256((ROOT / file).read_bytes()).hexdigest()
            made.update(f"{file.as_posix()} {content}\n".encode())
        return made.hexdigest()

    def write(self, file: Path, target: Target) -> None:
        """The zip itself."""
        with TemporaryDirectory() as scratch:
            folder = Path(scratch)
            self._install(folder, target)
            for source in self.sources():
                (folder / source).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / source, folder / source)
            (folder / "event_index.json").write_text(wakes())
            cut(operations_in(called()), folder / MODELS)
            (folder / sbom.NAME).write_text(sbom.of_folder(folder, self.name), encoding="utf-8")
            if target.python == HERE:
                _compile(folder)
            pack(folder, file)

    def _install(self, folder: Path, target: Target) -> None:
        command = ["uv", "pip", "install", "--quiet", "--no-config", "--no-deps"]
        command += ["--require-hashes", "--only-binary", ":all:", "--link-mode", "copy"]
        command += ["--no-compile-bytecode", "--target", str(folder), "-r", str(ROOT / self.lock)]
        command += ["--python", sys.executable, "--python-version", target.python]
        if target.platform:
            command += ["--python-platform", target.platform]
        subprocess.run(command, check=True, env={**os.environ, "UV_PYTHON_DOWNLOADS": "never"})
        shutil.rmtree(folder / "bin", ignore_errors=True)
        for unused in UNUSED:
            for file in folder.glob(unused):
                file.unlink()
        for left in [*folder.glob("*.dist-info/RECORD"), folder / ".lock"]:
            left.unlink(missing_ok=True)


# Reacting must start fast: nothing that writes mails, draws, demonstrates or talks to a terminal.
FUNCTIONS = Bundle(
    name="functions",
    lock="locks/functions.txt",
    without=(
        "catalogue/docs.py",
        "cli",
        "connect/tickets",
        "demo",
        "portal",
        "readings/billing.py",
        "readings/deeds.py",
        "readings/gather.py",
        "readings/inventory",
        "readings/measures",
        "reports",
    ),
)
REPORTS = Bundle(
    name="reports",
    lock="locks/reports.txt",
    without=("catalogue/docs.py", "cli", "connect/tickets", "demo"),
)
TICKETS = Bundle(
    name="tickets",
    lock="locks/tickets.txt",
    without=("catalogue/docs.py", "cli", "demo", "portal", "readings", "reports"),
)
BUNDLES = {one.name: one for one in (FUNCTIONS, REPORTS, TICKETS)}


def called() -> list[Path]:
    """The Python files whose calls the cut models must answer: all that any function runs."""
    every = {file for bundle in BUNDLES.values() for file in bundle.sources()}
    return [ROOT / file for file in sorted(every) if file.suffix == ".py"]


@cache
def wakes() -> str:
    """The event index, written down once, so that no function has to load every check."""
    return json.dumps(index(catalogue.load()), separators=(",", ":"))


def pack(folder: Path, file: Path) -> None:
    """A folder as a zip that depends on nothing but its files."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        files = {
            file.relative_to(folder).as_posix(): file
            for file in folder.rglob("*")
            if file.is_file()
        }
        for name, source in sorted(files.items()):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, source.read_bytes())


def _compile(folder: Path) -> None:
    """Bytecode that trusts its name: it is not checked against the source when it is loaded."""
    command = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(folder), str(folder)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "0"})


@jsii.implements(ILocalBundling)
class _Local:
    """How the CDK asks for a zip when it has none of that hash yet."""

    def __init__(self, bundle: Bundle, target: Target) -> None:
        self.bundle, self.target = bundle, target

    def try_bundle(self, output_dir: str, *, image: DockerImage, **options: Any) -> bool:
        """Always: there is no Docker to fall back on."""
        del image, options
        self.bundle.write(Path(output_dir) / "function.zip", self.target)
        return True


def code(bundle: Bundle, target: Target) -> lambda_.AssetCode:
    """A zip as the CDK takes it."""
    local: Any = _Local(bundle, target)
    return lambda_.Code.from_asset(
        str(ROOT / "functions"),
        asset_hash_type=AssetHashType.CUSTOM,
        asset_hash=bundle.digest(target),
        bundling=BundlingOptions(
            image=DockerImage.from_registry("scratch"),
            local=local,
            output_type=BundlingOutput.ARCHIVED,
        ),
    )
