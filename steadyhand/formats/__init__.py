"""A scan as others want to read it: one file a format, each with a function `render`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from steadyhand.engine.scan import ScanResult

FORMATS = ("json", "markdown", "csv", "sarif", "ocsf", "asff", "junit", "html")


def parts(result: ScanResult, name: str) -> Iterator[str]:
    """What `render` gives, in parts where it may be long."""
    if name == "json":
        yield from import_module(f"{__name__}.{name}").parts(result)
        yield "\n"
    else:
        yield render(result, name)


def render(result: ScanResult, name: str) -> str:
    """The scan in one of `FORMATS`, ending in a newline."""
    text: str = import_module(f"{__name__}.{name}").render(result)
    return text if text.endswith("\n") else f"{text}\n"
