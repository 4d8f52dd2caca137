"""What a person calls a resource, and what is said of it beside its name."""

from __future__ import annotations

import re

from steadyhand.model.findings import Finding

KIND = re.compile(r"^[\w-]+[:/](?=.)")
"""How the last part of an ARN begins: "security-group/", "log-group:"."""

ID = re.compile(r"^[a-z]+-[0-9a-f]{8,17}$")
"""What AWS calls a thing that has a name of its own: "sg-0bca1234"."""

OPAQUE = re.compile(r"^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,})$")
"""An id that tells a person nothing: a certificate's, a key's, a detector's."""

HOST = re.compile(r"(?<!\S)(?:\*\.)?(?:[\w-]+\.)+[a-z]{2,}(?=[\s:,;]|$)")

HEADLINE = re.compile(r"\s(of|has|is)\s")
"""A sentence, not a name."""


def short_name(finding: Finding) -> str:
    """What a person calls it: its Name tag, the name its summary begins with, or the end of its ARN.

    Where that is an id, the host that the summary names, else the kind and how the id begins: "key 1234abcd".
    """
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
    name = last[kind.end() :] if kind else last
    if not OPAQUE.match(name):
        return name
    host = HOST.search(finding.summary)
    return host[0] if host else f"{kind[0][:-1] if kind else ''} {name[:8]}".strip()


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
