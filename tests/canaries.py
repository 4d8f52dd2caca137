"""Thirty secrets that no output may show: planted in tags, variables, parameters, errors and drift.

Put together at run time, so that nobody's scanner takes this file for a leak.
"""

from __future__ import annotations

from typing import NamedTuple


class Canary(NamedTuple):
    """What is planted, and the part of it that must appear nowhere."""

    said: str
    core: str


def _of(core: str, before: str = "", after: str = "") -> Canary:
    return Canary(f"{before}{core}{after}", core)


LETTERS = "q7Zk3Xw9Lr2Tn8Vb4Mc6Jd1Hf5Gs0Py7Zk3Xw9Lr2Tn8Vb4Mc6Jd1Hf5Gs0Py"

CANARIES = {
    "aws secret key": _of("wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY"),
    "aws secret by name": _of("q7Zk3Xw9Lr2Tn8Vb", "aws_secret_access_key = "),
    "aws session token": _of("IQoJb3JpZ2lu" + LETTERS[:48]),
    "github classic": _of("gh" + "p_" + LETTERS[:36]),
    "github oauth": _of("gh" + "o_" + LETTERS[:36]),
    "github server": _of("gh" + "s_" + LETTERS[:36]),
    "github fine": _of("github" + "_pat_" + LETTERS[:40]),
    "gitlab": _of("gl" + "pat-" + LETTERS[:20]),
    "gitlab runner": _of("gl" + "rt-" + LETTERS[:20]),
    "slack bot": _of("xo" + "xb-123456789012-" + LETTERS[:24]),
    "slack hook": _of("T0000/B0000/" + LETTERS[:24], "https://hooks.slack.com/services/"),
    "stripe": _of("sk_" + "live_" + LETTERS[:24]),
    "stripe hook": _of("wh" + "sec_" + LETTERS[:32]),
    "google": _of("AI" + "za" + LETTERS[:35]),
    "google oauth": _of("ya" + "29." + LETTERS[:40]),
    "npm": _of("np" + "m_" + LETTERS[:36]),
    "pypi": _of("py" + "pi-" + LETTERS[:60]),
    "sendgrid": _of("S" + "G." + LETTERS[:22] + "." + LETTERS[:43]),
    "openai": _of("s" + "k-proj-" + LETTERS[:40]),
    "jwt": _of("eyJ" + LETTERS[:20] + ".eyJ" + LETTERS[:30] + "." + LETTERS[:43]),
    "pem": _of(
        LETTERS, "-----BEGIN RSA PRIVATE " + "KEY-----\n", "\n-----END RSA PRIVATE KEY-----"
    ),
    "pem cut off": _of(LETTERS, "-----BEGIN PRIVATE " + "KEY-----\n"),
    "database address": _of("hunter2hunter2", "postgres://app:", "@db.example:5432/app"),
    "amqp address": _of("s3cr3t-w0rd", "amqps://:", "@mq.example"),
    "password": _of("correct-horse-battery", "password="),
    "password in json": _of("correct-horse-battery", '{"dbPassword": "', '"}'),
    "environment": _of("tr0ub4dor-and-3", "DB_PASSWORD="),
    "api key": _of("0123456789abcdef", "X-Api-Key: "),
    "client secret": _of("q7Zk3Xw9~Lr2Tn8", "client_secret: "),
    "bearer": _of("abcdef0123456789", "Authorization: Bearer "),
    "basic": _of("dXNlcjpwYXNzd29yZA==", "Authorization: Basic "),
    "signed link": _of("5f0c2a9d1e", "https://b.s3.amazonaws.com/k?X-Amz-Signature="),
}
