"""Everything of one check, in seconds: `make one CHECK=jobs/my_check`.

Its page is written; its files are formatted, linted and typed; its own tests run, and its cases of every
suite that walks the catalogue. The first thing to do is said in a sentence, and nothing after it.
"""

from __future__ import annotations

import subprocess
import sys
import time
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


def broken(check: str) -> str:
    """The first sentence; empty where the check holds to every rule."""
    from steadyhand.catalogue import discovery
    from tests.checks import rules
    from tests.checks.proofs import proof

    (made,) = discovery.load([check])
    return rules.broken(made, proof(made))


def commands(category: str, name: str) -> dict[str, list[str]]:
    """What runs at the same time, by what it is."""
    files = [f"steadyhand/checks/{category}/{name}.py", f"tests/checks/{category}/test_{name}.py"]
    python = [sys.executable, "-m"]
    case = f"{name} or generated or every_category or planted or things"
    return {
        "lint": [*python, "ruff", "check", "--quiet", "--fix", *files],
        "types": [*python, "mypy", "--no-error-summary", files[0]],
        "tests": [
            *(*python, "pytest", "-q", "-x", "-n", "0", "--no-header", "-m", "not emulator"),
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
    if said := broken(name):
        sys.stderr.write(f"{said}\n")
        return 1
    files = [f"steadyhand/checks/{category}/{name}.py", f"tests/checks/{category}/test_{name}.py"]
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", *files], check=True)
    subprocess.run([sys.executable, "-m", "steadyhand.catalogue.docs"], check=True)
    running = {
        what: subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for what, line in commands(category, name).items()
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
