"""The mail to whoever changed by hand what was then set back: what, from, to, and how to keep it.

It goes to an address that AWS itself names, and to no other: the name of an IAM user, or of a user of
IAM Identity Center, where it is an address in a domain that the owner listed. Any other session is
called as its caller likes, so it says of nobody who they are; then the weekly review names them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from steadyhand.connect.message import Mail
from steadyhand.model import Change
from steadyhand.reference.secrets import redacted
from steadyhand.rhythm.core.words import NAME, clean

NAMED = re.compile(
    r"arn:[\w-]+:(?:iam::\d{12}:user/(?:[^/\s]+/)*"
    r"|sts::\d{12}:assumed-role/AWSReservedSSO_[\w+=,.@-]+/)([^/\s]+)"
)
"""Whose name AWS vouches for. Source: docs.aws.amazon.com/singlesignon/latest/userguide/
referencingpermissionsets.html, and docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html."""

ADDRESS = re.compile(r"[A-Za-z0-9_+=&'%-]+(?:\.[A-Za-z0-9_+=&'%-]+)*@([A-Za-z0-9.-]+)")
LINES = 40
"""Of the template's lines, so many."""


def whom(change: Change, domains: Sequence[str]) -> str:
    """The address of whoever changed it; nothing where nobody can tell without guessing."""
    named = NAMED.fullmatch(str(change.finding.evidence.get("changed_by", {}).get("arn", "")))
    found = ADDRESS.fullmatch(named[1]) if named and len(named[1]) <= NAME else None
    known = {one.lower() for one in domains}
    return found[0] if found and found[1].lower() in known else ""


def mail_of(change: Change) -> Mail:
    """What was set back, in words that need no page."""
    said = change.finding.evidence
    what = f"{clean(said['logical'], NAME)} of the stack {clean(said['stack'], NAME)}"
    by = said["changed_by"]
    how = ", ".join(clean(by[name], NAME) for name in ("call", "through") if by.get(name))
    rows = [
        f"  {clean(one['property'], NAME)}: {shown(one['now'])} is {shown(one['template'])} again"
        for one in said["properties"]
    ]
    names = ", ".join(one["property"] for one in said["properties"])
    text = "\n".join([
        f"You changed {what}{f' ({how})' if how else ''} at {by['at'][:16].replace('T', ' ')} UTC.",
        "Its template says otherwise, so it was set back:",
        "",
        *rows,
        "",
        "If you meant it:",
        "",
        f"  steadyhand undo {change.id}",
        "    brings your value back, and then it stays",
        f"  steadyhand exempt {change.finding.id} --until DATE --because REASON",
        "    nobody touches it until then",
        *adopting(str(said.get("adopt", "")), str(said.get("construct", ""))),
        "",
        "You get this since you sign in with this address, and the owner named its domain.",
        "",
    ])  # fmt: skip
    return Mail(
        name=f"set-back-{change.id}",
        subject=clean(f"Set back: {names} of {said['logical']} in {said['stack']}", 120),
        preheader="What you changed by hand is as its template says again.",
        html=f"<!doctype html><title>Set back</title><pre>{escape(text)}</pre>",
        text=text,
    )


def adopting(patch: str, construct: str) -> list[str]:
    """How the hand's value gets into the template, where that is known."""
    where = f"in the construct {clean(construct)}" if construct else "in the template"
    lines = [clean(one) if one.strip() else "" for one in redacted(patch).splitlines()[:LINES]]
    return [f"  or write it down {where}, and deploy that", *(f"    {one}" for one in lines)]


def shown(value: object) -> str:
    """A value as a person reads it."""
    return "not set" if value is None else clean(str(value), NAME)
