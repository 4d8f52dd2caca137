"""What is written for other programs keeps to what they document that they take."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import botocore.session
import jsonschema
import pytest
from botocore.validate import ParamValidator

from steadyhand.catalogue import discovery
from steadyhand.cli.scans.out_files import ENDINGS, write
from steadyhand.engine.scan import ScanResult
from steadyhand.formats import FORMATS, render
from tests.corpus import HOSTILE
from tests.formats.made_up import EMPTY, INCOMPLETE, ONE, finding, result
from tests.formats.test_formats import hostile

GITHUB = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "properties": {
        "$schema": {"const": "https://json.schemastore.org/sarif-2.1.0.json"},
        "version": {"const": "2.1.0"},
        "runs": {"items": {
            "required": ["tool", "results"],
            "properties": {
                "tool": {"properties": {"driver": {
                    "required": ["name", "version", "semanticVersion", "informationUri", "rules"],
                    "properties": {
                        "informationUri": {"type": "string", "pattern": "^[a-z]+:"},
                        "rules": {"items": {
                            "required": ["id", "shortDescription", "fullDescription", "help"],
                            "properties": {
                                "id": {"pattern": "^[a-z0-9_]+$"},
                                "name": {"maxLength": 255},
                                "shortDescription": {"properties": {"text": {"maxLength": 1024}}},
                                "fullDescription": {"properties": {"text": {"maxLength": 1024}}},
                                "help": {"required": ["text", "markdown"]},
                                "defaultConfiguration": {
                                    "properties": {"level": {"enum": ["note", "warning", "error"]}}
                                },
                                "properties": {"properties": {
                                    "tags": {"maxItems": 10},
                                    "security-severity": {"pattern": r"^(10|\d)\.\d$"},
                                }},
                            },
                        }},
                    },
                }}},
                "results": {"maxItems": 25000, "items": {
                    "required": ["ruleId", "message", "locations", "partialFingerprints"],
                    "properties": {
                        "message": {"required": ["text"], "properties": {"text": {"minLength": 1}}},
                        "locations": {"minItems": 1, "maxItems": 10, "items": {
                            "required": ["physicalLocation"],
                            "properties": {"physicalLocation": {
                                "required": ["artifactLocation", "region"],
                                "properties": {
                                    "artifactLocation": {"properties": {
                                        "uri": {"pattern": r"^[A-Za-z0-9_.~%-]+(/[A-Za-z0-9_.~%-]+)*/?$"}
                                    }},
                                    "region": {"properties": {"startLine": {"minimum": 1}}},
                                },
                            }},
                        }},
                        "partialFingerprints": {"additionalProperties": {"type": "string"}},
                    },
                }},
            },
        }},
    },
}  # fmt: skip
"""What GitHub takes: "SARIF support for code scanning" (properties, limits). A uri is relative."""


@pytest.mark.parametrize(
    "one", [EMPTY, ONE, INCOMPLETE, *map(hostile, HOSTILE)], ids=lambda _: "scan"
)
def test_sarif_is_what_github_takes(one: ScanResult) -> None:
    jsonschema.validate(json.loads(render(one, "sarif")), GITHUB)


def test_sarif_of_every_check_is_what_github_takes() -> None:
    every = tuple(discovery.load())
    said = json.loads(render(replace(ONE, checks=(*ONE.checks, *every)), "sarif"))
    jsonschema.validate(said, GITHUB)


@pytest.mark.parametrize(
    ("count", "sizes"), [(0, []), (1, [1]), (100, [100]), (201, [100, 100, 1])]
)
def test_asff_on_stdout_is_a_line_for_each_call(count: int, sizes: list[int]) -> None:
    """Each line is what `--findings` takes, by the API's own model: 1 to 100 findings."""
    found = result(*(finding(name=f"{number}\u2028\n") for number in range(count)))
    lines = render(found, "asff").split("\n")
    assert lines.pop() == ""
    batches = [json.loads(line) for line in lines]
    assert [len(one) for one in batches] == sizes
    model = botocore.session.get_session().get_service_model("securityhub")
    shape = model.operation_model("BatchImportFindings").input_shape
    for one in batches:
        assert not ParamValidator().validate({"Findings": one}, shape).has_errors()
        assert 1 <= len(one) <= shape.members["Findings"].metadata["max"]


@pytest.mark.parametrize(("count", "sizes"), [(0, [0]), (100, [100]), (201, [100, 100, 1])])
def test_asff_comes_in_batches_of_a_hundred(count: int, sizes: list[int], tmp_path: Path) -> None:
    """Security Hub API reference, BatchImportFindings: "Minimum number of 1 item. Maximum number of 100"."""
    found = result(*(finding(name=str(number)) for number in range(count)))
    write(found, [(tmp_path / "hub.json", "asff")])
    names = ["hub.json", *(f"hub-{number}.json" for number in range(2, len(sizes) + 1))]
    assert [len(json.loads((tmp_path / name).read_text())) for name in names] == sizes
    assert len(list(tmp_path.iterdir())) == len(sizes)


PAGE = (Path(__file__).resolve().parents[2] / "docs" / "formats.md").read_text()


def test_the_page_names_each_format_and_its_ending() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(\S+)` \|", PAGE, re.MULTILINE)
    assert sorted(name for name, _ in rows) == sorted(FORMATS)
    assert {ending: name for name, ending in rows}.items() <= ENDINGS.items()


def test_the_page_s_loop_imports_every_finding(tmp_path: Path) -> None:
    (script,) = re.findall(r"```\n(.*?)```", PAGE, re.DOTALL)
    said = script.replace("steadyhand scan -o asff", "cat scan")
    (tmp_path / "scan").write_text(
        render(result(*(finding(name=f"\\{one}") for one in range(101))), "asff")
    )
    double = 'aws() { cat "${4#file://}" >> sent; echo >> sent; }\n'
    subprocess.run(["bash", "-euc", double + said], cwd=tmp_path, check=True)
    sent = [json.loads(line) for line in (tmp_path / "sent").read_text().splitlines()]
    assert [len(one["Findings"]) for one in sent] == [100, 1]
