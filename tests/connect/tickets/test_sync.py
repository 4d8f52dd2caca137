"""One issue for each item, for life: made, edited in place, closed, opened again."""

from __future__ import annotations

from datetime import timedelta

from steadyhand.model import FindingStatus
from steadyhand.rhythm.tickets.content import LABELS
from steadyhand.rhythm.tickets.marks import ours
from tests.connect.tickets.double import ME
from tests.connect.tickets.world import World, writes


def is_open(issue: dict) -> bool:
    return issue["state"] in ("open", "opened")


def test_one_issue_for_each_item(world: World) -> None:
    world.find(n=1)
    world.find(n=2)
    world.find("endless_logs", n=3, environment="development")
    done = world.run()
    assert (done.created, done.trouble, done.rejected) == (2, None, [])
    assert len(world.double.issues) == 2
    for item in world.items():
        issue = world.ticket(item.check, item.environment)
        assert issue["labels"] == [LABELS[item.lane].name]
        assert issue["title"].endswith(f"({item.environment})")
        assert f"<!-- steadyhand:{item.id} -->" in issue["body"]
        for task in item.checklist:
            assert f"- [ ] `{task.said}`" in issue["body"]
        assert "<summary>Runbook</summary>" in issue["body"]


def test_labels_are_made_once_with_their_colours(world: World) -> None:
    world.find()
    world.run()
    world.find("endless_logs", n=3)
    world.run()
    made = [
        one for one in world.double.writes if one.path.endswith("/labels") and "name" in one.body
    ]
    assert [one.body["name"] for one in made] == ["infra/now", "infra/next", "infra/later"]
    assert all(len(one.body["color"].lstrip("#")) == 6 for one in made)


def test_a_hundred_runs_write_nothing_without_a_change(world: World) -> None:
    for n, check in enumerate(("open_admin_ports", "endless_logs", "acm_expiring")):
        world.find(check, n=n)
    fixed = world.find("dynamodb_pitr_off", n=9)
    world.run()
    world.become(fixed, FindingStatus.FIXED)
    world.run()
    world.run()
    before, remembered = len(world.double.writes), world.store.writes
    tracker = world.tracker()
    for _ in range(100):
        world.now += timedelta(minutes=1)
        done = world.run(tracker=tracker)
        assert done.trouble is None
    tracker.close_connections()
    assert len(world.double.issues) == 4
    assert writes(world.double, before) == []
    assert world.store.writes == remembered


def test_edited_in_place_and_what_people_wrote_stays(world: World) -> None:
    world.find(n=1)
    world.run()
    issue = world.ticket()
    issue["body"] = "Ours, says Maya.\r\n\r\n" + issue["body"] + "\r\n\r\nSee the wiki.\r\n"
    assert world.run().edited == 0
    world.find(n=2)
    done = world.run()
    assert (done.edited, done.created) == (1, 0)
    body = world.ticket()["body"]
    assert body.startswith("Ours, says Maya.\r\n\r\n<!-- steadyhand:it-")
    assert body.endswith(" -->\n\r\n\r\nSee the wiki.\r\n")
    assert body.count("<!-- steadyhand:") == body.count("<!-- /steadyhand:") == 1
    assert "2 of 2" in body


def test_a_title_that_a_person_wrote_stays(world: World) -> None:
    world.find(n=1)
    world.run()
    world.ticket()["title"] = "SSH!!"
    world.find(n=2)
    world.run()
    assert world.ticket()["title"] == "SSH!!"


def test_what_stands_between_our_marks_is_ours(world: World) -> None:
    world.find(n=1)
    world.run()
    issue = world.ticket()
    issue["body"] = issue["body"].replace("- [ ]", "- [x]")
    assert world.run().edited == 1
    assert "- [x]" not in world.ticket()["body"]
    assert world.run().edited == 0


def test_a_body_without_our_marks_gets_our_part_at_its_end(world: World) -> None:
    world.find(n=1)
    world.run()
    world.ticket()["body"] = "Everything new."
    world.run()
    assert world.ticket()["body"].startswith("Everything new.\n\n<!-- steadyhand:it-")
    assert len(world.double.issues) == 1


def test_boxes_are_checked_and_it_is_closed_when_all_is_over(world: World) -> None:
    one, two = world.find(n=1), world.find(n=2)
    world.run()
    world.become(one, FindingStatus.FIXED)
    world.run()
    body = world.ticket()["body"]
    assert f"- [x] `{one.summary}.`" in body
    assert f"- [ ] `{two.summary}.`" in body
    assert is_open(world.ticket())
    world.become(two, FindingStatus.GONE)
    done = world.run()
    assert (done.closed, done.commented) == (1, 1)
    assert not is_open(world.ticket())
    assert "- [ ]" not in world.ticket()["body"]
    assert world.comments[0].startswith("Fixed: nothing of it is open any more.")
    before = len(world.double.writes)
    world.run()
    assert writes(world.double, before) == []


def test_gone_says_gone(world: World) -> None:
    one = world.find()
    world.run()
    world.become(one, FindingStatus.GONE)
    world.run()
    assert world.comments[0].startswith("Gone: what this was about is no longer there.")


