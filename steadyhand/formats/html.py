"""One HTML page, to keep or to send: no script, no picture, no request to anybody."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape

from steadyhand.aws import cli_command
from steadyhand.catalogue.lanes import MEANING
from steadyhand.engine.scan import Found, ScanResult
from steadyhand.formats.handling import handled_of
from steadyhand.formats.words import tame, title
from steadyhand.model import Finding, Lane, Step
from steadyhand.model.names import short_name, what
from steadyhand.rhythm.core.handling import WORDS
from steadyhand.rhythm.core.words import plural
from steadyhand.settings.values import Settings

STYLE = """
:root{--paper:#fff;--wash:#f3f6f8;--line:#d9e0e5;--ink:#14202b;--muted:#536270;--accent:#0b5c8f;--act:#b0390b}
@media (prefers-color-scheme:dark){:root{--paper:#12181d;--wash:#1b242b;--line:#303c45;--ink:#e9eef1;--muted:#9dabb6;--accent:#74bbea;--act:#ff9d75}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 -apple-system,BlinkMacSystemFont,"Segoe UI",Inter,Helvetica,Arial,sans-serif}
main{max-width:1120px;margin:0 auto;padding:40px 16px 64px}
h1{font-size:30px;line-height:1.2;letter-spacing:-.015em;font-weight:600;margin:0 0 8px}
h2{font-size:20px;line-height:1.3;font-weight:600;margin:40px 0 8px;border-top:2px solid var(--ink);padding-top:12px}
h2 small{font-size:14px;font-weight:400;color:var(--muted);margin-left:8px}
p{margin:0 0 8px;max-width:42rem}
.note{color:var(--muted);font-size:14px;line-height:1.45}
details{border-bottom:1px solid var(--line);padding:8px 0}
details:last-of-type{border-bottom:0}
summary{display:grid;grid-template-columns:1rem 7rem minmax(8rem,1fr) minmax(0,2fr) USD 4.5rem;gap:0 12px;cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}
summary::before{content:"▸";color:var(--accent)}
details[open]>summary::before{content:"▾"}
summary small{display:block;font-size:14px;font-weight:400;color:var(--muted);overflow-wrap:anywhere}
summary:focus-visible,a:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
summary b{font-weight:600;overflow-wrap:anywhere}
summary .date,summary .usd{font-variant-numeric:tabular-nums}
summary .usd{text-align:right}
.worst{color:var(--act);font-weight:600}
.more{padding:8px 0 16px 28px}
pre{background:var(--wash);border-radius:8px;padding:12px 16px;margin:8px 0;white-space:pre-wrap;overflow-wrap:anywhere;font:14px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
code{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:max-content 1fr;gap:0 16px;margin:8px 0;font-size:14px}
dt{color:var(--muted)}
dd{margin:0;overflow-wrap:anywhere}
li{margin-bottom:4px}
@media (max-width:760px){summary{grid-template-columns:1rem 1fr}summary>*{grid-column:2}summary>:empty{display:none}summary .usd{text-align:left}.more{padding-left:0}}
@media print{details>*{display:block}summary::before{content:""}}
"""

LEAST = 9
"""Characters for which the column of money has room; where an amount is wider, it is as wide as that."""


def render(result: ScanResult) -> str:
    """The verdict, the lanes, what was not read. What comes from the account is escaped."""
    return "\n".join(_lines(result))


def _lines(result: ScanResult) -> Iterator[str]:
    widest = max((len(_usd(one.finding)) for one in result.found), default=0)
    style = STYLE.replace("USD", f"{max(LEAST, widest)}ch")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    said = verdict(result)
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f"<title>{_out(said)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>"
    yield f"<h1>{_out(said)}</h1>"
    when = f"{_day(result.finished_at)}, {result.finished_at:%H:%M %Z}".strip()
    yield f'<p class="note">Account {_out(result.account)} · {_out(", ".join(result.regions))} · {_out(when)}</p>'
    for lane in Lane:
        rows = result.in_lane(lane)
        if rows:
            yield f"<section>\n<h2>{lane.title()} <small>{MEANING[lane]}</small></h2>"
            for one in rows:
                yield from _finding(one, result.settings)
            yield "</section>"
    yield from _unread(result)
    yield (
        f'<p class="note">{plural(len(result.passed()), "check")} passed, {len(result.loud())} found something, '
        f"{len(result.blind())} unknown. {result.calls} calls in {result.seconds:.1f} s. "
        "Nothing was changed.</p>"
    )
    yield "</main>\n</body>\n</html>"


def verdict(result: ScanResult) -> str:
    """What a reader who stops after one line should know."""
    count, now = len(result.found), len(result.in_lane(Lane.NOW))
    if not count:
        return "No time bombs in what we could read" if result.unknown else "No time bombs found"
    bombs = f"{count} time bomb{'s' if count > 1 else ''}"
    return f"{bombs}, {now} of them for now" if now else f"{bombs}, none of them for now"


def _finding(one: Found, decided: Settings) -> Iterator[str]:
    finding = one.finding
    worst = " worst" if finding.severity in {"critical", "high"} else ""
    yield f'<details id="{_out(finding.id)}">\n<summary>'
    yield f'<span class="date">{_out(_day(finding.detonates_at))}</span>'
    place = f"{decided.environment(finding)} · {finding.region}"
    yield f"<b>{_out(short_name(finding))}<small>{_out(place)}</small></b>"
    who = WORDS[handled_of(one, decided)]
    yield f'<span class="said">{_out(what(finding))}<small>{who}</small></span>'
    cost = f"{said}<small>a month</small>" if (said := _usd(finding)) else ""
    yield f'<span class="usd">{cost}</span>'
    yield f'<span class="bad{worst}">{finding.severity}</span>\n</summary>\n<div class="more">'
    yield f"<p>{_out(title(one.check))} {_out(one.check.consequence)}</p>"
    yield "<dl>"
    told = {
        "Finding": finding.id,
        "Check": finding.check,
        "Resource": finding.resource,
        "Region": finding.region,
        "Fix": one.risk,
    }
    for name, value in told.items():
        yield f"<dt>{name}</dt><dd>{_out(value)}</dd>"
    yield "</dl>"
    if one.plan:
        yield f"<p>The plan</p>\n<pre>{_out_lines(_do(one.plan, finding.region))}</pre>"
        yield f"<p>The way back</p>\n<pre>{_out_lines(_undo(one.plan, finding.region))}</pre>"
    else:
        yield "<p>This one is for a person. The runbook:</p>"
        yield f"<pre>{_out_lines(one.check.runbook.strip().splitlines())}</pre>"
    yield "</div>\n</details>"


def _unread(result: ScanResult) -> Iterator[str]:
    if not result.unknown:
        return
    yield "<section>\n<h2>Not read</h2>\n<ul>"
    for one in result.unknown:
        yield f"<li><code>{_out(one.check)}</code> in {_out(one.region)}: {_out(one.said)}</li>"
    yield "</ul>\n</section>"


def _do(plan: Sequence[Step], region: str) -> list[str]:
    return [cli_command.folded(step.do, region) for step in plan]


def _undo(plan: Sequence[Step], region: str) -> list[str]:
    return [
        cli_command.folded(step.undo, region) if step.undo else "# there is none"
        for step in reversed(plan)
    ]


def _usd(finding: Finding) -> str:
    return f"${finding.usd_per_month:,.2f}" if finding.usd_per_month else ""


def _day(when: datetime | None) -> str:
    return f"{when.day} {when:%b %Y}" if when else ""


def _out(said: object) -> str:
    return escape(tame(str(said)))


def _out_lines(lines: Sequence[str]) -> str:
    return "\n".join(escape(line) for line in lines)
