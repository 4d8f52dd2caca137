"""Words out of an account, made harmless. Whoever names a resource chooses them.

Control characters, line breaks and characters that turn the direction of writing are taken out of
whatever a person reads; each format escapes what means something to it on top.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from steadyhand.check import Check
from steadyhand.ledger.codec import plain
from steadyhand.reference.secrets import redacted

FORMULA = re.compile(r"^\W*?[=+\-@|%]|^[\t\r]")
"""How a spreadsheet knows a formula, in whatever width it is written (OWASP: CSV injection)."""

MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~])")
BARE = re.compile(
    r"(?i)\b(?:[a-z][a-z0-9+.-]*://|www\.|mailto:|xmpp:|javascript:|data:|GH-(?=\d))|[@#](?=\w)"
)
"""What GitHub and GitLab turn into a link or a mention by itself (GFM, "Autolinks (extension)")."""

COMMAND = re.compile(
    r"(?i):(?=:(?:(?:add|remove|set|save|stop|internal)-[a-z-]+|debug|notice|warning|error|group|endgroup|echo)"
    r"(?: [^:]*)?::)|##(?=\[)"
)
"""What GitHub's runner takes for a command wherever a line begins with it; the second form in the midst of one.

Sources: "Workflow commands for GitHub Actions"; actions/runner, src/Runner.Common/ActionCommand.cs."""

INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def tame(said: str) -> str:
    """One line, with nothing in it that acts: no escape sequence, no turned direction, no command to a runner."""
    joined = COMMAND.sub(r"\g<0> ", redacted(" ".join(said.split())))
    if joined.isascii() and joined.isprintable():
        return joined
    return "".join(one for one in joined if unicodedata.category(one) not in INVISIBLE)


def cell(said: Any) -> str:
    """A cell of a CSV file that no spreadsheet takes for a formula."""
    text = tame("" if said is None else str(said))
    return f"'{text}" if FORMULA.match(unicodedata.normalize("NFKC", text)) else text


def markdown(said: str) -> str:
    """Text in Markdown: no tags, no links, no mentions, no table cells of its own."""
    text = MARKDOWN.sub(r"\\\1", tame(said).replace("&", "&amp;"))
    return BARE.sub(lambda found: f"{found[0][0]}\u200b{found[0][1:]}", text)


def code(said: str) -> str:
    """Text as code in Markdown, whatever backticks it has."""
    text = tame(said)
    fence = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}".replace("|", "\\|")


def title(check: Check) -> str:
    """What a check looks for: the first sentence of its file."""
    return check.runbook.strip().partition("\n")[0].strip()


def moment(when: datetime | None) -> str | None:
    """A time as everybody writes it: 2026-11-23T09:00:00Z."""
    if when is None:
        return None
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def whole(said: str) -> str:
    """The same text without secrets; half a surrogate pair, which no encoding has, is spelled out."""
    return redacted(said.encode("utf-8", "backslashreplace").decode())


def public(value: Any) -> Any:
    """A value as JSON that anybody can read: times as text."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): public(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [public(inner) for inner in value]
    if isinstance(value, str):
        return whole(value)
    return plain(value)
