"""What is neither a format nor a review: the terminal, annotations of a build, a mail, a change set. Corpus and canaries."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest

from steadyhand.cli.errors import Exit
from steadyhand.cli.output import change_set, drift_table, scan_table
from steadyhand.cli.scans.out_files import annotated
from steadyhand.connect.set_back import mail_of
from steadyhand.engine.scan import ScanResult
from steadyhand.formats.change_set import read
from steadyhand.rhythm.core.adopted import adopted_by
from tests.canaries import CANARIES
from tests.connect.test_set_back import change
from tests.corpus import COMMANDS, HOSTILE
from tests.formats.made_up import BLIND, finding, result
from tests.formats.test_change_set import SET

ACTS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
WORDS = [*HOSTILE, *COMMANDS]
Capture = pytest.CaptureFixture[str]


def scanned(said: str) -> ScanResult:
    """Every field that somebody in the account chooses."""
    bad = finding(
        summary=f"it says {said}",
        key=said,
        name=said,
        resource=f"arn:aws:ec2:eu-central-1:123456789012:security-group/{said}",
        evidence={"said": said, "adopt": f"--- a\n{said}"},
        tags={"Name": said},
    )
    return result(bad, unknown=(BLIND.__class__(BLIND.check, BLIND.region, said, said),))


def terminal(said: str, capsys: Capture) -> str:
    scan_table.show(scanned(said), said, scan_table.View(code=Exit.FINDINGS))
    return capsys.readouterr().out


def drift(said: str, capsys: Capture) -> str:
    drift_table.show(scanned(said))
    return "".join(capsys.readouterr())


def annotations(said: str, capsys: Capture) -> str:
    del capsys
    return "\n".join(annotated(scanned(said)))


def adopted(said: str, capsys: Capture) -> str:
    """What pages and tickets show of a diff; whoever may write rows begins a line with anything."""
    del capsys
    return adopted_by(finding(evidence={"adopt": f"--- a\n+{said}\n{said}"}))


def mail(said: str, capsys: Capture) -> str:
    del capsys
    rows = [{"property": said, "template": said, "now": said}]
    made = mail_of(change(logical=said, stack=said, construct=said, properties=rows, adopt=said))
    assert made.subject.splitlines() == [made.subject]
    assert "<" not in made.html.partition("<pre>")[2].removesuffix("</pre>")
    return f"{made.subject}\n{made.text}"


def of_change_set(said: str, capsys: Capture) -> str:
    text = json.dumps(SET)
    for value in ('"30"', '"90"', '"MANAGED_BY_AWS"'):
        text = text.replace(value, json.dumps(said))
    one = json.loads(text)
    change_set.show(read(json.dumps(one | {"StackName": said, "Status": said})))
    change_set.show(read(json.dumps(one | {"StackName": said})))
    return "".join(capsys.readouterr())


Show = Callable[[str, Capture], str]
OUTPUTS: dict[str, Show] = {
    one.__name__: one for one in (terminal, drift, annotations, adopted, mail, of_change_set)
}


@pytest.mark.parametrize("show", OUTPUTS.values(), ids=OUTPUTS)
def test_nothing_acts_and_each_line_is_one_of_ours(show: Show, capsys: Capture) -> None:
    """Of what a stranger chose no line begins that was not there, whatever the words."""
    for said in WORDS:
        found = show(said, capsys)
        assert not ACTS.search(found), ascii(said)
        found.encode()
        if show in (terminal, drift, of_change_set):
            assert not [one for one in found.splitlines() if commands(one)], ascii(said)


def commands(line: str) -> bool:
    """Would GitHub's runner obey it? A word broken over lines by the terminal's width is none."""
    return bool(re.match(r"\s*::[a-z-]+( [^:]*)?::", line) or "##[" in line)


@pytest.mark.parametrize("said", WORDS)
def test_an_annotation_is_one_command_with_its_own_two_ends(said: str) -> None:
    """GitHub, "Workflow commands": a colon or comma would end a property, a line break the command."""
    lines = list(annotated(scanned(said)))
    assert len(lines) == 2
    for line in lines:
        assert line.splitlines() == [line]
        found = re.fullmatch(r"::(error|warning|notice) title=([^:,]*)::(.*)", line)
        assert found, line


@pytest.mark.parametrize("show", OUTPUTS.values(), ids=OUTPUTS)
def test_none_shows_a_canary(show: Show, capsys: Capture) -> None:
    assert list(leaks(show, capsys)) == []


def leaks(show: Show, capsys: Capture) -> Iterator[str]:
    for name, one in CANARIES.items():
        found = "".join(show(one.said, capsys).split())
        if "".join(one.core.split()) in found.replace("%3A", ":").replace("%2C", ","):
            yield name
