"""Each format can be read by those it is for, says what was not read, and cannot be talked into more."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import botocore.session
import pytest
from botocore.validate import ParamValidator

from steadyhand.engine.scan import ScanResult
from steadyhand.formats import FORMATS, render
from steadyhand.formats.schema import ScanOut, json_schema
from steadyhand.formats.words import cell, code, markdown, moment, tame
from tests.corpus import COMMANDS, HOSTILE
from tests.formats.made_up import BLIND, EMPTY, INCOMPLETE, NOW, ONE, finding, result


def hostile(said: str) -> ScanResult:
    """Every field that somebody in the account chooses, chosen badly."""
    bad = finding(
        summary=said,
        key=said,
        name=said,
        resource=f"arn:aws:ec2:eu-central-1:123456789012:security-group/{said}",
        evidence={"said": said, said: said},
        tags={"Name": said},
    )
    return result(bad, unknown=(BLIND.__class__(BLIND.check, BLIND.region, said, said),))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "one", [EMPTY, ONE, INCOMPLETE, result(*(finding(name=str(n)) for n in range(300)))]
)
def test_every_format_renders_anything_and_always_the_same(name: str, one: ScanResult) -> None:
    text = render(one, name)
    assert text.endswith("\n") or (name, len(one.found)) == ("asff", 0)
    assert text == render(one, name)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("said", HOSTILE)
def test_no_name_writes_on_a_terminal(name: str, said: str) -> None:
    text = render(hostile(said), name)
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    text.encode()


def test_json_is_the_public_contract() -> None:
    said = json.loads(render(INCOMPLETE, "json"))
    assert list(said) == [
        "schema_version",
        "account",
        "regions",
        "checks",
        "started_at",
        "finished_at",
        "findings",
        "unknown",
        "api_calls",
    ]
    (one,) = said["findings"]
    assert list(one) == [
        "id",
        "check",
        "category",
        "status",
        "severity",
        "risk",
        "region",
        "resource",
        "resource_type",
        "summary",
        "detonates_at",
        "usd_per_month",
        "evidence",
        "plan",
        "name",
        "environment",
        "lane",
        "handled",
    ]
    assert said["schema_version"] == "1"
    assert one["status"] == "fail"
    assert one["detonates_at"] == "2026-11-26T09:00:00Z"
    assert one["evidence"] == {"said": "quick test", "since": "2026-11-23T09:00:00Z"}
    params = {"GroupId": "sg-1", "Description": "quick test"}
    assert one["plan"] == [
        {
            "do": {"action": "ec2:CloseThing", "params": params},
            "undo": {"action": "ec2:OpenThing", "params": params},
        }
    ]
    assert said["unknown"] == [
        {"check": "made_up", "region": "eu-central-1", "reason": "sg-2: AccessDenied: no"}
    ]
    ScanOut.model_validate(said)


def test_the_json_schema_is_closed() -> None:
    schema = json_schema()
    assert schema["additionalProperties"] is False
    assert schema["required"] == list(schema["properties"])


def test_asff_is_what_security_hub_takes() -> None:
    model = botocore.session.get_session().get_service_model("securityhub")
    shape = model.operation_model("BatchImportFindings").input_shape
    findings = json.loads(render(ONE, "asff"))
    assert not ParamValidator().validate({"Findings": findings}, shape).has_errors()
    (one,) = findings
    assert one["Resources"][0]["Type"] == "AwsEc2SecurityGroup"
    assert one["Severity"]["Label"] == "CRITICAL"


def test_asff_calls_what_security_hub_does_not_know_other() -> None:
    (one,) = json.loads(render(result(finding(resource_type="AWS::Logs::LogGroup")), "asff"))
    assert one["Resources"][0]["Type"] == "Other"


def test_sarif_says_that_an_incomplete_scan_did_not_succeed() -> None:
    whole, part = (json.loads(render(one, "sarif"))["runs"][0] for one in (ONE, INCOMPLETE))
    assert whole["invocations"][0]["executionSuccessful"] is True
    assert part["invocations"][0]["executionSuccessful"] is False
    (told,) = part["invocations"][0]["toolExecutionNotifications"]
    assert "AccessDenied" in told["message"]["text"]
    (found,) = whole["results"]
    rule = whole["tool"]["driver"]["rules"][found["ruleIndex"]]
    assert rule["id"] == found["ruleId"] == "made_up"
    assert found["level"] == "error"
    assert found["partialFingerprints"] == {"steadyhand/v1": ONE.found[0].finding.id}


def test_ocsf_is_a_detection_finding() -> None:
    (one,) = json.loads(render(ONE, "ocsf"))
    assert one["class_uid"] * 100 + one["activity_id"] == one["type_uid"] == 200401
    assert one["severity_id"] == 5
    assert one["time"] == int(ONE.finished_at.timestamp() * 1000)
    assert one["cloud"]["account"]["uid"] == "123456789012"


def test_junit_counts_findings_as_failures_and_blindness_as_errors() -> None:
    root = ET.fromstring(render(INCOMPLETE, "junit"))
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("1", "0", "1")
    assert ET.fromstring(render(ONE, "junit")).get("failures") == "1"
    assert ET.fromstring(render(EMPTY, "junit")).get("failures") == "0"


@pytest.mark.parametrize("said", HOSTILE)
def test_no_name_breaks_out_of_xml(said: str) -> None:
    root = ET.fromstring(render(hostile(said), "junit"))
    assert len(list(root.iter())) == len(list(ET.fromstring(render(INCOMPLETE, "junit")).iter()))


@pytest.mark.parametrize("said", HOSTILE)
def test_no_cell_is_a_formula(said: str) -> None:
    rows = list(csv.reader(io.StringIO(render(hostile(said), "csv"))))
    assert {len(row) for row in rows} == {18}
    assert not [one for row in rows for one in row if re.match(r"\s*[=+@\-\t\r]", one)]


def test_csv_says_what_is_unknown() -> None:
    rows = list(csv.DictReader(io.StringIO(render(INCOMPLETE, "csv"))))
    assert [row["status"] for row in rows] == ["fail", "unknown"]
    assert rows[0]["usd_per_month"] == "12.50"


class Skeleton(HTMLParser):
    """Tags and attribute names, without words."""

    def __init__(self) -> None:
        super().__init__()
        self.bones: list[Any] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.bones.append((tag, [name for name, _ in attrs]))


def skeleton(text: str) -> list[Any]:
    parser = Skeleton()
    parser.feed(text)
    return parser.bones


@pytest.mark.parametrize("said", HOSTILE)
def test_no_name_changes_the_page(said: str) -> None:
    assert skeleton(render(hostile(said), "html")) == skeleton(render(hostile("harmless"), "html"))


def test_the_page_asks_nobody_for_anything() -> None:
    page = render(INCOMPLETE, "html")
    assert "default-src 'none'" in page
    assert not re.search(r"<script|<img|<link|https?://|style=", page)
    assert "Not read" in page
    assert "<h1>1 time bomb, 1 of them for now</h1>" in page


@pytest.mark.parametrize("said", HOSTILE)
def test_no_name_acts_in_markdown(said: str) -> None:
    text = render(hostile(said), "markdown")
    harmless = render(hostile("harmless"), "markdown")
    assert len(text.splitlines()) <= len(harmless.splitlines()) + 12
    outside = re.sub(r"```sh\n.*?\n```\n", "", text, flags=re.DOTALL)
    outside = re.sub(r"(`+)[^\n]*?\1", "", outside)
    assert not re.search(r"(?<!\\)<\w|\]\(|https?://|(?<![\w\\])@\w|(?<!\\)#\d|GH-\d", outside)


def test_markdown_says_what_was_not_read_and_how_to_fix_it() -> None:
    text = render(INCOMPLETE, "markdown")
    assert "## Not read" in text
    assert "aws ec2 close-thing" in text
    assert "# undo" in text


def test_words() -> None:
    assert tame("a\x1b[1mb\u202ec\nd") == "a[1mbc d"
    assert cell("=1") == "'=1"
    assert cell(None) == ""
    assert markdown("a_b|c") == r"a\_b\|c"
    assert code("a`b") == "``a`b``"
    assert code("`") == "`` ` ``"
    assert moment(NOW) == "2026-11-23T09:00:00Z"
    assert moment(None) is None


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("ocsf", "asff")])
def test_every_format_that_has_a_word_for_it_says_each_unknown_of_what_it_is(name: str) -> None:
    """Two buckets denied for one reason are two; OCSF and ASFF know findings alone."""
    kind = BLIND.__class__
    blind = tuple(
        kind(BLIND.check, "eu-central-1", f"reason{number}", item)
        for number, item in ((1, "attic"), (1, "cellar"), (2, None))
    )
    text = render(result(unknown=blind), name)
    for word, count in {"attic": 1, "cellar": 1, "reason1": 2, "reason2": 1}.items():
        assert text.count(word) == count, (name, word)


def runs(line: str) -> bool:
    """Does GitHub's runner take it for a command? As `TryParseV2` and `TryParse` of ActionCommand.cs do."""
    known = r"(add-mask|add-matcher|stop-commands|set-output|save-state|add-path|set-env|debug|notice|warning|error|group|endgroup|echo)"
    second = re.match(rf"(?i)\s*::{known}( .*?)?::", line)
    return bool(second or re.search(r"##\[[^\]]+\]", line))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("said", COMMANDS)
def test_no_name_commands_the_build_s_runner(name: str, said: str) -> None:
    """A scan is printed in a build; a value of ours goes on as the next step's, or hides words in its log."""
    text = render(hostile(f"x {said}"), name) + render(hostile(said), name)
    assert not any(map(runs, text.splitlines()))
    words = tame(f"{'x' * 20}{said}")
    assert not any(runs(words[at:]) for at in range(len(words))), (
        "wherever a terminal breaks the line"
    )


def test_what_is_no_command_stays_as_it_is() -> None:
    for said in ("::/0", "AWS::IAM::Group", "AWS::ResourceGroups::Group is open", "a::b", "# 1 ##"):
        assert tame(said) == said
    assert all(map(runs, COMMANDS))
