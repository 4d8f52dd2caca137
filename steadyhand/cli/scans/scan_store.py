"""The last scan of each account, kept on the disk of whoever ran it, readable by nobody else.

`show`, `plan`, `backlog` and `calendar` read it where nothing is deployed, and the next scan says what
is new and what is gone. XDG Base Directory Specification: `$XDG_STATE_HOME`, else `~/.local/state`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from steadyhand.catalogue import discovery as catalogue
from steadyhand.engine.scan import ScanResult, judged, together
from steadyhand.ledger import codec, rows
from steadyhand.model import Finding, Unknown
from steadyhand.settings import private
from steadyhand.settings.values import Settings

VERSION = 1
WHOLE, PART = "whole", "part"
"""A scan with every check, and the last one with some of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a scan found that an earlier one had not, and what it had that is no longer there."""

    since: datetime | None
    new: frozenset[str]
    gone: frozenset[str]


def folder() -> Path:
    """Where scans are kept. `NotPrivate` where somebody else may write there."""
    top = os.environ.get("XDG_STATE_HOME") or Path("~/.local/state").expanduser()
    return private.folder(Path(top) / "steadyhand", "scans")


def written(result: ScanResult) -> bytes:
    """As it is kept."""
    said = {
        "version": VERSION,
        "account": result.account,
        "partition": result.partition,
        "regions": list(result.regions),
        "checks": [check.id for check in result.checks],
        "started_at": result.started_at.isoformat(),
        "finished_at": result.finished_at.isoformat(),
        "found": [codec.finding_out(one.finding) for one in result.found],
        "unknown": [[one.check, one.region, one.reason, one.concerns] for one in result.unknown],
        "api_calls": dict(result.api_calls),
    }
    return codec.written(said).encode()


def keep(result: ScanResult) -> bool:
    """Keep it. Where that cannot be done privately nothing is kept, and the answer is no."""
    try:
        private.write(_file(result.account, _kind(result)), written(result))
    except (OSError, private.NotPrivate):
        return False
    return True


def last(account: str, decided: Settings, *, whole: bool = True) -> ScanResult | None:
    """The last scan of an account with every check, or else the last one of all; None without one."""
    kinds = (WHOLE,) if whole else (PART, WHOLE)
    try:
        found = [one for kind in kinds if (one := read(_file(account, kind), decided))]
    except (OSError, private.NotPrivate):
        return None
    return max(found, key=lambda one: one.finished_at, default=None)


def difference(
    before: ScanResult | None, now: ScanResult, baseline: frozenset[str] | None = None
) -> Difference:
    """What changed since an earlier scan; what this one did not look at is not called gone."""
    ids = frozenset(one.finding.id for one in now.found)
    if baseline is not None:
        return Difference(since=None, new=ids - baseline, gone=baseline - ids)
    if before is None:
        return Difference(since=None, new=frozenset(), gone=frozenset())
    checks, blind = {check.id for check in now.checks}, now.blind()
    places = {*now.regions, "global"}
    gone = frozenset(
        one.finding.id
        for one in before.found
        if one.finding.check in checks - blind and one.finding.region in places
    )
    had = frozenset(one.finding.id for one in before.found)
    seen = {(check.id, region) for check in before.checks for region in (*before.regions, "global")}
    new = frozenset(
        one.finding.id for one in now.found if (one.finding.check, one.finding.region) in seen
    )
    return Difference(since=before.finished_at, new=new - had, gone=gone - ids)


def _kind(result: ScanResult) -> str:
    return WHOLE if {check.id for check in result.checks} >= set(catalogue.places()) else PART


def _file(account: str, kind: str) -> Path:
    return folder() / f"{account}-{kind}.json"


def read(file: Path, decided: Settings) -> ScanResult | None:
    """What was kept. What nobody of us wrote, or an older version did, is as good as nothing."""
    try:
        private.check(file)
        said = json.loads(file.read_text("utf-8"))
        return _result(said, decided) if said["version"] == VERSION else None
    except Exception:  # noqa: BLE001 - a file of somebody else holds anything, and checks plan of it
        return None


def _result(said: Any, decided: Settings) -> ScanResult:
    names = [name for name in said["checks"] if name in catalogue.places()]
    checks = {check.id: check for check in catalogue.load(names, decided.knobs)}
    started = rows.moment(said["started_at"])
    findings: Sequence[Finding] = [codec.finding_in(one) for one in said["found"]]
    return ScanResult(
        account=said["account"],
        partition=said["partition"],
        regions=tuple(said["regions"]),
        checks=tuple(checks.values()),
        started_at=started,
        finished_at=rows.moment(said["finished_at"]),
        found=together(
            [
                judged(checks[one.check], one, started, decided)
                for one in findings
                if one.check in checks
            ],
            decided,
        ),
        unknown=tuple(
            Unknown(check, region, reason, concerns)
            for check, region, reason, concerns in said["unknown"]
        ),
        api_calls=said["api_calls"],
        settings=decided,
    )
