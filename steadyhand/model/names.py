"""What a person calls a resource, and what is said of it beside its name."""

from __future__ import annotations

import re

from steadyhand.model.findings import Finding

KIND = re.compile(r"^[\w-]+[:/](?=.)")
"""How the last part of an ARN begins: "security-group/", "log-group:"."""

ID = re.compile(r"^[a-z]+-[0-9a-f]{8,17}$")
"""What AWS calls a thing that has a name of its own: "sg-0bca1234"."""

HEADLINE = re.compile(r"\s(of|has|is)\s")
"""A sentence, not a name."""


def short_name(finding: Finding) -> str:
    """What a person calls it: its Name tag, the name its summary begins with, or the end of its ARN."""
    named = (finding.tags or {}).get("Name")
    if named:
        return named
    head, colon, _ = finding.summary.partition(": ")
    if colon and ID.match(finding.key) and head and not HEADLINE.search(head):
        return head
    if not finding.resource.startswith("arn:"):
        return finding.key or finding.resource
    last = finding.resource.split(":", 5)[-1]
    kind = KIND.match(last)
    return last[kind.end() :] if kind else last


def what(finding: Finding) -> str:
    """The summary without the name it begins with: the name stands beside it."""
    head, colon, rest = finding.summary.partition(": ")
    if colon and head in {short_name(finding), finding.key}:
        return rest
    for name in (short_name(finding), finding.key):
        begins = re.match(rf"(?:[\w-]+ )?{re.escape(name)}(?: ?\([\w.-]+\))? ", finding.summary)
        if name and begins:
            return finding.summary[begins.end() :]
    return finding.summary
