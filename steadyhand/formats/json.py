"""JSON, for programs: version 1 of the public contract."""

from __future__ import annotations

from steadyhand.formats.schema import scan_out
from steadyhand.scan import ScanResult


def render(result: ScanResult) -> str:
    """One object; see `schema.ScanOut`."""
    return scan_out(result).model_dump_json(indent=2, ensure_ascii=True)
