"""The types of single values in steadyhand.toml: what each may be, and the sentence where it is not.

They are as strict as what the value becomes: a tag, an ARN, a mail header, a schedule. Nothing that
passes here can break a template, a policy or a mail.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from steadyhand.reference.dated import dated
from steadyhand.settings.freeze import LIKE, is_window

LONGEST_NAME = 100
LOCAL = re.compile(r"[A-Za-z0-9_+=&'%-]+(\.[A-Za-z0-9_+=&'%-]+)*")
"""Before the @: what every mail server takes, without what IAM reads as a wildcard or a variable."""

HOST = re.compile(
    r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
TAG = re.compile(r"(?!aws:)[\w .:/=+@-]+", re.IGNORECASE)
PARAMETER = re.compile(r"(/[A-Za-z0-9_.-]+){1,15}")
PROJECT = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+")
URL = re.compile(
    r"(https://[A-Za-z0-9.-]+|http://(localhost|127\.0\.0\.1|\[::1\]))(:\d{1,5})?(/[A-Za-z0-9._~/-]*)?"
)
"""The token of tickets goes there, so never in the clear over a network."""
OPERATOR = re.compile(r"arn:aws(-[a-z]+)*:iam::[0-9]{12}:(role|user)(/[A-Za-z0-9_+=,.@-]+)+")
SLACK = re.compile(r"[A-Z0-9]{1,255}")
UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
TEAMS = re.compile(r"[A-Za-z0-9_=+/.,%-]{1,250}")


def _shaped(shape: re.Pattern[str], says: str, longest: int) -> Callable[[str], str]:
    def checked(value: str) -> str:
        if not shape.fullmatch(value) or len(value) > longest:
            raise ValueError(says)
        return value

    return checked


def printable(text: str) -> str:
    """A text of one line that a person typed."""
    if not is_plain(text) or not text.strip():
        raise ValueError("holds what cannot be printed, or braces; write letters on one line")
    return text


def is_plain(text: str) -> bool:
    """One line, and nothing that CloudFormation would resolve ("Dynamic references")."""
    return text.isprintable() and "{{" not in text


def _zone(name: str) -> str:
    known = available_timezones()
    if name not in known:
        near = get_close_matches(name, known, 1, 0.6)
        perhaps = f", perhaps {near[0]} is meant" if near else ""
        raise ValueError(f'is no time zone{perhaps}; write one like "Europe/Berlin" or "UTC"')
    return name


def partition(region: str) -> str:
    """The partition that a region lies in: "aws", "aws-cn"; empty for a region that is not known."""
    for name, regions in dated("regions")["partitions"].items():
        if region in regions:
            return str(name)
    return ""


def _region(name: str) -> str:
    if not partition(name):
        known = [one for regions in dated("regions")["partitions"].values() for one in regions]
        near = get_close_matches(name, known, 1, 0.7)
        perhaps = f", perhaps {near[0]} is meant" if near else ""
        raise ValueError(f'is no AWS region{perhaps}; write one like "eu-central-1"')
    return name


def _mail(address: str) -> str:
    name, at, host = address.rpartition("@")
    fits = at and LOCAL.fullmatch(name) and HOST.fullmatch(host)
    if not fits or len(name) > 64 or len(address) > 200:
        raise ValueError('is no mail address; write one like "ops@example.com"')
    return address


def _parameter(name: str) -> str:
    reserved = name.lower().startswith(("/aws", "/ssm"))
    if not PARAMETER.fullmatch(name) or len(name) > 500 or reserved:
        raise ValueError('is no SSM parameter name; write one like "/steadyhand/stop"')
    return name


def _once(values: Sequence[str]) -> Sequence[str]:
    for number, value in enumerate(values):
        if value in values[:number]:
            raise ValueError(f"names {value} twice")
    return values


def _window(said: str) -> str:
    if not is_window(said):
        raise ValueError(f"is no window; {LIKE}")
    return said


def _project(name: str) -> str:
    steps = name.split("/")
    if not PROJECT.fullmatch(name) or len(name) > 200 or {".", ".."} & {*steps}:
        raise ValueError('is no project; write one like "acme/infrastructure"')
    return name


Text = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(printable)]
Zone = Annotated[str, AfterValidator(_zone)]
Region = Annotated[str, AfterValidator(_region)]
Regions = Annotated[list[Region], AfterValidator(_once)]
Mail = Annotated[str, AfterValidator(_mail)]
Mails = Annotated[list[Mail], Field(max_length=10), AfterValidator(_once)]
Domain = Annotated[
    str, AfterValidator(_shaped(HOST, 'is no domain; write one like "example.com"', 200))
]
Domains = Annotated[list[Domain], Field(max_length=5), AfterValidator(_once)]
Operator = Annotated[
    str,
    AfterValidator(
        _shaped(
            OPERATOR,
            'is no ARN of a role or user; write one like "arn:aws:iam::123456789012:role/ops"',
            300,
        )
    ),
]
Operators = Annotated[list[Operator], Field(max_length=10), AfterValidator(_once)]
Windows = Annotated[
    list[Annotated[str, AfterValidator(_window)]], Field(max_length=20), AfterValidator(_once)
]
Parameter = Annotated[str, AfterValidator(_parameter)]
Project = Annotated[str, AfterValidator(_project)]
Tag = Annotated[
    str,
    Field(min_length=1, max_length=128),
    AfterValidator(
        _shaped(TAG, "is no key of a tag; use letters, digits, spaces and _.:/=+-@", 128)
    ),
]
Url = Annotated[
    str,
    AfterValidator(_shaped(URL, 'is no address; write one like "https://gitlab.example.com"', 200)),
]
Slack = Annotated[
    str, AfterValidator(_shaped(SLACK, 'is no id of Slack; it is like "T0123ABCD"', 255))
]
TeamsId = Annotated[
    str,
    AfterValidator(
        _shaped(UUID, 'is no id of Teams; it is like "00000000-0000-0000-0000-000000000001"', 36)
    ),
]
TeamsChannel = Annotated[
    str,
    AfterValidator(
        _shaped(TEAMS, 'is no channel of Teams; it is like "19%3Ateam%40thread.tacv2"', 250)
    ),
]
Word = Annotated[
    str,
    Field(min_length=1, max_length=30),
    AfterValidator(
        _shaped(
            re.compile(r"[a-z]+|[0-9]+"),
            "can never match: names are split into words of small letters and of digits",
            30,
        )
    ),
]
Words = Annotated[list[Word], Field(min_length=1, max_length=20)]
