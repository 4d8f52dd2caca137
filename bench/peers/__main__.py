"""`python -m bench.peers`: who finds what in one account; ends with 1 where a difference has no reason."""

from __future__ import annotations

import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.peers import planted, scanners
from bench.peers.verdicts import Verdict, reasons, table, unexplained
from bench.processes import stage


def verdicts() -> Iterator[Verdict]:
    """Every check that has something planted, beside every peer."""
    with stage(0) as account, tempfile.TemporaryDirectory() as folder:
        checks = planted.plant(account)
        ours = scanners.ours(account, Path(folder))
        for peer in scanners.ALL:
            found = peer.scan(account, Path(folder))
            for check in sorted(checks):
                known = {names[0] for names in ours.get(check, set())}
                theirs = scanners.alike(found.get(check, set()), known)
                parts = (known & theirs, known - theirs, theirs - known)
                missing = scanners.missing(check, peer)
                those = () if missing else map(frozenset, parts)
                yield Verdict(check, peer.name, missing, *those)


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped
    seen, known = list(verdicts()), reasons()
    print("\n".join(table(seen, known)))
    for one in seen:
        for who, those in (("only we", one.only_us), ("only the peer", one.only_peer)):
            if those:
                print(
                    f"{one.check}, {one.peer}: {who}: {', '.join(sorted(those))}", file=sys.stderr
                )
    complaints = list(unexplained(seen, known))
    print("\n".join(complaints), file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
