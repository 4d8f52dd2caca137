"""Our scan and the peers' on the same account: for each check, the resources that are complained of.

A resource goes by one or more names, an ARN's resource or an id; tools spell the rest of an ARN differently.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml  # type: ignore[import-untyped]

from bench.peers.planted import ACCOUNT, REGION
from bench.processes import HOME, OURS, PEERS, Ran, Stage, run
from steadyhand.catalogue import discovery as catalogue
from steadyhand.demo.commands import SETTINGS

POLICIES = HOME / "bench" / "policies" / "peers.yml"
PROWLER = HOME / ".venv-prowler" / "bin" / "prowler"

Names = tuple[str, ...]
Found = Mapping[str, set[Names]]
"""By check, the names of each resource."""


class Peer(NamedTuple):
    """Another scanner: its mark in our checks' `peers`, those it has a rule for here, and its scan."""

    name: str
    mark: str
    rules: Callable[[], set[str]]
    scan: Callable[[Stage, Path], Found]


def short(name: str) -> str:
    """What an ARN calls its resource, without the resource's type; any other name as it is."""
    if not name.startswith("arn:"):
        return name
    resource = name.split(":", 5)[5]
    return re.sub(r":(\*|\$LATEST)$", "", re.sub(r"^[a-z-]+[:/]", "", resource))


def variables(stage: Stage, home: Path) -> dict[str, str]:
    """The stage's, in the region where the bombs lie."""
    return stage.variables(home) | {"AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION}


def ended(tool: str, ran: Ran, *good: int) -> Ran:
    """A scan that failed has found nothing that could be compared."""
    if ran.code not in good:
        raise RuntimeError(f"{tool} ended with {ran.code}: {(ran.said + ran.complained)[-2000:]}")
    return ran


def ours(stage: Stage, folder: Path) -> Found:
    """All checks, with the demo's settings. Exit 4: moto does not answer some of them."""
    command = (OURS / "steadyhand", "scan", "--settings", SETTINGS, "--output", "json")
    ran = ended("steadyhand", run(command, variables(stage, folder), folder), 3, 4)
    found: dict[str, set[Names]] = defaultdict(set)
    for finding in json.loads(ran.said)["findings"]:
        found[finding["check"]].add((short(finding["resource"]),))
    return found


def policies() -> dict[str, str]:
    """By check, the field that names the resources of its policy."""
    said = yaml.safe_load(POLICIES.read_text("utf-8"))["policies"]
    return {one["name"]: one["metadata"]["id"] for one in said}


def custodian(stage: Stage, folder: Path) -> Found:
    """One file of resources for each policy."""
    out = folder / "custodian"
    command = (PEERS / "custodian", "run", "--region", REGION, "--output-dir", out, POLICIES)
    ended("custodian", run(command, variables(stage, folder), folder), 0)
    found: dict[str, set[Names]] = {}
    for check, field in policies().items():
        resources = json.loads((out / check / "resources.json").read_text("utf-8"))
        found[check] = {(short(one[field]),) for one in resources}
    return found


def of_prowler() -> dict[str, set[str]]:
    """By check of Prowler's, ours that name it. Those of other clouds have no AWS to be asked of."""
    named = defaultdict(set)
    for check in catalogue.load():
        for kind, _, peer in (one.partition(":") for one in check.peers):
            if kind == "P" and not peer.startswith("zone_"):
                named[peer].add(check.id)
    return named


def prowler(stage: Stage, folder: Path) -> Found:
    """The checks that ours name, with Prowler's own settings, also of what is not in use; whatever it fails."""
    named = of_prowler()
    command: tuple[str | Path, ...] = (
        PROWLER,
        *("aws", "--checks", *sorted(named), "--region", REGION, "--no-banner"),
        *("--scan-unused-services", "--ignore-exit-code-3", "--output-formats", "json-ocsf"),
        *("--output-directory", str(folder), "--output-filename", "prowler"),
    )
    ended("prowler", run(command, variables(stage, folder), folder), 0)
    found: dict[str, set[Names]] = defaultdict(set)
    for one in failed(json.loads((folder / "prowler.ocsf.json").read_text("utf-8"))):
        for check in named[one["metadata"]["event_code"]]:
            for resource in one["resources"]:
                found[check].add((short(resource["uid"]), resource["name"]))
    return found


def failed(said: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (one for one in said if one["status_code"] == "FAIL")


def one_name(names: Names, known: set[str]) -> str:
    """The name we know a resource by; else the first."""
    return next((name for name in names if name in known), names[0])


def alike(theirs: set[Names], known: set[str]) -> set[str]:
    """A peer's resources under our names. Who complains of the account means what is amiss in it."""
    found = {one_name(names, known | {ACCOUNT}) for names in theirs}
    return found - {ACCOUNT} | known if known and ACCOUNT in found else found


def missing(check: str, peer: Peer) -> str:
    """Why this peer is not asked for what a check finds; "" where it is."""
    if check in peer.rules():
        return ""
    (ours,) = catalogue.load([check])
    known = any(one.startswith(f"{peer.mark}:") for one in ours.peers)
    return "cannot be asked here" if known else "no such rule"


ALL = (
    Peer("Cloud Custodian", "C7N", lambda: set(policies()), custodian),
    Peer("Prowler", "P", lambda: set[str]().union(*of_prowler().values()), prowler),
)
