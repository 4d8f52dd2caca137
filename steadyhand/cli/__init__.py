"""The command line. A command is a file in commands/; what its docstring says is its help.

JSON and tables go to stdout, progress and errors to stderr. How a command ends: 0 clean, 1 an
error, 2 usage, 3 findings at or above `--fail-on`, 4 incomplete, 5 refused by a guardrail. Where
two fit, incomplete wins over findings, and an error wins over both.
"""

from __future__ import annotations

from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code says how it ended."""
    import sys  # noqa: PLC0415

    from steadyhand.cli.app import outlives_reader, run  # noqa: PLC0415 - the entry point stays light

    if argv is None:
        sys.stdout, sys.stderr = outlives_reader(sys.stdout), outlives_reader(sys.stderr)
    code = run(sys.argv[1:] if argv is None else argv)
    if argv is None and code == 1:
        leave(code)
    return code


def leave(code: int) -> None:
    """End now: nobody waits for answers that threads of a scan that was given up still wait for."""
    import os  # noqa: PLC0415
    import sys  # noqa: PLC0415
    import threading  # noqa: PLC0415

    if threading.active_count() > 1:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
