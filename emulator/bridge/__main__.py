"""Serve the emulated account on the socket we were given, until our standard input closes.

Usage: `python -m bridge SOCKET_FD SCRATCH_FOLDER`. Whoever started us holds the other end of standard
input: when it closes it, or dies in any way, this process and everything it started are gone.
"""

import asyncio
import importlib.metadata
import logging
import os
import socket
import sys
from pathlib import Path

from . import parent_watch

FITS = "1.5.33"


def main() -> None:
    """Serve until standard input closes."""
    descriptor, scratch = int(sys.argv[1]), Path(sys.argv[2])
    parent_watch.hold(scratch)
    found = importlib.metadata.version("ministack")
    if found != FITS:
        sys.exit(f"The bridge fits ministack {FITS}, this is {found}. Run `make setup`.")
    listening = socket.socket(fileno=descriptor)
    os.environ["GATEWAY_PORT"] = str(listening.getsockname()[1])
    listening.detach()

    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    from .install import install

    gateway = install()
    logging.getLogger("hypercorn.access").disabled = True
    config = Config()
    config.bind = [f"fd://{descriptor}"]
    config.keep_alive_timeout = 75
    config.backlog = 1024
    asyncio.run(serve(gateway, config))


main()
