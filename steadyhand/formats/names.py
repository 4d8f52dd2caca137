"""What a person calls a resource, and what is said of it beside its name."""

from __future__ import annotations

import re

from steadyhand.model import Finding

KIND = re.compile(r"^[\w-]+[:/](?=.)")
"""How the last part of an ARN begins: "security-group/", "log-group:"."""


def short_name(finding: Finding) -> str:
    """What a person calls it: its Name tag, else the end of its ARN."""
    named = (finding.tags or {}).get("Name")
    if named:
        return named
    if not finding.resource.startswith("arn:"):
        return finding.key or finding.resource
    last = finding.resource.split(":", 5)[-1]
    kind = KIND.match(last)
    return last[kind.end() :] if kind else last


def what(finding: Finding) -> str:
    """The summary without the name it begins with: the name stands beside it."""
    for name in (short_name(finding), finding.key):
        begins = re.match(rf"(?:[\w-]+ )?{re.escape(name)}(?: ?\([\w.-]+\))? ", finding.summary)
        if name and begins:
            return finding.summary[begins.end() :]
    return finding.summary
