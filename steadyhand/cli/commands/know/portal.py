"""Everything as private pages, opened in your browser.

They are got from the report bucket with your own credentials and lie on your disk: nothing of them
is public, and they call nobody.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from typer import Option

from steadyhand.cli.errors import NotAllowed
from steadyhand.cli.options import Here
from steadyhand.cli.session import DEPLOY, open_session, reading
from steadyhand.cli.terminal import err
from steadyhand.portal.publish import Altered, Missing, fetch
from steadyhand.settings import private
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
        folder = private.folder(out) if out else private.cache("portal", session.aws.account)
        with reading(session.aws.region):
            first = fetch(folder, bucket=bucket, aws=session.aws, ledger=session.ledger)
    except Missing as missing:
        raise NotAllowed(str(missing), DEPLOY) from missing
    except Altered as altered:
        raise NotAllowed(str(altered), "steadyhand doctor") from altered
    except private.NotPrivate as wrong:
        raise NotAllowed(str(wrong), "steadyhand portal --out DIR") from wrong
    sys.stdout.write(f"{first}\n")
    if show:
        import webbrowser  # noqa: PLC0415

        if not webbrowser.open(first.resolve().as_uri()):
            err().print("No browser opened by itself; open that file.", style="m")
    return 0
