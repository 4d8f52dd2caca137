"""Everything as private pages, opened in your browser.

They are got from the report bucket with your own credentials and lie on your disk: nothing of them
is public, and they call nobody.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

from typer import Option

from steadyhand.cli.errors import NotAllowed
from steadyhand.cli.options import Here
from steadyhand.cli.session import DEPLOY, open_session
from steadyhand.cli.terminal import err
from steadyhand.portal.publish import Missing, fetch
from steadyhand.settings.deployed import reports


def command(
    here: Here,
    out: Annotated[
        Path | None, Option("--out", metavar="DIR", help="Put them into this folder.")
    ] = None,
    show: Annotated[
        bool, Option("--open/--no-open", help="Open the first page in a browser.")
    ] = True,
) -> int:
    """Get them, say where they are, and open them."""
    session = open_session(here)
    bucket = reports(session.aws.account, session.aws.region)
    try:
        first = fetch(out or kept(session.aws.account), bucket=bucket, aws=session.aws)
    except Missing as missing:
        raise NotAllowed(str(missing), DEPLOY) from missing
    sys.stdout.write(f"{first}\n")
    if show:
        import webbrowser  # noqa: PLC0415

        if not webbrowser.open(first.resolve().as_uri()):
            err().print("No browser opened by itself; open that file.", style="m")
    return 0


def kept(account: str) -> Path:
    """Where they lie between two looks."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "steadyhand" / "portal" / account
