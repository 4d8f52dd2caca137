"""Everything of one check, in seconds: `make one CHECK=jobs/my_check`.

Its page is written; its files are formatted, linted and typed; its own tests run, and its cases of every
suite that walks the catalogue. The first thing to do is said in a sentence, and nothing after it.
"""

from __future__ import annotations

import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from tests.authoring.new import Wrong, parts

SUITES = (
    "tests/checks/test_rules.py",
    "tests/checks/test_catalogue.py",
    "tests/checks/test_any_answer.py",
    "tests/checks/test_states.py",
    "tests/engine/events",
    "tests/hostile/test_recordings.py",
    "tests/demo/test_account.py",
    "tests/demo/test_pieces.py",
    "tests/catalogue",
)
"""What walks the catalogue; each with a case for every check, or with one for all."""


EVIDENCE = (
    "a plan sees what `finding` was given beside its own words"
    " (resource, key, summary, name, detonates_at, usd_per_month, tags, severity, state, barred, used_by)"
)


def broken(check: str, files: Sequence[str]) -> str:
    """The first sentence; empty where the check holds to every rule."""
    from steadyhand.catalogue import discovery
    from tests.checks import rules
    from tests.checks.proofs import proof

    try:
        (made,) = discovery.load([check])
        return rules.broken(made, proof(made))
    except Exception as error:
        if said := raised(error, files):
            return said
        raise


def raised(error: Exception, files: Sequence[str]) -> str:
    """Which line of these files raised it, in a sentence; empty where none did."""
    place, name, line = "", "", 0
    if isinstance(error, SyntaxError):
        place, line = error.filename or "", error.lineno or 0
    for frame in traceback.extract_tb(error.__traceback__):
        if any(frame.filename.endswith(file) for file in files):
            place, name, line = frame.filename, frame.name, frame.lineno or 0
    file = next((one for one in files if place.endswith(one)), "")
    if not file:
        return ""
    who = f"`{name}` raises " if name.isidentifier() else ""
    said = f"{file}:{line}: {who}{type(error).__name__}: {error}"
    return f"{said}; {EVIDENCE}" if name == "plan" and isinstance(error, KeyError) else said


def commands(name: str, files: Sequence[str]) -> dict[str, list[str]]:
    """What runs at the same time, by what it is."""
    python = [sys.executable, "-m"]
    case = f"{name} or generated or every_category or planted or things"
    return {
        "lint": [*python, "ruff", "check", "--quiet", "--fix", *files],
        "types": [*python, "mypy", "--no-error-summary", files[0]],
        "tests": [
            *(
                *python,
                "pytest",
                "-q",
                "-x",
                "-n",
                "0",
                "--no-header",
                "-m",
                "not emulator and not deep",
            ),
            *("-k", case, files[1], *SUITES),
        ],
    }


def permissions(name: str) -> str:
    """What it may read and do."""
    from steadyhand.catalogue import discovery, docs

    (check,) = discovery.load([name])
    may = ", ".join(docs.writes(check)) or "nothing"
    return f"reads {', '.join(docs.permissions(check.reads))}; may do: {may}"


def main(check: str) -> int:
    """Run it all; 0 where all is well."""
    began = time.monotonic()
    try:
        category, name = parts(check)
    except Wrong as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    if not Path(f"steadyhand/checks/{category}/{name}.py").exists():
        sys.stderr.write(f"there is no {check}: make new CHECK={check}\n")
        return 2
    files = [f"steadyhand/checks/{category}/{name}.py", f"tests/checks/{category}/test_{name}.py"]
    if said := broken(name, files):
        sys.stderr.write(f"{said}\n")
        return 1
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", *files], check=True)
    subprocess.run([sys.executable, "-m", "steadyhand.catalogue.docs"], check=True)
    running = {
        what: subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for what, line in commands(name, files).items()
    }
    ended = {what: one.communicate()[0] for what, one in running.items()}
    bad = {what: ended[what] for what, one in running.items() if one.returncode}
    for what, told in bad.items():
        sys.stderr.write(f"{what}:\n{told}\n")
    if not bad:
        sys.stdout.write(
            f"{check} is whole: {', '.join(running)}; {time.monotonic() - began:.0f} s\n"
        )
        sys.stdout.write(f"{permissions(name)}\nNext: make docs, make check, and commit\n")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
