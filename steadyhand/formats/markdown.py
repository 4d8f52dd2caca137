"""Markdown, for issues, wikis and pull requests. Nothing in it mentions, links or closes anything."""

from __future__ import annotations

from collections.abc import Iterator

from steadyhand.aws import cli_command
from steadyhand.engine.scan import Found, ScanResult
from steadyhand.formats.words import code, markdown, moment, title
from steadyhand.model import Lane
from steadyhand.rhythm.core.words import plural

HEADS = {
    Lane.NOW: "Now: stability",
    Lane.NEXT: "Next: security",
    Lane.LATER: "Later: scale and cost",
}
MOST = 200
"""Findings that are told in full; a page of thousands is read by nobody."""


def render(result: ScanResult) -> str:
    """The verdict, a table for each lane, what was not read, and each finding with its plan."""
    return "\n".join(_lines(result))


def _lines(result: ScanResult) -> Iterator[str]:
    count = len(result.found)
    yield f"# {count} time bomb{'' if count == 1 else 's'} in {result.account}"
    yield ""
    now = len(result.in_lane(Lane.NOW))
    yield f"{now} of them belong to now. Read in {', '.join(result.regions)}, {moment(result.finished_at)}."
    for lane in Lane:
        rows = result.in_lane(lane)
        if rows:
            yield from ("", f"## {HEADS[lane]}", "", *_table(rows))
    if result.unknown:
        yield from ("", "## Not read", "")
        for one in result.unknown:
            yield f"* {code(one.check)} in {one.region}: {markdown(one.said)}"
    if result.found:
        yield from ("", "## What can be done")
        for found in result.found[:MOST]:
            yield from _detail(found)
        if count > MOST:
            yield from ("", f"… and {count - MOST} more: `steadyhand scan --output json`.")
    yield ""
    yield f"{plural(len(result.passed()), 'check')} passed. {result.calls} calls in {result.seconds:.1f} s."


def _table(rows: list[Found]) -> Iterator[str]:
    yield "| Date | Severity | What | Where | USD a month | Finding |"
    yield "| --- | --- | --- | --- | ---: | --- |"
    for one in rows:
        finding = one.finding
        date = f"{finding.detonates_at:%Y-%m-%d}" if finding.detonates_at else ""
        cost = f"{finding.usd_per_month:,.2f}" if finding.usd_per_month else ""
        said = markdown(finding.summary)
        yield f"| {date} | {finding.severity} | {said} | {finding.region} | {cost} | {code(finding.id)} |"


def _detail(one: Found) -> Iterator[str]:
    finding = one.finding
    yield from ("", f"### {markdown(finding.summary)}", "")
    yield f"{markdown(title(one.check))} {markdown(one.check.consequence)}".rstrip()
    yield ""
    yield f"* Finding {code(finding.id)} of {code(finding.check)}, {finding.severity}, fix: {one.risk}"
    yield f"* Resource {code(finding.resource)}"
    if not one.plan:
        yield f"* By hand: {code(f'steadyhand show {finding.id}')}"
        return
    yield from ("", "```sh")
    for step in one.plan:
        yield cli_command.folded(step.do, finding.region)
    yield "# undo"
    for step in reversed(one.plan):
        yield (
            cli_command.folded(step.undo, finding.region) if step.undo else "# there is no way back"
        )
    yield "```"
