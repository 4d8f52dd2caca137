"""What we ship is known, pinned, and the same wherever it is made."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from stacks import sbom
from stacks.bundling import BUNDLES, ROOT, TARGETS

LOCKS = sorted((ROOT / "locks").glob("*.txt"))
REQUIREMENT = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*])?(?P<rest>.*)$")


@pytest.fixture(scope="module")
def zips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every zip, as Lambda gets it, and one for this machine, with bytecode."""
    folder = tmp_path_factory.mktemp("zips")
    made = {f"{name} lambda": folder / f"{name}-lambda.zip" for name in BUNDLES}
    made["functions host"] = folder / "functions-host.zip"
    for what, file in made.items():
        name, target = what.split()
        BUNDLES[name].write(file, TARGETS[target])
    return made


ELSEWHERE = """
import hashlib, json, os, sys
from pathlib import Path
os.umask(0o077)
from stacks import bundling
assert bundling.ROOT == Path.cwd(), bundling.ROOT
made = {}
for what in sys.argv[2:]:
    name, target = what.split()
    file = Path(sys.argv[1]) / (what + ".zip")
    bundling.BUNDLES[name].write(file, bundling.TARGETS[target])
    made[what] = hashlib.sha256(file.read_bytes()).hexdigest()
print(json.dumps(made))
"""


@pytest.mark.deep
def test_the_same_bytes_in_another_folder_at_another_time_for_another_person(
    zips: dict[str, Path], tmp_path: Path
) -> None:
    """A second checkout: other paths, times, permissions, time zone, language, hash seed, order of files."""
    other = tmp_path / "a second checkout"
    other.mkdir(mode=0o700)
    for top in ("locks", "stacks", "steadyhand", "functions"):
        unwanted = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / top, other / top, ignore=unwanted, copy_function=shutil.copyfile)
    for file in sorted(other.rglob("*"), reverse=True):
        os.utime(file, (1_000_000_000, 1_000_000_000))
        file.chmod(0o700 if file.is_dir() else 0o600)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    environment = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(other),
        "PYTHONHASHSEED": "7",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "TMPDIR": str(scratch),
        "HOME": os.environ.get("HOME", "/"),
        **{
            name: said
            for name, said in os.environ.items()
            if name.startswith(("UV_", "SSL_", "XDG_"))
        },
    }
    run = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(scratch), *zips],
        cwd=other,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    here = {what: hashlib.sha256(file.read_bytes()).hexdigest() for what, file in zips.items()}
    assert json.loads(run.stdout) == here


# What is in it.


def held_to_the_schema(text: str) -> dict[str, Any]:
    """The official schema, strictly: no field that it does not know."""
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    assert wrong is None, wrong
    said: dict[str, Any] = json.loads(text)
    refs = [
        said["metadata"]["component"]["bom-ref"],
        *(one["bom-ref"] for one in said["components"]),
    ]
    assert len(refs) == len(set(refs))
    assert {one["ref"] for one in said["dependencies"]} == set(refs)
    for one in said["dependencies"]:
        assert set(one["dependsOn"]) <= set(refs)
    return said


def reached(said: dict[str, Any]) -> set[str]:
    """What the root needs, directly or not."""
    graph = {one["ref"]: one["dependsOn"] for one in said["dependencies"]}
    found, waiting = set[str](), [said["metadata"]["component"]["bom-ref"]]
    while waiting:
        for one in graph[waiting.pop()]:
            if one not in found:
                found.add(one)
                waiting.append(one)
    return found


def test_a_zip_lists_what_lies_in_it_and_nothing_else(zips: dict[str, Path]) -> None:
    for what, file in zips.items():
        with zipfile.ZipFile(file) as packed:
            names = packed.namelist()
            said = held_to_the_schema(packed.read(sbom.NAME).decode())
        metadata = {
            name.partition("/")[0] for name in names if name.endswith(".dist-info/METADATA")
        }
        there = {sbom.purl(*one.removesuffix(".dist-info").rsplit("-", 1)) for one in metadata}
        listed = {one["bom-ref"] for one in said["components"]}
        beside = {
            one
            for one in listed - there
            if one.startswith(("pkg:pypi/botocore@", "pkg:generic/inter"))
        }
        assert there <= listed, what
        assert listed == there | beside
        assert any(one.startswith("pkg:pypi/botocore@") for one in beside)  # the cut models
        fonts = any(name.startswith(sbom.FONTS) for name in names)
        assert fonts == ("pkg:generic/inter" in beside)
        assert reached(said) == listed
        assert all("licenses" in one for one in said["components"]), what


def test_the_wheel_lists_what_it_installs() -> None:
    said = held_to_the_schema(sbom.of_wheel())
    lock = (ROOT / "locks" / "wheel.txt").read_text()
    assert len(said["components"]) == len(re.findall(r"^\S+==", lock, re.MULTILINE))
    listed = {one["name"] for one in said["components"]}
    project = (ROOT / "pyproject.toml").read_text()
    wanted = project.partition("\ndependencies = [")[2].partition("]")[0]
    assert {sbom.plain(one) for one in re.findall(r'"([A-Za-z0-9._-]+)', wanted)} <= listed


def test_the_serial_number_is_of_what_it_says() -> None:
    one = sbom.component("a", "1", None)
    first, again = (sbom.document("x", [one], {}) for _ in range(2))
    other = sbom.document("x", [one, sbom.component("b", "1", None)], {})
    assert first == again
    assert json.loads(first)["serialNumber"] != json.loads(other)["serialNumber"]


def test_a_licence_that_is_a_whole_text_is_not_a_name(tmp_path: Path) -> None:
    info = tmp_path / "odd-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: odd\nVersion: 1\nLicense: Copyright (c)\n        all of it\n"
        "Classifier: License :: OSI Approved :: MIT License\n"
    )
    (found,) = json.loads(sbom.of_folder(tmp_path, "x"))["components"]
    assert found["licenses"] == [{"license": {"name": "MIT License"}}]


# Pinned, and hashed.


def requirements(lock: str) -> dict[str, str]:
    """Each requirement of a lock with all that belongs to it."""
    joined = lock.replace("\\\n", " ")
    lines = [
        line for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    return {found["name"]: found["rest"] for line in lines if (found := REQUIREMENT.match(line))}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda file: file.stem)
def test_every_requirement_is_one_version_with_its_hashes(lock: Path) -> None:
    found = requirements(lock.read_text())
    assert found
    for name, rest in found.items():
        assert re.match(r"==[A-Za-z0-9.+!]+(\s|$)", rest), name
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", rest), name
        assert "://" not in rest.replace("--hash", ""), name


def test_every_lock_is_installed_with_its_hashes_alone() -> None:
    makefile = (ROOT / "Makefile").read_text()
    installs = re.findall(
        r"^\t@?.*(?:pip install|pip sync|npm (?:ci|install)).*$", makefile, re.MULTILINE
    )
    assert len(installs) >= 5
    for line in installs:
        assert "--require-hashes" in line or "--no-deps" in line or "npm ci" in line, line


def test_every_package_of_npm_has_its_integrity() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    wanted = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert {f"node_modules/{name}" for name in wanted} <= packages.keys()
    for name, one in packages.items():
        assert one["integrity"].startswith("sha512-"), name
        assert one["version"]
