"""A scan as others want to read it: one file a format, each with a function `render`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from steadyhand.engine.scan import ScanResult

FORMATS = ("json", "markdown", "csv", "sarif", "ocsf", "asff", "junit", "html")
JSON = frozenset({"json", "sarif", "ocsf", "asff"})


def parts(result: ScanResult, name: str) -> Iterator[str]:
    """What `render` gives, in parts where it may be long."""
    if name == "json":
        for part in import_module(f"{__name__}.{name}").parts(result):
            yield inert(part, name)
        yield "\n"
    else:
        yield render(result, name)


def render(result: ScanResult, name: str) -> str:
    """The scan in one of `FORMATS`, ending in a newline unless it is empty."""
    text = inert(import_module(f"{__name__}.{name}").render(result), name)
    return text if not text or text.endswith("\n") else f"{text}\n"


def inert(text: str, name: str) -> str:
    """The same; GitHub's runner would take ##[…] for a command, printed in the midst of a line."""
    return text.replace("##[", "#\\u0023[" if name in JSON else "## [")
