"""What is read of CloudTrail: who changed what, of the last 90 days and of one region."""

from __future__ import annotations

import json
from collections.abc import Generator
from datetime import datetime
from typing import NamedTuple

from steadyhand.model import Answer, Call, at
from steadyhand.source import Wait
from steadyhand.sources.pages import pages

PAGES = 4
"""Fifty events each, latest first. CloudTrail answers two questions a second."""


class Deed(NamedTuple):
    """One call that changed something."""

    at: datetime
    service: str
    action: str
    by: str
    on: tuple[str, ...]


def deeds(since: datetime, until: datetime) -> Generator[Call | Wait, Answer, list[Deed]]:
    """What was changed between two moments, latest first, as far as `PAGES` reach."""
    asked = {
        "LookupAttributes": [{"AttributeKey": "ReadOnly", "AttributeValue": "false"}],
        "StartTime": since,
        "EndTime": until,
        "MaxResults": 50,
    }
    answers = yield from pages(Call("cloudtrail:LookupEvents", asked), at_most=PAGES)
    return [
        Deed(
            event["EventTime"],
            event.get("EventSource", "").partition(".")[0],
            event.get("EventName", ""),
            event.get("Username", "") or "an AWS service",
            tuple(at(event, "Resources.ResourceName")),
        )
        for event in at(answers, "Events")
        if not failed(event.get("CloudTrailEvent", ""))
    ]


def failed(record: str) -> bool:
    """Did the call change nothing after all?"""
    return "errorCode" in json.loads(record) if record else False
