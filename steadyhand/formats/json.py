"""JSON, for programs: version 1 of the public contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from textwrap import indent

from steadyhand.engine.scan import ScanResult
from steadyhand.formats.schema import finding_out, scan_out

NONE = '"findings": []'


def render(result: ScanResult) -> str:
    """One object; see `schema.ScanOut`."""
    return "".join(parts(result))


def parts(result: ScanResult) -> Iterator[str]:
    """The same, a finding at a time: thousands of them as one text take more room than the scan."""
    whole = scan_out(replace(result, found=())).model_dump_json(indent=2, ensure_ascii=True)
    before, _, after = whole.partition(NONE)
    yield f"{before}{NONE[:-1]}"
    for number, one in enumerate(result.found):
        said = finding_out(one, result.settings).model_dump_json(indent=2, ensure_ascii=True)
        said = said.replace("\x7f", "\\u007f")  # ASCII, but it acts on a terminal
        yield f"{',' if number else ''}\n{indent(said, '    ')}"
    yield f"{chr(10) + '  ' if result.found else ''}]{after}"
