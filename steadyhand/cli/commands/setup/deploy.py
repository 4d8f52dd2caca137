"""Deploy it into your account, with the official CDK CLI, after a yes.

The CDK shows what roles and policies are made, and asks. Outside a checkout the tools it needs are
fetched first, once. An account that the CDK never deployed to needs --bootstrap.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Annotated

from typer import Option

from steadyhand.cli.errors import CliError, Exit, Misused
from steadyhand.cli.options import Here
from steadyhand.cli.project import setup
from steadyhand.cli.terminal import err, text
from steadyhand.settings.file import NAME

DEPLOY = ("deploy", "--all", "--no-notices", "--import-existing-resources")
BOOTSTRAP = ("bootstrap", "--no-notices")


def command(
    here: Here,
    bootstrap: Annotated[
        bool, Option("--bootstrap", help="First prepare the account for the CDK; once a region.")
    ] = False,
) -> int:
    """Hand over to the CDK; it ends as the CDK does."""
    if here.endpoint:
        raise Misused("the CDK deploys into AWS", "leave --endpoint-url away")
    decided = here.settings or Path(NAME)
    if here.settings and not decided.is_file():
        raise CliError(f"there is no {decided}", "steadyhand init")
    root = setup.project(lambda said: err().print(text(said)), emulator=False)
    context = [f"--context=steadyhand:settings={decided.resolve()}"] if decided.is_file() else []
    told = {"AWS_PROFILE": here.profile, "AWS_REGION": next(iter(here.regions), None)}
    environment = {**setup.environment(root), **{name: said for name, said in told.items() if said}}
    for words in (*((BOOTSTRAP,) if bootstrap else ()), DEPLOY):
        cdk = str(root / "node_modules" / ".bin" / "cdk")
        done = subprocess.run([cdk, *words, *context], cwd=root, env=environment, check=False)
        if done.returncode:
            raise CliError("the CDK did not deploy; it says why above", "steadyhand doctor")
    return Exit.CLEAN
