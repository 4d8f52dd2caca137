"""`cdk synth`: needs no credentials, and says in a sentence what is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_broken_decision_ends_in_one_sentence(
    tmp_path: Path,
) -> None:
    file = tmp_path / "steadyhand.toml"
    file.write_text('[deploy]\nrecorder = "maybe"\n')
    context = json.dumps({"steadyhand:settings": str(file)})
    run = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, "CDK_CONTEXT_JSON": context},
        capture_output=True,
        text=True,
        check=False,
    )
    said = run.stderr
    assert run.returncode == 1
    assert "line 2" in said
    assert "maybe" in said
    assert "create" in said
    assert "\n" not in said.strip()


def test_cdk_runs_it_with_the_projects_python() -> None:
    said = json.loads((ROOT / "cdk.json").read_text())
    assert said["app"] == ".venv/bin/python app.py"
