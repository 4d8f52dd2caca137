"""What is in each zip and what the wheel installs, as CycloneDX.

A zip holds its own list (`sbom.cdx.json`), made of what lies in it and not of what was asked for. The
wheel's is made of its lock. Nothing in it is of a time or a place, so the same contents give the same bytes.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from steadyhand.settings import deployed

NAME = "sbom.cdx.json"
SPEC = "1.6"
ROOT = Path(__file__).resolve().parent.parent
FONTS = "steadyhand/reports/fonts"
LOCKED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==(\S+)", re.MULTILINE)
NAMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
SPDX = re.compile(r"[A-Za-z0-9.+() -]+")
LONGEST_LICENCE = 60
"""Some packages put the whole text where the name belongs."""

Component = dict[str, Any]


def of_folder(folder: Path, called: str) -> str:
    """The list of a zip whose files lie in a folder."""
    found = {
        plain(one.metadata["Name"]): one
        for one in map(PathDistribution, sorted(folder.glob("*.dist-info")))
    }
    components = [component(name, one.version, one) for name, one in sorted(found.items())]
    needs = {
        purl(name, one.version): [purl(other, found[other].version) for other in needed(one, found)]
        for name, one in sorted(found.items())
    }
    return document(f"steadyhand-{called}", [*components, *_ours(folder)], needs)


def of_wheel() -> str:
    """The list of what the wheel installs, at the versions that are tested."""
    lock = (ROOT / "locks" / "wheel.txt").read_text(encoding="utf-8")
    locked = {plain(name): version for name, version in LOCKED.findall(lock)}
    known = {plain(one.metadata["Name"]): one for one in importlib.metadata.distributions()}
    components = [component(name, version, known.get(name)) for name, version in locked.items()]
    return document("steadyhand", components, {})


def document(name: str, components: Iterable[Component], needs: Mapping[str, list[str]]) -> str:
    """The document. Its serial number is made of what it says."""
    listed = sorted(components, key=lambda one: str(one["bom-ref"]))
    root = f"pkg:generic/{name}@{deployed.installed()}"
    inner = {one for others in needs.values() for one in others}
    direct = [one["bom-ref"] for one in listed if one["bom-ref"] not in inner]
    graph = {root: direct, **{one["bom-ref"]: needs.get(one["bom-ref"], []) for one in listed}}
    said = {
        "bomFormat": "CycloneDX",
        "specVersion": SPEC,
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": name,
                "version": deployed.installed(),
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": listed,
        "dependencies": [
            {"ref": ref, "dependsOn": sorted(others)} for ref, others in sorted(graph.items())
        ],
    }
    serial = uuid5(NAMESPACE_URL, json.dumps(said, sort_keys=True))
    return json.dumps({"serialNumber": f"urn:uuid:{serial}", **said}, indent=1, sort_keys=True)


def component(name: str, version: str, known: Distribution | None) -> Component:
    """One package of PyPI. Its licence is what its own metadata says, if they are at hand."""
    ref = purl(name, version)
    said: Component = {
        "type": "library",
        "bom-ref": ref,
        "name": name,
        "version": version,
        "purl": ref,
    }
    if known is not None and known.version == version and (licences := licence(known)):
        said["licenses"] = licences
    return said


def licence(of: Distribution) -> list[dict[str, Any]]:
    """As the package says it: an SPDX expression, a name, or else its licence's text."""
    said = {name: of.metadata.get_all(name) or [""] for name in ("License-Expression", "License")}
    if expression := str(said["License-Expression"][0]):
        return [{"expression": expression}]
    told = str(said["License"][0]).strip()
    if told and "\n" not in told and len(told) <= LONGEST_LICENCE and SPDX.fullmatch(told):
        return [{"license": {"name": told}}]
    classified = [
        str(one).rpartition(" :: ")[2]
        for one in of.metadata.get_all("Classifier") or ()
        if str(one).startswith("License :: ")
    ]
    if not classified:
        files = [str(one) for one in of.metadata.get_all("License-File") or ()]
        texts = {one: of.read_text(f"licenses/{one}") or of.read_text(one) for one in files}
        return [
            {"license": {"name": f"see {one}", "text": {"content": text}}}
            for one, text in sorted(texts.items())
            if text
        ]
    return [{"license": {"name": one}} for one in sorted(classified)]


def needed(one: Distribution, present: Iterable[str]) -> Iterator[str]:
    """The packages that lie beside it because of it."""
    wanted = {
        plain(found[0])
        for line in one.requires or ()
        if "extra ==" not in line and (found := NAMED.match(line))
    }
    yield from sorted(wanted & set(present))


def _ours(folder: Path) -> Iterator[Component]:
    """What lies there without metadata of its own: AWS's service models, cut; and the fonts."""
    if (folder / "models").is_dir():
        version = importlib.metadata.version("botocore")
        cut = component("botocore", version, importlib.metadata.distribution("botocore"))
        yield cut | {"description": "Its service models, cut to the operations that are called"}
    if (folder / FONTS).is_dir():
        yield {
            "type": "data",
            "bom-ref": "pkg:generic/inter",
            "name": "Inter",
            "description": "Fonts, cut to the letters that are drawn",
            "licenses": [{"license": {"id": "OFL-1.1"}}],
        }


def plain(name: str) -> str:
    """A package's name as PyPI compares it ("Names and normalization")."""
    return re.sub(r"[-_.]+", "-", name).lower()


def purl(name: str, version: str) -> str:
    """The package URL of a package of PyPI."""
    return f"pkg:pypi/{plain(name)}@{version}"
