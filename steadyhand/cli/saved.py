"""Files that a person asked for: private, whole, and a sentence where they cannot be."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from steadyhand.cli.errors import CliError
from steadyhand.settings import private


def save(file: Path, data: bytes | Iterable[bytes]) -> Path:
    """Write it. `CliError` says why not."""
    try:
        private.named(file, data)
    except private.NotPrivate as wrong:
        raise CliError(str(wrong)) from wrong
    except OSError as error:
        raise CliError(f"{file} cannot be written: {error.strerror}") from error
    return file
