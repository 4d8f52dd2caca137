"""JUnit XML, for build servers: a suite for each category, a case for each check and place."""

from __future__ import annotations

from collections import defaultdict
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from steadyhand.check import Check
from steadyhand.engine.scan import ScanResult
from steadyhand.formats.words import moment, tame, title
from steadyhand.model import GLOBAL


def render(result: ScanResult) -> str:
    """A finding is a failure, what could not be read is an error."""
    root = Element("testsuites", name="steadyhand")
    by_category: dict[str, list[Check]] = defaultdict(list)
    for check in result.checks:
        by_category[check.category].append(check)
    for category, checks in sorted(by_category.items()):
        suite = SubElement(
            root,
            "testsuite",
            name=category,
            hostname=result.account,
            timestamp=(moment(result.started_at) or "").rstrip("Z"),
            time="0",
        )
        for check in checks:
            for region in [GLOBAL] if check.is_global else result.regions:
                _case(suite, result, check, region)
        _count(suite)
    _count(root)
    root.set("time", f"{result.seconds:.3f}")
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


def _case(suite: Element, result: ScanResult, check: Check, region: str) -> None:
    case = SubElement(
        suite,
        "testcase",
        name=f"{title(check)} ({region})",
        classname=f"{check.category}.{check.id}",
        time="0",
    )
    for blind in result.unknown:
        if (blind.check, blind.region) == (check.id, region):
            SubElement(case, "error", type="unknown", message=tame(blind.said))
    for one in result.found:
        finding = one.finding
        if (finding.check, finding.region) == (check.id, region):
            failure = SubElement(
                case, "failure", type=str(finding.severity), message=tame(finding.summary)
            )
            failure.text = f"{finding.id} {tame(finding.resource)}"


def _count(suite: Element) -> None:
    cases = list(suite.iter("testcase"))
    suite.set("tests", str(len(cases)))
    suite.set("errors", str(sum(case.find("error") is not None for case in cases)))
    failed = [case for case in cases if case.find("failure") is not None]
    suite.set("failures", str(sum(case.find("error") is None for case in failed)))
