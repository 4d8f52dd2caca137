"""Strings that have broken something, somewhere; and how TOML writes a value."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

HOSTILE: Sequence[str] = (
    "",
    " ",
    "*",
    "?",
    "a*b",
    "${aws:username}",
    "${AWS::AccountId}",
    "{{resolve:ssm:/steadyhand/stop}}",
    "Anna's R&D team",
    "a\nb",
    "a\r\nBcc: everybody@example.com",
    "a\x00b",
    "a\x1b[31mred",
    "\u202eevil",
    "\u2028",
    "\ufeff",
    "💣",
    "e\u0301",
    "x" * 5000,
    "'; DROP TABLE ledger; --",
    "$(reboot)",
    "`reboot`",
    "key: value # comment",
    "- item",
    "!!python/object/apply:os.system",
    "&anchor *alias",
    "<script>alert(1)</script>",
    "=HYPERLINK('http://x')",
    "../../etc/passwd",
    "/aws/reserved",
    "aws:reserved",
    "%0d%0aBcc:x",
    '"quoted"',
    "back\\slash",
    "ops@example.com\n",
    "*@example.com",
    "a@b@example.com",
    "ops@exa mple.com",
    "eu-central-1\n",
    "eu-central-1 ",
    "Europe/Berlin\n",
    "10.0.0.0/33",
    "999999999999999999999",
    "nan",
    "/steadyhand/stop\n",
    "https://user:password@example.com",
    "javascript:alert(1)",
    "acme/../../other",
    "arn:aws:iam::111122223333:root",
)


def as_toml(value: Any) -> str:
    """A value as TOML writes it: JSON is close, but for tables, infinity and what is not printed."""
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{as_toml(k)} = {as_toml(v)}' for k, v in value.items())} }}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(as_toml(one) for one in value)}]"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)
