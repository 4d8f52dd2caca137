"""Terraform's drift on the terminal: what differs, and the lines that would adopt it."""

from __future__ import annotations

from steadyhand.cli.terminal import err, out, text
from steadyhand.engine.scan import ScanResult
from steadyhand.reference.secrets import redacted
from steadyhand.rhythm.core.words import plural


def show(result: ScanResult) -> None:
    """Each resource with its lines; then how many, and what the report leaves open."""
    console = out()
    for one in result.found:
        console.print(text(one.finding.summary, "h"))
        for line in redacted(str(one.finding.evidence["adopt"])).splitlines()[1:]:
            console.print(text("  "), text(line), sep="  ")
        console.print()
    for unknown in result.unknown:
        err().print(text(f"Unknown: {unknown.reason}.", "act"))
    said = plural(len(result.found), "resource")
    known = " that is known of" if result.unknown else ""
    verb = "differs" if len(result.found) == 1 else "differ"
    console.print(text(f"{said}{known} {verb} from Terraform's state."))
