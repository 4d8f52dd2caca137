"""The zips: complete, and small. That they are reproducible: `test_supply_chain`."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from stacks import bundling
from stacks.bundling import BUNDLES, FUNCTIONS, REPORTS, TARGETS, Bundle, pack
from steadyhand.catalogue import discovery as catalogue
from steadyhand.engine.wakes import index

HOST, LAMBDA = TARGETS["host"], TARGETS["lambda"]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("here") / "function.zip"
    FUNCTIONS.write(file, HOST)
    return file


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("there") / "function.zip"
    FUNCTIONS.write(file, LAMBDA)
    return file


def names(file: Path) -> list[str]:
    with zipfile.ZipFile(file) as packed:
        return packed.namelist()


def test_what_is_inside(here: Path, there: Path) -> None:
    for file in (here, there):
        inside = set(names(file))
        assert {
            "functions/react.py",
            "event_index.json",
            "steadyhand/engine/reconcile.py",
        } <= inside
        assert "models/ec2/2016-11-15/service-2.json" in inside
        assert {f"steadyhand/checks/{place.replace('.', '/')}.py" for place in PLACES} <= inside
        assert any(name.startswith("aws_lambda_powertools/") for name in inside)


PLACES = catalogue.places().values()


def test_what_is_not(here: Path, there: Path) -> None:
    unwanted = ("boto3/", "botocore/", "pydantic/", "jinja2/", "stacks/", "bin/")
    unwanted += ("steadyhand/cli/", "steadyhand/demo/", "steadyhand/readings/measures/")
    unwanted += ("steadyhand/reports/", "emulator/", "bench/")
    for file in (here, there):
        assert not [name for name in names(file) if name.startswith(unwanted)]


def test_bytecode_goes_in_where_this_python_will_run_it(here: Path, there: Path) -> None:
    assert any(name.endswith(".pyc") for name in names(here))
    assert any(name.endswith(".pyc") for name in names(there)) == (LAMBDA.python == HOST.python)


def test_the_event_index_is_that_of_the_catalogue(there: Path) -> None:
    with zipfile.ZipFile(there) as packed:
        assert json.loads(packed.read("event_index.json")) == index(catalogue.load())


def test_entries_are_sorted_and_timeless(there: Path) -> None:
    with zipfile.ZipFile(there) as packed:
        entries = packed.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o644}


NOW = {"functions": 1_414_708, "reports": 4_165_592, "tickets": 8_571_321}
"""Bytes of each zip but for what its checks bring; measured on 2026-11-28.

The last version without rooms, 96d320d, had 1,552,491, 4,954,547 and 8,712,713 with all. Time zones are in
each (234 kB: Lambda's image promises none), the machine of changes, a software bill, clients of who is not AWS;
of the last 50 kB in "functions" ten are who uses a thing that is asked about, causes of incidents, one writer of files.
"""
GROWTH = 1.03
"""What is built from now on may add so much. More is a decision: a cold start unpacks it all."""
BROUGHT = (
    "event_index.json",
    "models/",
    "steadyhand/checks/",
    "steadyhand/reference/",
    "steadyhand/sources/",
)
"""What grows with the catalogue."""
A_CHECK = 6_000
"""Bytes that a check may bring into a zip, on average (5,572 with 73 of them): its file, its sources, their models, its facts."""


@pytest.fixture(scope="module", params=BUNDLES)
def bundled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    file = tmp_path_factory.mktemp(request.param) / "function.zip"
    BUNDLES[request.param].write(file, LAMBDA)
    return request.param, file


def test_it_is_hardly_larger_than_it_was(bundled: tuple[str, Path]) -> None:
    name, file = bundled
    with zipfile.ZipFile(file) as packed:
        sizes = {one.filename: one.compress_size for one in packed.infolist()}
    brought = sum(size for one, size in sizes.items() if one.startswith(BROUGHT))
    assert file.stat().st_size - brought <= NOW[name] * GROWTH
    assert brought <= A_CHECK * len(catalogue.names())


def test_dependencies_bring_no_tests_and_no_web_pages(bundled: tuple[str, Path]) -> None:
    useless = ("icalendar/tests/", ".min.js", ".min.css")
    assert not [name for name in names(bundled[1]) if any(part in name for part in useless)]


def test_time_zones_are_in_each(bundled: tuple[str, Path], tmp_path: Path) -> None:
    """cases/aws 16: Lambda's image promises no zone files; Python's tzdata is what is left then."""
    with zipfile.ZipFile(bundled[1]) as packed:
        packed.extractall(tmp_path, [one for one in names(bundled[1]) if one.startswith("tzdata/")])
    code = "from zoneinfo import ZoneInfo; import datetime as d; "
    code += "print(d.datetime(2026, 7, 1, tzinfo=ZoneInfo('Asia/Kolkata')).utcoffset())"
    bare = {"PYTHONTZPATH": "", "PYTHONPATH": str(tmp_path)}
    run = [sys.executable, "-S", "-c", code]
    said = subprocess.run(run, env=bare, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "5:30:00"
    without = subprocess.run(run, env={"PYTHONTZPATH": ""}, capture_output=True, check=False)
    assert without.returncode != 0, "nothing else on this machine told"


def test_nothing_of_development_is_in_any(bundled: tuple[str, Path]) -> None:
    unwanted = ("emulator/", "bench/", "tests/", "stacks/", "steadyhand/demo/", "steadyhand/cli/")
    assert not [name for name in names(bundled[1]) if name.startswith(unwanted)]


def test_it_starts(here: Path, tmp_path: Path) -> None:
    """As the emulator runs it: from its folder, without anything else of ours."""
    with zipfile.ZipFile(here) as packed:
        packed.extractall(tmp_path)
    code = "import functions.react, functions.sweep, functions.alarm, functions.evaluate, sys; "
    code += "print(functions.react.__file__, 'pydantic' in sys.modules, 'boto3' in sys.modules)"
    environment = {"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == [str(tmp_path / "functions/react.py"), "False", "False"]


def test_the_digest_is_of_all_that_goes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    digests = {
        bundle.digest(target) for bundle in (FUNCTIONS, REPORTS) for target in (HOST, LAMBDA)
    }
    assert len(digests) == 4
    assert FUNCTIONS.digest(HOST) == FUNCTIONS.digest(HOST)
    before = FUNCTIONS.digest(LAMBDA)
    monkeypatch.setattr(bundling, "wakes", lambda: "[]")
    assert FUNCTIONS.digest(LAMBDA) != before


def test_a_lock_without_hashes_is_refused(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text("jmespath==1.1.0\n")
    with pytest.raises(subprocess.CalledProcessError):
        Bundle(name="x", lock=str(lock), without=()).write(tmp_path / "x.zip", HOST)


def test_packing_depends_on_files_alone(tmp_path: Path) -> None:
    for folder, order in (("one", "abc"), ("two", "cba")):
        for name in order:
            (tmp_path / folder / name).mkdir(parents=True)
            (tmp_path / folder / name / "file").write_text(name)
        pack(tmp_path / folder, tmp_path / f"{folder}.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
