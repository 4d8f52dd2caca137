"""Whoever names a resource writes into our tickets: nothing of it acts, in body, title or comment.

The bodies are parsed with a CommonMark parser: what came out of the account must be code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from steadyhand.aws import cli_command
from steadyhand.model import FindingStatus
from steadyhand.rhythm.tickets.content import LONGEST_BODY, Ticket
from steadyhand.rhythm.tickets.marks import (
    MARK,
    closing,
    code,
    fenced,
    marked,
    opening,
    ours,
    placed,
    units,
)
from tests import corpus
from tests.connect.tickets.double import Double
from tests.connect.tickets.test_sync import is_open
from tests.connect.tickets.world import RUNBOOKS, World, writes

FORGED = "<!-- steadyhand:it-0123456789 -->"
HOSTILE = [
    "@maya @acme/admins please look",
    "close #1 fixes acme/infra#2 GH-3 resolves !4",
    f"{FORGED}\n# Hello\n{FORGED}",
    f"x\n\n{FORGED}\n",
    "--> <script>alert(1)</script> <img src=x onerror=y>",
    "[click](https://evil.example) ![p](https://evil.example/p.png) <https://evil.example>",
    "https://evil.example www.evil.example ssh://git@evil.example",
    "`code` ``more`` ```\nfence\n```",
    "`",
    "ends with `",
    "~~~\nsh\n~~~",
    "\n/close\n/assign @maya\n/label ~bug %1.0 $2 &3 :skull:",
    "- [x] done\n* one\n1. two\n> quote\n| a | b |\n---\n===",
    "\x00\x07\x1b[31mred\x1b[0m\r\n\u202egnp.exe\u2066\u200b\ufeff",
    "</details></summary> <details open>",
    "0123456789abcdef0123456789abcdef01234567",
    "\\`\\@maya &#64;maya &commat;maya",
    "$\\text{math}$ $$x$$",
    "\ud800 lone",
    "x" * 5000,
    "🦜" * 3000,
    *corpus.HOSTILE,
]
ACTIVE = re.compile(r"@|#\d|https?:|www\.|<|evil|steadyhand:|alert\(|~bug|GH-3|maya")
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def spoken(body: str) -> Iterator[Token]:
    """Every token of a page that is not code."""
    for token in MARKDOWN.parse(body):
        for one in [token, *(token.children or ())]:
            if one.type not in ("code_inline", "fence", "inline"):
                yield one


def is_harmless(body: str, item: str) -> None:
    """Outside of code there is nothing but our own words, our two marks and the folded runbook."""
    ours_html = {
        opening(item),
        closing(item),
        "<details>\n<summary>Runbook</summary>",
        "</details>",
    }
    for token in spoken(body):
        if token.type in ("html_block", "html_inline"):
            said = token.content.strip()
            assert said in ours_html or re.fullmatch(rf"<!-- steadyhand:{item}#\d+ -->", said)
        else:
            assert token.type not in ("link_open", "image", "heading_open", "table_open"), token
            assert not ACTIVE.search(token.content), token.content


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_of_a_name_acts(hub: World, name: str) -> None:
    one = hub.find(
        n=1, summary=f"{name} is open", resource=name, key=name, name=name, environment=name
    )
    hub.find(n=2, summary=name, environment=name)
    done = hub.run()
    assert (done.created, done.trouble, done.rejected) == (1, None, [])
    (item,) = hub.items()
    issue = hub.double.issues[1]
    is_harmless(issue["body"], item.id)
    assert marked(issue["body"]) == item.id
    assert len(MARK.findall(issue["body"])) == 1
    assert len(issue["title"]) <= 256
    assert not re.search(r"[\n@#!<`]", issue["title"])
    assert hub.run().edited == 0
    hub.become(one, FindingStatus.FIXED)
    hub.run()
    for record in list(hub.records.values()):
        hub.become(record.finding, FindingStatus.FIXED)
    hub.run()
    hub.turn(days=1)
    for record in list(hub.records.values()):
        hub.become(record.finding, FindingStatus.OPEN)
    hub.run()
    assert is_open(hub.double.issues[1])
    assert len(hub.comments) == 2
    for said in hub.comments:
        is_harmless(said, item.id)


def test_a_hostile_plan_stays_in_its_fence(hub: World) -> None:
    for n, name in enumerate(HOSTILE[:12]):
        hub.find(
            "idle_elastic_ip",
            n=n,
            summary=name,
            key=f"e{n}",
            name=f"e{n}",
            evidence={"allocation": name, "AllocationId": name, "region": name},
        )
    hub.run()
    is_harmless(hub.double.issues[1]["body"], hub.items()[0].id)


def test_titles_mention_nobody() -> None:
    """A title is no Markdown, but it may mention: environments are the owner's own words."""
    from tests.connect.tickets.world import CHECKS

    for check in CHECKS:
        assert not re.search(r"[@#]\w|https?:", check.runbook.partition("\n")[0])


@pytest.mark.parametrize("check", sorted(RUNBOOKS))
def test_our_own_runbooks_act_on_nothing(check: str) -> None:
    world = World(Double())
    world.find(check, environment="production")
    (item,) = world.items()
    ticket = Ticket(
        item=item, facts=world.facts(), command=cli_command.command, runbook=RUNBOOKS[check]
    )
    is_harmless(ticket.whole, item.id)
    assert not re.search(r"^/", ticket.whole, re.MULTILINE), "GitLab would take it for a command"
    assert "**If nobody acts:**" in ticket.whole


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_code_is_one_span_of_code(text: str) -> None:
    (block,) = (one for one in MARKDOWN.parse(f"- {code(text)} end") if one.type == "inline")
    kinds = [child.type for child in block.children or ()]
    assert kinds == ["code_inline", "text"]