def test_opened_again_when_it_comes_back(world: World) -> None:
    one = world.find()
    world.run()
    number = world.said()["number"]
    for count in (1, 2):
        world.become(one, FindingStatus.FIXED)
        world.run()
        assert not is_open(world.ticket())
        world.turn(days=1)
        world.become(one, FindingStatus.OPEN)
        done = world.run()
        assert (done.reopened, done.created) == (1, 0)
        assert is_open(world.ticket())
        assert len(world.comments) == 2 * count
        assert world.comments[-1].startswith("It is back: 1 of it is open.")
    assert world.said()["number"] == number
    assert len(world.double.issues) == 1


def test_what_was_over_before_we_looked_gets_no_ticket(world: World) -> None:
    world.become(world.find(), FindingStatus.FIXED)
    assert world.run().created == 0
    assert not world.double.issues


def test_a_lost_note_is_found_again_by_its_mark(world: World) -> None:
    world.find()
    world.run()
    (item,) = world.items()
    before = len(world.double.writes)
    world.store.forget(item.id)
    done = world.run()
    assert (done.created, done.edited) == (0, 0)
    assert writes(world.double, before) == []
    assert world.said()["number"] == 1


def test_a_lost_note_of_a_closed_ticket_opens_that_one(world: World) -> None:
    one = world.find()
    world.run()
    world.become(one, FindingStatus.FIXED)
    world.run()
    world.store.forget(world.items()[0].id)
    world.become(one, FindingStatus.OPEN)
    done = world.run()
    assert (done.created, done.reopened) == (0, 1)
    assert is_open(world.ticket())


def test_a_mark_in_a_strangers_issue_is_not_ours(world: World) -> None:
    world.find()
    (item,) = world.items()
    forged = f"<!-- steadyhand:{item.id} -->\nHello\n<!-- /steadyhand:{item.id} -->"
    world.double.put("A stranger's", forged, ["infra/now"], author="mallory")
    assert world.run().created == 1
    assert world.said()["number"] == 2
    assert world.double.issues[1]["body"] == forged


def test_the_first_of_two_with_our_mark_is_it(world: World) -> None:
    world.find()
    (item,) = world.items()
    for _ in range(2):
        world.double.put("Twice", f"<!-- steadyhand:{item.id} -->", ["infra/now"])
    assert world.run().created == 0
    assert world.said()["number"] == 1


def test_a_deleted_issue_is_made_once_more_and_says_so(world: World) -> None:
    world.find()
    world.run()
    world.double.delete(1)
    done = world.run()
    assert done.created == 1
    assert "An earlier ticket about this (no. 1) was deleted." in world.ticket()["body"]
    assert world.run().created == 0
    world.double.delete(2)
    done = world.run()
    assert (done.created, len(done.deleted)) == (0, 1)
    for _ in range(3):
        done = world.run()
        assert (done.created, done.deleted, done.trouble) == (0, [], None)
    assert not world.double.issues


def test_a_missing_label_comes_back_and_others_stay(world: World) -> None:
    world.find()
    world.run()
    lane = world.ticket()["labels"][0]
    world.double.put_label(1, "help wanted", "maya")
    world.double.take_label(1, lane, "maya")
    done = world.run()
    assert (done.moved, done.labelled) == (0, 1)
    assert sorted(world.ticket()["labels"]) == sorted(["help wanted", lane])


def test_pull_requests_with_our_label_are_left_alone(hub: World) -> None:
    hub.double.put("A change", "x", ["infra/now"], pull_request=True)
    hub.find()
    assert hub.run().created == 1
    assert hub.double.issues[1]["body"] == "x"


def test_many_pages_of_issues_are_read(world: World) -> None:
    world.find()
    world.run()
    for n in range(230):
        world.double.put(f"Somebody's {n}", "", [world.ticket()["labels"][0]], author="maya")
    world.store.forget(world.items()[0].id)
    assert world.run().created == 0
    lists = [one for one in world.double.asked if one.path.endswith("/issues")]
    assert {one.one("page", "1") for one in lists} >= {"1", "2", "3"}


def test_a_lane_that_the_rule_changes_changes_the_label(world: World) -> None:
    world.find("acm_expiring", detonates_at=world.now + timedelta(days=200), severity="low")
    world.run()
    before = list(world.ticket("acm_expiring")["labels"])
    world.turn(days=190)
    done = world.run()
    assert (done.labelled, done.moved) == (1, 0)
    assert world.ticket("acm_expiring")["labels"] == ["infra/now"] != before


def test_some_at_a_time(world: World) -> None:
    for n, check in enumerate(("open_admin_ports", "endless_logs", "acm_expiring")):
        world.find(check, n=n)
    done = world.run(new=2)
    assert (done.created, done.left) == (2, 1)
    assert (world.run(new=2).created, world.run(new=2).created) == (1, 0)


def test_it_stops_in_time_and_goes_on(world: World) -> None:
    for n, check in enumerate(("open_admin_ports", "endless_logs", "acm_expiring")):
        world.find(check, n=n)
    told = iter([True, False, False])
    done = world.run(going=lambda: next(told))
    assert (done.created, done.left) == (1, 2)
    assert world.run().created == 2


def test_our_part_is_what_the_pure_function_says(world: World) -> None:
    world.find()
    world.run()
    (item,) = world.items()
    assert ours(world.ticket()["body"], item.id).startswith("<!-- steadyhand:it-")
    assert world.ticket()["author"] == ME
