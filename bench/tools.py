"""What is compared: how each tool is called, and how its findings become kinds.

A kind is a word of the bench for what was planted ("ssh_open"), so that tools with other names for
it can be counted alike.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bench.processes import HOME, OURS, PEERS, Ran

HERE = Path(__file__).parent
Kinds = Counter[str]

KINDS: Mapping[str, str] = {
    "acm_expiring": "certificate_expiring",
    "unattached_volume": "volume_unattached",
    "orphan_snapshot": "snapshot_old",
    "idle_elastic_ip": "address_idle",
    "endless_logs": "log_endless",
    "public_rds_instance": "database_public",
    "rds_backups_off": "database_without_backups",
    "public_bucket": "bucket_public",
    "bucket_versioning_off": "bucket_unversioned",
    "old_access_key": "key_old",
    "dynamodb_pitr_off": "table_without_recovery",
    "deprecated_runtime": "runtime_retired",
    "imdsv1_allowed": "instance_imdsv1",
}
"""Our checks that find one kind, once for each resource."""

PORTS = {"ssh_open": 22, "rdp_open": 3389}
GROUPS = ("open_admin_ports", "open_all_ports")
"""Our checks that speak of grants; what is planted are groups."""


class Tool(NamedTuple):
    """A scanner: its command for a folder of its own, and what it found, from what it left there."""

    name: str
    command: Callable[[Path], Sequence[str | Path]]
    found: Callable[[Ran, Path], Kinds]


def ours(folder: Path) -> list[str | Path]:
    """The CLI, as a person calls it, asked for the shared checks."""
    del folder
    checks = [word for name in (*GROUPS, *KINDS) for word in ("--check", name)]
    settings = HERE / "steadyhand.toml"
    return [OURS / "steadyhand", "scan", *checks, "--settings", settings, "--output", "json"]


def said_by_us(ran: Ran, folder: Path) -> Kinds:
    """Exit 3 means findings; what is unknown is no finding and shows as a difference."""
    del folder
    if ran.code != 3:
        raise RuntimeError(f"steadyhand ended with {ran.code}: {ran.complained[-2000:]}")
    said = json.loads(ran.said)
    if said["unknown"]:
        raise RuntimeError(f"steadyhand could not read everything: {said['unknown'][:3]}")
    return kinds(said["findings"])


def kinds(findings: Iterable[Mapping[str, Any]]) -> Kinds:
    """Our findings as kinds: groups are counted once for each port they open."""
    found: Kinds = Counter()
    groups: dict[str, set[str]] = defaultdict(set)
    for finding in findings:
        if finding["check"] in KINDS:
            found[KINDS[finding["check"]]] += 1
            continue
        grant = finding["evidence"]
        if finding["check"] == "open_all_ports":
            groups["all_open"].add(grant["group"])
        for kind, port in PORTS.items():
            ports = grant["ports"]
            if ports.get("FromPort", 0) <= port <= ports.get("ToPort", 65535):
                groups[kind].add(grant["group"])
    return found + Counter({kind: len(those) for kind, those in groups.items()})


def theirs(policies: str) -> Callable[[Path], list[str | Path]]:
    """Cloud Custodian with one of our files of policies."""
    file = HERE / "policies" / policies
    return lambda folder: [
        *(PEERS / "custodian", "run", "--region", "us-east-1"),
        *("--output-dir", folder / "found", file),
    ]


def said_by_them(ran: Ran, folder: Path) -> Kinds:
    """One file of resources for each policy."""
    if ran.code:
        raise RuntimeError(f"custodian ended with {ran.code}: {ran.complained[-2000:]}")
    files = (folder / "found").glob("*/resources.json")
    return +Counter({file.parent.name: len(json.loads(file.read_text())) for file in files})


def bare(folder: Path) -> list[str | Path]:
    """The yardstick."""
    del folder
    return [OURS / "python", HERE / "bare.py"]


US = Tool("Steadyhand", ours, said_by_us)
PEER = Tool("Cloud Custodian", theirs("scan.yml"), said_by_them)
TUNED = Tool("Cloud Custodian, tuned", theirs("tuned.yml"), said_by_them)
BARE = Tool("bare HTTP", bare, lambda ran, _: Counter(json.loads(ran.said)["found"]))
HELP = (OURS / "steadyhand", "--help")
HELP_OF_PEER = (PEERS / "custodian", "--help")
IMPORT = (OURS / "python", "-c", "import steadyhand.engine.survey, steadyhand.aws.client")
__all__ = ["BARE", "HELP", "HELP_OF_PEER", "HOME", "IMPORT", "PEER", "TUNED", "US", "Kinds", "Tool"]
