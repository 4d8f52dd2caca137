"""Two installations, each synthesised once: the widest there is, and the plainest."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App

from stacks import made_up, permissions
from stacks.build import build
from stacks.regions import Regions
from steadyhand.settings.values import Settings

Resource = dict[str, Any]


@dataclass(frozen=True)
class Installation:
    """Templates by stack, and where the assembly lies."""

    folder: Path
    templates: dict[str, Any]

    def of_type(self, kind: str, stack: str | None = None) -> dict[str, Resource]:
        """The properties of every resource of a type, by logical id."""
        return {
            logical: resource["Properties"]
            for name, template in self.templates.items()
            if stack is None or stack == name
            for logical, resource in template["Resources"].items()
            if resource["Type"] == kind
        }

    def named(self, kind: str, field: str) -> dict[str, Resource]:
        """The same, by name."""
        return {said[field]: said for said in self.of_type(kind).values()}


@pytest.fixture(scope="session", autouse=True)
def _tools() -> Iterator[None]:
    """jsii and uv are looked for beside this interpreter first."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    yield
    os.environ["PATH"] = before


@pytest.fixture(scope="session")
def widest(_tools: None, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Everything made by us, two regions, mail."""
    folder = tmp_path_factory.mktemp("widest")
    return Installation(folder, permissions.synthesised(str(folder)))


@pytest.fixture(scope="session")
def plainest(_tools: None, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Nothing decided, account and region unknown."""
    folder = tmp_path_factory.mktemp("plainest")
    app = App(outdir=str(folder), context=made_up.flags())
    build(app, Settings(), Regions())
    made = app.synth().stacks
    return Installation(folder, {stack.stack_name: stack.template for stack in made})
