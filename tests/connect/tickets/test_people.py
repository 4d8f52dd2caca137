"""What people do to a ticket: move it, close it as won't fix, close it as done, open it again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from steadyhand.model import FindingStatus, Lane
from steadyhand.rhythm.backlog.items import EXEMPT
from steadyhand.rhythm.tickets.replies import STAYS
from steadyhand.settings.local_date import day_of, end_of
from tests.connect.tickets.github_double import GitHubDouble
from tests.connect.tickets.test_sync import is_open
from tests.connect.tickets.world import ZONE, World, writes


def move(world: World, to: str, by: str = "maya", *, keep: bool = False) -> None:
    """A person gives it another label, and takes the old one off or forgets to."""
    (old,) = (name for name in world.ticket()["labels"] if name.startswith("infra/"))
    world.double.put_label(world.said()["number"], to, by)
    if not keep:
        world.double.take_label(world.said()["number"], old, by)


def close(world: World, reason: str, by: str = "maya") -> None:
    world.double.move(world.said()["number"], "closed", reason, by)


@pytest.mark.parametrize("keep", [False, True], ids=["swapped", "added"])
def test_a_label_that_a_person_changes_is_a_move(world: World, keep: bool) -> None:
    world.find()
    world.run()
    assert world.items()[0].lane is Lane.NEXT
    world.turn(minutes=20)
    moved_at = world.now
    move(world, "infra/later", keep=keep)
    world.turn(minutes=20)
    done = world.run()
    assert (done.moved, done.trouble) == (1, None)
    assert world.ticket()["labels"] == ["infra/later"]
    (item,) = world.items()
    assert item.lane is Lane.LATER
    assert item.moved
    assert item.moved.by == f"maya on {world.tracker().called}"
    assert item.moved.at == moved_at
    assert "label infra/later on https://" in item.moved.because
    before = len(world.double.writes)
    for _ in range(3):
        world.turn(hours=1)
        assert world.run().moved == 0
    assert writes(world.double, before) == []
    assert len(world.store.notes("move")) == 1


def test_a_move_is_heard_once_though_its_run_died(world: World) -> None:
    world.find()
    world.run()
    move(world, "infra/later")
    world.turn(hours=1)
    remembered = world.store.noted("ticket", world.items()[0].id)
    world.run()
    again = world.store.noted("ticket", world.items()[0].id)
    assert remembered
    world.store.rows["ticket", again.name] = (remembered.at, world_text(remembered.said))
    world.turn(hours=1)
    world.run()
    assert len(world.store.notes("move")) == 1
    assert world.ticket()["labels"] == ["infra/later"]


def world_text(said: object) -> str:
    from steadyhand.ledger import codec

    return codec.text(said)


def test_a_later_word_elsewhere_wins(world: World) -> None:
    from steadyhand.rhythm.backlog.moves import note_of

    world.find()
    world.run()
    move(world, "infra/later")
    world.turn(minutes=1)
    (item,) = world.items()
    world.store.note(note_of(item.id, Lane.NOW, "sam", "", world.now))
    world.turn(minutes=1)
    world.run()
    assert world.ticket()["labels"] == ["infra/now"]
    assert world.items()[0].lane is Lane.NOW


def test_wont_fix_becomes_an_exemption_with_an_end(world: World) -> None:
    findings = [world.find(n=n) for n in range(3)]
    world.run()
    world.turn(minutes=5)
    close(world, "not_planned", by="maya")
    world.turn(minutes=55)
    done = world.run()
    assert (done.exempted, done.commented, done.reopened) == (3, 1, 0)
    assert set(world.store.exemptions) == {one.id for one in findings}
    for said in world.store.exemptions.values():
        assert said.until == end_of(day_of(world.now + STAYS, str(ZONE)), str(ZONE))
        assert said.by == f"maya on {world.tracker().called}"
        assert said.because.startswith("closed as won’t fix: https://")
    assert world.items()[0].state == EXEMPT
    assert not is_open(world.ticket())
    assert world.comments[0].startswith("Exempt until 21 February 2027, as `maya` said.")
    assert "exempt until 21 February 2027" in world.ticket()["body"]
    before = len(world.double.writes)
    for _ in range(3):
        world.turn(days=1)
        assert world.run().exempted == 0
    assert writes(world.double, before) == []


def test_when_the_exemption_ends_the_ticket_opens_again(world: World) -> None:
    world.find()
    world.run()
    close(world, "not_planned")
    world.run()
    world.turn(days=91)
    done = world.run()
    assert (done.reopened, done.created, done.exempted) == (1, 0, 0)
    assert is_open(world.ticket())
    assert world.comments[-1].startswith("The exemption ended on 21 February 2027")
    if isinstance(world.double, GitHubDouble):
        assert world.ticket()["state_reason"] == "reopened"


def test_closed_as_wont_fix_while_only_half_could_be_exempted(world: World) -> None:
    for n in range(4):
        world.find(n=n)
    world.run()
    close(world, "not_planned")
    told = iter([True, True, False, False])
    done = world.run(going=lambda: next(told))
    assert (done.exempted, done.commented) == (2, 0)
    assert not is_open(world.ticket())
    done = world.run()
    assert (done.exempted, done.commented) == (2, 1)
    assert len(world.store.exemptions) == 4


def test_an_exemption_by_command_closes_it_and_says_until_when(world: World) -> None:
    one = world.find()
    world.run()
    from steadyhand.model import Exemption

    said = Exemption(
        scope=one.id,
        until=world.now + timedelta(days=10),
        because="x",
        by="maya",
        at=world.now,
    )
    world.store.exempt(said, [])
    done = world.run()
    assert (done.closed, done.commented) == (1, 1)
    assert world.comments[0].startswith("Exempt until 3 December 2026. ")
    if isinstance(world.double, GitHubDouble):
        assert world.ticket()["state_reason"] == "not_planned"
    world.turn(hours=1)
    assert world.run().exempted == 0


def test_our_own_wont_fix_is_no_word_of_a_person_when_the_note_is_lost(world: World) -> None:
    one = world.find()
    world.run()
    close(world, "not_planned")
    world.run()
    world.store.forget(world.items()[0].id)
    del world.store.exemptions[one.id]
    done = world.run()
    assert (done.exempted, done.reopened) == (0, 1)


def test_closed_as_done_but_nobody_looked_since_waits(world: World) -> None:
    world.find()
    world.swept()
    world.run()
    world.turn(hours=1)
    close(world, "completed")
    before = len(world.double.writes)
    for _ in range(3):
        world.turn(minutes=20)
        done = world.run()
        assert (done.trouble, done.reopened) == (None, 0)
    assert writes(world.double, before) == []
    assert not is_open(world.ticket())


def test_a_look_that_may_have_begun_before_proves_nothing(world: World) -> None:
    world.find()
    world.run()
    close(world, "completed")
    world.turn(minutes=10)
    world.swept()
    assert world.run().reopened == 0


def test_closed_as_done_but_still_there_opens_once_with_the_evidence(world: World) -> None:
    one = world.find()
    world.run()
    close(world, "completed")
    world.turn(hours=2)
    world.swept()
    done = world.run()
    assert (done.reopened, done.commented) == (1, 1)
    assert is_open(world.ticket())
    said = world.comments[0]
    assert said.startswith(
        "This was closed as done. Seen again on 23 November 2026, 12:00 (Europe/Berlin), and still"
    )
    assert f"`{one.summary}.`" in said
    assert world.tracker().wont_fix in said
    # Closed as done a second time: it stays closed, and we ask, once.
    world.turn(hours=1)
    close(world, "completed")
    for _ in range(4):
        world.turn(hours=2)
        world.swept()
        world.run()
        assert not is_open(world.ticket())
    assert len(world.comments) == 2
    assert "Is it to be done? Then open it again." in world.comments[1]


def test_after_being_asked_a_person_may_say_wont_fix(world: World) -> None:
    world.find()
    world.run()
    for _ in range(2):
        close(world, "completed")
        world.turn(hours=2)
        world.swept()
        world.run()
    assert not is_open(world.ticket())
    close(world, "not_planned")
    world.turn(hours=1)
    done = world.run()
    assert done.exempted == 1
    assert world.comments[-1].startswith("Exempt until")


def test_closed_as_done_and_it_is_done_needs_no_words(world: World) -> None:
    one = world.find()
    world.run()
    close(world, "completed")
    world.turn(hours=1)
    world.become(one, FindingStatus.FIXED)
    done = world.run()
    assert (done.commented, done.closed, done.reopened) == (0, 0, 0)
    assert "- [x]" in world.ticket()["body"]
    world.turn(days=3)
    world.become(one, FindingStatus.OPEN)
    assert world.run().reopened == 1
    world.turn(days=1)
    close(world, "completed")
    world.turn(days=1)
    world.swept()
    assert world.run().reopened == 1  # a new round: once more, before we ask


def test_opened_by_a_person_though_all_is_over_stays_open(world: World) -> None:
    one = world.find()
    world.run()
    world.become(one, FindingStatus.FIXED)
    world.run()
    world.double.move(
        1, "opened" if "lab" in type(world.double).__name__.lower() else "open", None, "maya"
    )
    before = len(world.double.writes)
    for _ in range(3):
        world.run()
    assert writes(world.double, before) == []


def test_a_personal_token_whose_owner_closes_it_is_heard_too(world: World) -> None:
    """The token may be that of the person who closes: what counts is how we left it."""
    from tests.connect.tickets.double import ME

    world.find()
    world.run()
    close(world, "not_planned", by=ME)
    assert world.run().exempted == 1


def test_what_people_write_below_it_is_left_alone(world: World) -> None:
    one = world.find()
    world.run()
    world.double.put_comment(1, "I take this.", "maya")
    world.double.put_comment(1, "<!-- steadyhand:x#0 -->", "mallory")
    world.become(one, FindingStatus.FIXED)
    world.run()
    assert world.comments[:2] == ["I take this.", "<!-- steadyhand:x#0 -->"]
    assert len(world.comments) == 3
