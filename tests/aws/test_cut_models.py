"""What does not fit does not start, and what is oldest of what may start understands AWS."""

from __future__ import annotations

import json
import subprocess
import tomllib
from pathlib import Path

import botocore
import pytest

from stacks.bundling import ROOT
from steadyhand.aws.client import session
from steadyhand.aws.cut_models import CUT_BY, OLDEST
from steadyhand.aws.service_models import cut

OTHER = ROOT / ".venv-emulator" / "bin" / "python"
"""An environment with the botocore that the emulator is pinned to: about the oldest we allow."""

TRY = """
import sys, pathlib, botocore
from steadyhand.aws.client import session
from steadyhand.aws.parsers import PROTOCOLS
made = session(sys.argv[1])
made.set_credentials("a", "b")
for folder in pathlib.Path(sys.argv[1]).iterdir():
    if folder.is_dir():
        client = made.create_client(folder.name, "eu-central-1")
        assert client.meta.service_model.resolved_protocol in PROTOCOLS, folder.name
        assert client.meta.service_model.operation_names
print(botocore.__version__)
"""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "cut"
    cut(["ec2:DescribeVolumes", "cloudwatch:GetMetricData", "sqs:ListQueues"], folder)
    return folder


@pytest.mark.parametrize("version", ["1.42.9", "1.9.0", "0.99.1", "2.0.0"])
def test_another_botocore_does_not_start(
    version: str, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(botocore, "__version__", version)
    with pytest.raises(RuntimeError, match=rf"botocore {version} is here.*newer"):
        session(str(models))


def test_a_newer_one_does(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert json.loads((models / CUT_BY).read_text()) == {"botocore": botocore.__version__}
    for version in ("1.43.0", "1.99.3"):
        monkeypatch.setattr(botocore, "__version__", version)
        session(str(models))


def test_what_we_ask_of_an_installation_is_what_we_ask_at_start() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    (floor,) = [one for one in asked if one.startswith("botocore")]
    assert floor.startswith(f"botocore>={'.'.join(map(str, OLDEST))}")


@pytest.mark.skipif(not OTHER.exists(), reason="the emulator is not set up here")
def test_an_old_botocore_makes_every_client_of_the_models(models: Path) -> None:
    run = subprocess.run(
        [str(OTHER), "-c", TRY, str(models)],
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-1000:]
    assert run.stdout.split(".")[:2] == ["1", "43"]
