"""`python -m bench`: measures everything, prints one table, ends with 1 where a target is missed."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Iterator
from itertools import chain

from bench import events, reviews, scans
from bench.floor import MORE_LISTS, fewest
from bench.processes import HOME, Stage, run, stage
from bench.scans import Runs
from bench.table import Row, beside, limited, missed, shown
from bench.tools import BARE, HELP, HELP_OF_PEER, IMPORT, PEER, TUNED, US, Kinds

LATENCY = 50
"""Milliseconds: what a call to AWS takes, give or take."""

SLOW_N = 100
CALLS_TO_FLOOR, CALLS, CPU, PEAK, SECONDS = 1.1, 0.25, 0.3, 0.7, 3.0
COLD, WARM, WARM_CALLS, HELP_SECONDS = 0.45, 0.4, 6, 0.15


def scanning(n: int, repeat: int) -> Iterator[Row]:
    """The shared checks on an account with N of each kind."""
    with stage(n) as account:
        scans.warm(account, (US, PEER, TUNED, BARE))
        us, peer = scans.compare(account, (US, PEER), repeat)
        (tuned,), (bare,) = (scans.compare(account, [tool], 1) for tool in (TUNED, BARE))
        floor = fewest(n)
        if bare.calls != floor:
            raise RuntimeError(f"the floor is {floor} calls, but bare HTTP took {bare.calls}")
        true = floor + len(MORE_LISTS)
        yield Row(f"Scan, N = {n:,}")
        yield beside("  API calls", us.calls, peer.calls, feasible(true, peer.calls), ".0f")
        yield beside("  API calls, policies tuned", us.calls, tuned.calls, None, ".0f")
        yield limited(f"  API calls / the fewest ({true:,})", us.calls / true, CALLS_TO_FLOOR)
        yield beside("  CPU, s", us.cpu, peer.cpu, CPU)
        yield beside("  peak memory, MB", us.peak, peer.peak, PEAK, ".0f")
        yield beside("  wall, s", us.wall, peer.wall)
        yield findings(account, us, peer)
        if n == SLOW_N:
            yield from slowly(account, repeat)


def feasible(true: int, theirs: int) -> float:
    """The target for calls; in a tiny account the fewest that tell the truth are nearly as many."""
    return max(CALLS, round(CALLS_TO_FLOOR * true / theirs, 2))


def findings(account: Stage, us: Runs, peer: Runs) -> Row:
    """Found is what was planted, neither more nor less."""
    planted = Kinds(account.planted)
    ours, theirs = us.differs(planted), peer.differs(planted)
    for kind, (found, there) in (ours | theirs).items():
        print(f"{kind}: {found} found, {there} planted", file=sys.stderr)
    count, count_of_peer = (runs[-1].found.total() for runs in (us, peer))
    target = f"{planted.total():,}"
    return Row("  findings", f"{count:,}", f"{count_of_peer:,}", "", target, not ours)


def slowly(account: Stage, repeat: int) -> Iterator[Row]:
    """The same, where every call takes its time."""
    (us,), (peer,), (bare,) = (
        scans.compare(account, [tool], times, LATENCY)
        for tool, times in ((US, repeat), (PEER, 1), (BARE, 1))
    )
    what = f"  wall with {LATENCY} ms a call, s"
    yield limited(what, us.wall, SECONDS, f"{peer.wall:.1f}")
    yield Row("  the same, bare HTTP with 16 hands, s", f"{bare.wall:.2f}")


def reacting(repeat: int) -> Iterator[Row]:
    """One opened port, closed."""
    drives = events.compare(repeat + 4)
    us, peer = drives["ours"], drives["theirs, no bytecode"]
    yield Row("Event: a port is opened, and closed again")
    yield beside("  cold (import, first event), CPU ms", us.cold, peer.cold, COLD, ".0f")
    for how in ("", ", no bytecode"):
        those = [drives[f"{whose}{how}"] for whose in ("ours", "theirs")]
        label = f"    both {'without' if how else 'with'} bytecode"
        yield beside(label, those[0].cold, those[1].cold, None, ".0f")
    yield beside("  of which import, CPU ms", us.imported, peer.imported, None, ".0f")
    yield beside("  warm, CPU ms", us.warm, peer.warm, WARM, ".1f")
    yield beside("  peak memory, MB", us.peak, peer.peak, None, ".0f")
    yield called("  AWS calls, warm", us.warm_calls, peer.warm_calls, WARM_CALLS)
    cold = us.first_calls - us.warm_calls
    yield called("  more of them when cold", cold, peer.first_calls - peer.warm_calls)
    yield called("  to verify, the event of our own fix", us.echo_calls, Kinds())
    yield Row("  closed by that one invocation", yes(us.works), yes(peer.works), held=us.works)


def called(what: str, ours: Kinds, theirs: Kinds, at_most: int | None = None) -> Row:
    """How many calls, and which ours are."""
    print(f"{what.strip()}: {', '.join(sorted(ours.elements()))}", file=sys.stderr)
    target = "" if at_most is None else f"= {at_most}"
    held = None if at_most is None else ours.total() == at_most
    return Row(what, str(ours.total()), str(theirs.total()), "", target, held)


def yes(said: bool) -> str:
    return "yes" if said else "no"


def starting(repeat: int) -> Iterator[Row]:
    """What is paid before anything is asked."""
    variables = {"PATH": os.environ.get("PATH", ""), "HOME": os.environ.get("HOME", "")}
    costs = [
        min(run(command, variables, HOME).cpu for _ in range(repeat + 2))
        for command in (HELP, HELP_OF_PEER, IMPORT)
    ]
    ours, theirs, imported = costs
    yield Row("Start")
    yield limited("  --help, CPU s", ours, HELP_SECONDS, f"{theirs:.2f}")
    yield Row("  import of the engine, CPU s", f"{imported:.2f}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--n", default="10,100", help="sizes of the account, with commas between")
    parser.add_argument("--full", action="store_true", help="also N = 1,000, which takes minutes")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each, interleaved")
    said = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped
    sizes = [int(n) for n in said.n.split(",") if n] + ([1000] if said.full else [])
    parts = (
        starting(said.repeat),
        reacting(said.repeat),
        reviews.reviewing(),
        *(scanning(n, said.repeat) for n in sizes),
    )
    rows = []
    for row in chain(*parts):
        print(".", end="", file=sys.stderr, flush=True)
        rows.append(row)
    print(f"\n{shown(rows)}")
    return 1 if missed(rows) else 0


if __name__ == "__main__":
    sys.exit(main())
