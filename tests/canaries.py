"""Thirty secrets that no output may show: planted in tags, variables, parameters, errors and drift.

Put together at run time, so that nobody's scanner takes this file for a leak.
"""

from __future__ import annotations

import base64
import hashlib
from itertools import count
from typing import NamedTuple


class Canary(NamedTuple):
    """What is planted, and the part of it that must appear nowhere."""

    said: str
    core: str


def _of(core: str, before: str = "", after: str = "") -> Canary:
    return Canary(f"{before}{core}{after}", core)


_COUNT = count()


def _letters(length: int) -> str:
    """As random as a token looks, another one at each call, the same in each run."""
    digest = hashlib.sha512(f"canary {next(_COUNT)}".encode()).digest()
    mixed = base64.b64encode(digest).decode().translate({ord("+"): "x", ord("/"): "y"})
    return f"q7Z{mixed}"[:length]


CANARIES = {
    "aws secret key": _of("wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY"),
    "aws secret by name": _of(_letters(16), "aws_secret_access_key = "),
    "aws session token": _of("IQoJb3JpZ2lu" + _letters(48)),
    "github classic": _of("gh" + "p_" + _letters(36)),
    "github oauth": _of("gh" + "o_" + _letters(36)),
    "github server": _of("gh" + "s_" + _letters(36)),
    "github fine": _of("github" + "_pat_" + _letters(40)),
    "gitlab": _of("gl" + "pat-" + _letters(20)),
    "gitlab runner": _of("gl" + "rt-" + _letters(20)),
    "slack bot": _of("xo" + "xb-123456789012-" + _letters(24)),
    "slack hook": _of("T0000/B0000/" + _letters(24), "https://hooks.slack.com/services/"),
    "stripe": _of("sk_" + "live_" + _letters(24)),
    "stripe hook": _of("wh" + "sec_" + _letters(32)),
    "google": _of("AI" + "za" + _letters(35)),
    "google oauth": _of("ya" + "29." + _letters(40)),
    "npm": _of("np" + "m_" + _letters(36)),
    "pypi": _of("py" + "pi-" + _letters(60)),
    "sendgrid": _of("S" + "G." + _letters(22) + "." + _letters(43)),
    "openai": _of("s" + "k-proj-" + _letters(40)),
    "jwt": _of("eyJ" + _letters(20) + ".eyJ" + _letters(30) + "." + _letters(43)),
    "pem": _of(
        _letters(60), "-----BEGIN RSA PRIVATE " + "KEY-----\n", "\n-----END RSA PRIVATE KEY-----"
    ),
    "pem cut off": _of(_letters(60), "-----BEGIN PRIVATE " + "KEY-----\n"),
    "database address": _of("hunter2hunter2", "postgres://app:", "@db.example:5432/app"),
    "amqp address": _of("s3cr3t-w0rd", "amqps://:", "@mq.example"),
    "password": _of("correct-horse-battery", "password="),
    "password in json": _of("battery-staple-horse", '{"dbPassword": "', '"}'),
    "environment": _of("tr0ub4dor-and-3", "DB_PASSWORD="),
    "api key": _of("0123456789abcdef", "X-Api-Key: "),
    "client secret": _of(_letters(14), "client_secret: "),
    "bearer": _of("abcdef0123456789", "Authorization: Bearer "),
    "basic": _of("dXNlcjpwYXNzd29yZA==", "Authorization: Basic "),
    "signed link": _of("5f0c2a9d1e", "https://b.s3.amazonaws.com/k?X-Amz-Signature="),
}
