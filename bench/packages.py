"""Writes the archives that Lambda would run: ours as the stack bundles it, and Cloud Custodian's own.

.venv/bin/python -m bench.packages ours FOLDER
.venv-bench/bin/python bench/packages.py theirs FOLDER
"""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

POLICY = Path(__file__).parent / "policies" / "function.json"


def ours(file: Path) -> None:
    from stacks.bundling import FUNCTIONS, TARGETS  # noqa: PLC0415 - each in its own environment

    FUNCTIONS.write(file, TARGETS["host"])


def theirs(file: Path) -> None:
    from c7n.config import Config  # noqa: PLC0415
    from c7n.mu import PolicyLambda  # noqa: PLC0415
    from c7n.policy import PolicyCollection  # noqa: PLC0415
    from c7n.resources import load_resources  # noqa: PLC0415

    load_resources(("aws.security-group",))
    config = Config.empty(region="us-east-1", account_id="123456789012")
    (policy,) = PolicyCollection.from_data(json.loads(POLICY.read_text()), config)
    file.write_bytes(PolicyLambda(policy).get_archive().get_bytes())


def main(whose: str, folder: Path) -> None:
    file = folder.with_suffix(".zip")
    {"ours": ours, "theirs": theirs}[whose](file)
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
