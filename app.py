"""What `cdk` runs: the settings, made into CloudFormation stacks."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from aws_cdk import App

from stacks.build import build
from stacks.function import TooLong
from stacks.regions import Regions
from steadyhand.settings.file import NAME, SettingsInvalid, read
from steadyhand.settings.values import Settings


def main() -> None:
    """Synthesise, or say in one sentence what is wrong with the settings."""
    app = App()
    file = Path(app.node.try_get_context("steadyhand:settings") or NAME)
    try:
        settings = read(file) if file.exists() else Settings()
        build(app, settings, Regions.of(settings, os.environ))
    except (SettingsInvalid, TooLong) as wrong:
        sys.exit(f"{wrong}")
    app.synth()


if __name__ == "__main__":
    main()
