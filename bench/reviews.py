"""Reviews of a large ledger: `python -m bench.reviews --findings 100000 --months 12`.

A month and a week, each in a fresh process, over the ledger's own client: botocore, HTTP, pages of
1 MB, parsing and all. Ends with 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from bench.processes import DIRECT, HOME, OURS, run
from bench.table import Row, limited, missed, shown

FINDINGS, MONTHS = 100_000, 12
SECONDS, MEMORY = 10.0, 256.0
"""Wall and MB that a review may take in the function."""

NOWS = {
    "monthly": datetime(2026, 6, 1, 9, tzinfo=UTC),
    "weekly": datetime(2026, 5, 25, 9, tzinfo=UTC),
}
PYTHON = str(OURS / "python")


@contextmanager
def serving(findings: int, months: int) -> Iterator[str]:
    """A table with so much in it; its address. Gone when the block ends."""
    command = [PYTHON, "-m", "bench.aws.ledger_server", str(findings), str(months)]
    with subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        finally:
            server.kill()


def reviewing(findings: int = FINDINGS, months: int = MONTHS, repeat: int = 3) -> Iterator[Row]:
    """What a month and a week take; of several runs the best wall and the worst memory."""
    with serving(findings, months) as endpoint:
        yield Row(f"Review, {findings:,} findings, {months} months")
        for cadence, now in NOWS.items():
            variables = {
                "PATH": os.environ.get("PATH", ""),
                "AWS_ACCESS_KEY_ID": "bench",
                "AWS_SECRET_ACCESS_KEY": "bench",
                "AWS_EC2_METADATA_DISABLED": "true",
                "AWS_ENDPOINT_URL": endpoint,
                "NO_PROXY": "127.0.0.1",
            }
            command = [PYTHON, "-m", "bench.one_review", cadence, now.isoformat()]
            runs = [run(command, variables, HOME) for _ in range(repeat)]
            if failed := [one for one in runs if one.code]:
                raise RuntimeError(failed[0].complained[-2000:])
            with DIRECT.open(endpoint, timeout=60) as reply:
                asked = json.load(reply)
            print(f"{cadence}: {runs[-1].said.strip()}; {asked}", file=sys.stderr)
            yield limited(f"  {cadence}, wall, s", min(one.wall for one in runs), SECONDS)
            yield Row("    of which CPU, s", f"{min(one.cpu for one in runs):.2f}")
            yield limited("    peak memory, MB", max(one.peak for one in runs), MEMORY, form=".0f")
            scans = sum(n for name, n in asked.items() if not name.startswith("Query"))
            pages = f"{sum(asked.values()) / repeat:.0f}"
            yield Row("    pages read, by index or key", pages, "", "", "no scan", not scans)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.reviews", description=__doc__)
    parser.add_argument("--findings", type=int, default=FINDINGS)
    parser.add_argument("--months", type=int, default=MONTHS)
    parser.add_argument("--repeat", type=int, default=3)
    said = parser.parse_args()
    rows = list(reviewing(said.findings, said.months, said.repeat))
    print(shown(rows))
    return 1 if missed(rows) else 0


if __name__ == "__main__":
    sys.exit(main())
