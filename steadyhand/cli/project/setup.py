"""Sets the project up where there is no checkout: its files from the wheel, its tools from their locks.

The wheel carries what a checkout has and an import does not need: stacks, functions, locks and the
CDK's project file. They are laid into a private folder of the cache, named after the version and
what is in it; tools are fetched from PyPI and npm by hash, once.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import steadyhand
from steadyhand.cli.errors import CliError
from steadyhand.settings import private

PACKAGE = Path(steadyhand.__file__).resolve().parent
CARRIED = PACKAGE / "carried"
"""Where the wheel carries the rest of the project; in a checkout there is no such folder."""

MARK = ".ready"
TOOLS, EMULATOR = ".venv", ".venv-emulator"
SKIPPED = ("__pycache__", "*.pyc")

Tell = Callable[[str], None]


def project(tell: Tell, *, emulator: bool) -> Path:
    """The folder of the project, with its tools; those of the emulator where they are wanted."""
    if not CARRIED.is_dir():
        return checkout()
    try:
        where = private.cache("project", f"{version('steadyhand')}-{digest()}")
        laid(where)
        install(where, tell, emulator=emulator)
    except private.NotPrivate as reason:
        raise CliError(f"{reason}") from None
    except OSError as error:
        raise CliError(f"{error.filename} cannot be written: {error.strerror}") from error
    return where


def checkout() -> Path:
    """The checkout that this code lies in."""
    root = PACKAGE.parent
    if not (root / "app.py").is_file():
        said = f"{root} is no checkout of Steadyhand, and this wheel carries none"
        raise CliError(said, "install the wheel of a release")
    if not (root / "node_modules" / ".bin" / "cdk").exists():
        raise CliError(f"the tools of {root} are not set up", f"make -C {root} setup")
    return root


def digest() -> str:
    """What the wheel carries, in short: another wheel of the same version is another project."""
    whole = hashlib.sha256()
    for file in sorted(files(PACKAGE)):
        whole.update(f"{file.relative_to(PACKAGE)}\0".encode() + file.read_bytes() + b"\0")
    return whole.hexdigest()[:12]


def files(folder: Path) -> Iterator[Path]:
    """Its files, without what Python makes of them."""
    for file in folder.rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts:
            yield file


def laid(where: Path) -> None:
    """The project's files, once: what the wheel carries, and the packages beside it."""
    if (where / MARK).exists():
        return
    ignored = shutil.ignore_patterns(*SKIPPED, CARRIED.name)
    shutil.copytree(CARRIED, where, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*SKIPPED))
    for name in (PACKAGE.name, "emulator"):
        there = where / name
        shutil.copytree(PACKAGE.parent / name, there, dirs_exist_ok=True, ignore=ignored)
    (where / MARK).touch()


def install(where: Path, tell: Tell, *, emulator: bool) -> None:
    """The tools that are missing. Each is fetched by the hashes of its lock."""
    python = where / TOOLS / "bin" / "python"
    if not (where / TOOLS / MARK).exists():
        tell("Fetching the tools that deploy, once: some minutes, about 850 MB on this disk.")
        run([sys.executable, "-m", "venv", str(where / TOOLS)], where)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, "--require-hashes", "-r", "locks/deploy.txt"], where)
        own = next((where / TOOLS / "lib").glob("python*/site-packages"))
        (own / "steadyhand-project.pth").write_text(f"{where}\n", encoding="utf-8")
        run([str(python.with_name("npm")), "ci", "--silent", "--no-audit", "--no-fund"], where)
        (where / TOOLS / MARK).touch()
    if emulator and not (where / EMULATOR / MARK).exists():
        tell("Fetching the emulator of AWS, once: about 100 MB on this disk.")
        run([sys.executable, "-m", "venv", str(where / EMULATOR)], where)
        pip = [str(where / EMULATOR / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        lock = ["--require-hashes", "-r", "locks/emulator.txt"]
        run([*pip, "--disable-pip-version-check", *lock], where)
        (where / EMULATOR / MARK).touch()


def run(command: Sequence[str], where: Path) -> None:
    """One tool, quiet; what it said is told where it fails."""
    done = subprocess.run(
        command, cwd=where, env=environment(where), capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        name = " ".join([Path(command[0]).name, *command[1:3]])
        raise CliError(f"{name} failed: {' '.join(last) or done.returncode}", "try it again")


def environment(where: Path) -> Mapping[str, str]:
    """What the project's tools run in: its own tools first, nothing of another Python's."""
    kept = {name: said for name, said in os.environ.items() if name not in LEFT_OUT}
    path = [str(where / TOOLS / "bin"), str(where / "node_modules" / ".bin")]
    return kept | {
        "PATH": os.pathsep.join([*path, kept.get("PATH", os.defpath)]),
        "VIRTUAL_ENV": str(where / TOOLS),
        "NODE_NO_WARNINGS": "1",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
    }


LEFT_OUT = frozenset({"PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE"})
"""What another Python was told, and ours must not hear."""