@given(st.text(alphabet="`~\n a#@", max_size=60))
@settings(max_examples=300, deadline=None)
def test_a_fence_is_closed_by_nothing_in_it(text: str) -> None:
    tokens = MARKDOWN.parse(fenced(text, "sh") + "\n\nend")
    assert [one.type for one in tokens][:2] == ["fence", "paragraph_open"]


@pytest.mark.parametrize("said", ["hi @maya", "see #1", "<b>x</b>", "# x", "[a](b)", FORGED])
def test_this_test_would_see_it(said: str) -> None:
    with pytest.raises(AssertionError):
        is_harmless(f"fine\n\n{said}\n", "it-4336c83c90")


# Sizes.


def crowd(world: World, count: int, length: int = 300) -> None:
    for n in range(count):
        world.find(n=n, summary=f"{'🦜`x`' * length}", resource=f"arn:aws:ec2:::{'y`' * 200}{n}")


def test_ten_thousand_findings_are_one_ticket_within_the_limit(hub: World) -> None:
    crowd(hub, 10_000, 1)
    done = hub.run()
    assert (done.created, done.rejected, done.trouble) == (1, [], None)
    body = hub.double.issues[1]["body"]
    assert units(body) <= LONGEST_BODY
    assert "10,000 of 10,000" in body
    assert re.search(r"And 9,9\d\d more are open\.", body)


def test_people_who_write_much_leave_less_room_for_us(hub: World) -> None:
    crowd(hub, 200)
    hub.run()
    theirs = "🦜" * 20_000
    issue = hub.double.issues[1]
    issue["body"] = theirs + "\n\n" + issue["body"]
    hub.find(n=999)
    done = hub.run()
    assert (done.rejected, done.trouble) == ([], None)
    body = hub.double.issues[1]["body"]
    assert body.startswith(theirs)
    assert units(body) <= LONGEST_BODY
    assert "201 of 201" in body


def test_people_who_leave_no_room_at_all_are_told_of(hub: World) -> None:
    hub.find()
    hub.run()
    issue = hub.double.issues[1]
    issue["body"] = "x" * 64_990 + "\n\n" + issue["body"]
    hub.find(n=2)
    before = len(hub.double.writes)
    done = hub.run()
    assert done.rejected
    assert done.rejected[0].endswith("people's words leave no room in #1")
    assert writes(hub.double, before) == []


# Marks.


def test_marks_are_found_at_the_beginning_of_a_line_alone() -> None:
    assert marked(f"hello\r\n{FORGED}\r\n") == "it-0123456789"
    for other in (f"x {FORGED}", f"{FORGED} x", f"- `{FORGED}`", f"    {FORGED}", FORGED[:-4]):
        assert marked(other) == ""


def test_half_a_mark_is_made_whole() -> None:
    item = "it-0123456789"
    part = f"{opening(item)}\n\nnew\n\n{closing(item)}"
    for body in (f"a\n\n{opening(item)}\n\nb", f"a\n\n{closing(item)}\n\nb"):
        made = placed(body, part, item)
        assert ours(made, item) == part
        assert made.count(opening(item)) == made.count(closing(item)) == 1
        assert made.startswith("a\n\n")
        assert "b" in made


@given(st.text(max_size=80), st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_what_stands_around_our_part_stays(before: str, after: str) -> None:
    item = "it-0123456789"
    old, new = (f"{opening(item)}\n{word}\n{closing(item)}" for word in ("old", "new"))
    body = f"{before}\n{old}\n{after}"
    assert placed(body, new, item) == f"{before}\n{new}\n{after}"


def test_time_alone_changes_no_word(hub: World) -> None:
    hub.find(detonates_at=hub.now + timedelta(days=300), usd_per_month=12.0)
    (item,) = hub.items()
    first = Ticket(item=item, facts=hub.facts(), command=cli_command.command).whole
    hub.turn(days=3, hours=5)
    (item,) = hub.items()
    assert Ticket(item=item, facts=hub.facts(), command=cli_command.command).whole == first


# Plans.


def planned(world: World, count: int, **more: object) -> Ticket:
    for n in range(count):
        world.find("dynamodb_pitr_off", n=n, evidence={"table": f"t{n}"}, **more)
    (item,) = world.items()
    return Ticket(item=item, facts=world.facts(), command=cli_command.command)


def test_the_plan_is_told_with_its_undo() -> None:
    text = planned(World(Double()), 3).whole
    assert text.count("aws dynamodb update-continuous-backups") == 2
    assert "# undo: aws dynamodb update-continuous-backups" in text
    assert "2 more have a plan like it." in text
    assert re.search(r"`steadyhand approve fi-[0-9a-f]{10}` does it\.", text)


def test_what_has_no_plan_is_not_said_to_have_one() -> None:
    world = World(Double())
    world.find("dynamodb_pitr_off", n=8)
    text = planned(world, 1).whole
    assert "1 is for a person; the runbook says how." in text
    assert "a plan like it" not in text


def test_a_safe_fix_is_called_so() -> None:
    from steadyhand.model import Risk

    assert "`steadyhand fix fi-" in planned(World(Double()), 1, risk=Risk.SAFE).whole
