"""What looks like a secret that is kept in plain text: by the shape of a value, or by what it is called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from steadyhand.reference.secrets import redacted

WORDS = r"(?:PASSWORD|PASSWD|PASSPHRASE|PWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|SECRET_ACCESS_KEY)"

NAMED = re.compile(rf"(?:^|_){WORDS}$", re.IGNORECASE)
"""Names that end so hold the thing itself; SECRET_ARN or TOKEN_URL only lead to it."""

WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[./-]")
"""Between two words of a name: "dbPassword", "db-password", "/prod/db/password"."""

LEADS = (
    "arn:",
    "/",
    "http://",
    "https://",
    "ssm:",
    "secretsmanager:",
    "{{",
    "${",
    "$(",
    "vault:",
    "kms:",
)
"""How a value begins that says where the secret lies."""

SHORTEST = 8
MOST = 5


def is_named(name: str) -> bool:
    """Is it called as what it holds, in whatever way its words are joined?"""
    return bool(NAMED.search(WORD.sub("_", name)))


def held(variables: Mapping[str, str]) -> Iterator[str]:
    """The names of the variables that hold one: by the shape of the value, or by what they are called."""
    for name, value in variables.items():
        shaped = redacted(value) != value
        if shaped or (is_named(name) and is_no_lead(value)):
            yield name


def is_no_lead(value: str) -> bool:
    """Is it the thing itself? Words, placeholders and places where it lies are not."""
    return (
        len(value) >= SHORTEST
        and not value.lower().startswith(LEADS)
        and not re.search(r"\s", value)
        and bool(re.search(r"[0-9]", value) and re.search(r"[A-Za-z]", value))
    )


def summary(name: str, names: Sequence[str]) -> str:
    """A sentence that names the first few variables, and never what they hold."""
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return f"{name} holds what looks like a secret in {', '.join(names[:MOST])}{more}"[:200]
