"""Three races with a change that AWS has accepted and does not show yet: on the emulator in slow mode.

A person asks for the undo; the event of our own write arrives; somebody else changes the same part.
Each is judged once all has settled: what the ledger says is what is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from steadyhand.model import Became, Change, ChangeState, filled
from tests.trust.lab import OTHER, tried
from tests.trust.scenes import Scene
from tests.trust.settling import emulated
from tests.trust.walk import recovered

Race = Callable[[Scene], list[str]]
RIVAL = "arn:aws:iam::111122223333:user/rival"


class NoHand(Exception):
    """Nobody can take it back by hand while it settles."""


def begun(here: Scene) -> Change:
    """A fix whose call AWS has answered."""
    here.fix()
    return here.world.changes()[-1]


def undone_meanwhile(here: Scene) -> list[str]:
    """A person wants it undone before it shows: it is undone, or refused and in force; never in between."""
    before = here.truth()
    change = begun(here)
    out = tried(lambda: here.undo(change, OTHER))
    here.settle()
    latest = here.world.changes()[-1]
    wrong = calm(here)
    if not any(step.undo for step in change.steps):
        return wrong + ([] if out.startswith("refused") else [f"no way back, and it said {out}"])
    if out != "ok" or latest.state is not ChangeState.UNDONE:
        wrong.append(f"{out}; {latest.state} {latest.reason}")
    if here.truth() != before:
        wrong.append(f"not as before: {here.truth()}")
    return wrong


def echoed_early(here: Scene) -> list[str]:
    """Our own event comes at once, twice, and a stranger's: nothing is verified before it shows, nor sent again."""
    change = begun(here)
    if here.wrong() and change.state is ChangeState.VERIFIED:
        return ["verified, and it does not show"]
    sent = [one.action for one in here.world.mutations]
    for job in (here.echo, here.echo, here.event):
        said = job()
        (latest,) = here.world.changes()
        if here.wrong() and latest.state is ChangeState.VERIFIED:
            return ["verified by an echo, and it does not show"]
        if said.troubles:
            return [f"{one.subject}: {one.reason}" for one in said.troubles]
    if len(change.steps) == 1 and [one.action for one in here.world.mutations] != sent:
        return [f"sent again: {[one.action for one in here.world.mutations]}"]
    here.settle()
    (latest,) = here.world.changes()
    return calm(here) + (
        [] if latest.state is ChangeState.VERIFIED else [f"{latest.state} {latest.reason}"]
    )


def put_back_by_hand(here: Scene) -> list[str]:
    """Somebody puts it back by hand while it settles: theirs stands, and nothing of ours says it is fixed."""
    before = here.truth()
    change = begun(here)
    out = [n for n, one in enumerate(change.steps) if one.became is Became.SENT]
    if not out:
        raise NoHand("it shows within the half minute that a person waits")
    (step,) = out
    call = change.steps[step].undo
    if call is None:
        raise NoHand("there is no call that takes it back")
    try:
        call = filled(call, change, step)
    except KeyError as unknown:
        raise NoHand(f"nobody knows {unknown} yet") from unknown
    with here.world.unseen() as aws:
        hand = tried(lambda: aws.ask(call))
    here.event(by=RIVAL)
    here.settle()
    latest = here.world.changes()[-1]
    wrong = calm(here)
    if hand == "ok" and here.truth() == before and latest.state is ChangeState.VERIFIED:
        held = [
            row.get("held", "") for row in here.world.rows() if row["sk"].startswith("finding#")
        ]
        wrong += (
            [] if any(held) else ["it is as before, the ledger says verified, and nobody says why"]
        )
    if hand != "ok" and latest.state is not ChangeState.VERIFIED:
        wrong.append(f"AWS refused the hand ({hand}), and it is {latest.state} {latest.reason}")
    return wrong


def calm(here: Scene) -> list[str]:
    """Events and sweeps come again: nothing is stuck, claimed or unrecorded."""
    wrong = list(recovered(here))
    wrong += [f"stuck: {one.state} {one.reason}" for one in here.world.changes() if one.state.moves]
    wrong += [f"still claimed: {one}" for one in here.world.claims()]
    return wrong + [f"called without a record: {one}" for one in here.world.unrecorded]


HANDLESS = {
    "acm_expiring", "backup_job_failed", "leaked_access_key", "resource_drift", "unattached_volume",
    "unused_access_key",
}  # fmt: skip
"""What nobody can take back by hand while it settles: `NoHand` says why."""

RACES: Mapping[str, Race] = {
    "an undo": undone_meanwhile,
    "our own event": echoed_early,
    "somebody's hand": put_back_by_hand,
}


def tries() -> list[tuple[str, str]]:
    """Every check and race that there is."""
    return [
        (name, race)
        for name in emulated.carried()
        for race in RACES
        if race != "somebody's hand" or name not in HANDLESS
    ]


def raced(name: str, race: str) -> list[str]:
    """One race over one check's fix, and what is broken."""
    with emulated.setting(name, slow=True) as here:
        return RACES[race](here)
