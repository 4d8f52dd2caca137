"""What an event says about where to look. It is never believed beyond that.

The index is derived from what checks declare (`wakes.py`), once, when the functions are built. What an event
calls a resource becomes its canonical key before anything is asked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from steadyhand.model import pick
from steadyhand.sources import keys
from steadyhand.sources.arn import partition_of
from steadyhand.triggers import EVERY

CLOUDTRAIL = "AWS API Call via CloudTrail"
COMPLIANCE = "Config Rules Compliance Change"
ALARM = "CloudWatch Alarm State Change"
ALARM_CONFIGURED = "CloudWatch Alarm Configuration Change"
SECURITY_HUB = "Security Hub Findings - Imported"
RULE = "steadyhand-"
REGION = re.compile(keys.REGION)
FIELD = re.compile(r"\{([^{}]+)\}")
"""A place in a form of several."""

Wake = Mapping[str, Any]


class MalformedEvent(Exception):
    """Not an event: it cannot say what happened."""


@dataclass(frozen=True, slots=True)
class Woken:
    """Which checks to wake, by the key of what to look at; or why nobody is woken.

    `regions` are those of keys that lie in another region than the event. `malformed` is what was
    said where a key should be, and is none.
    """

    woken: Mapping[str, Sequence[str]]
    ignored: str | None = None
    regions: Mapping[str, str] = field(default_factory=dict)
    malformed: Sequence[str] = ()


def woken_by(event: Any, event_index: Iterable[Wake], account: str = "") -> Woken:
    """Who is woken by an event, to look at what. `MalformedEvent` where it is no event at all.

    With `account`, what happened in another one is not ours.
    """
    try:
        return _woken_by(event, event_index, account)
    except RecursionError:
        raise MalformedEvent("the event is nested too deep") from None


def _woken_by(event: Any, event_index: Iterable[Wake], ours: str) -> Woken:
    source, detail_type, detail = _envelope(event)
    told = detail.get("eventName")
    name = told if isinstance(told, str) and told.isprintable() else detail_type
    if said := detail.get("errorCode"):
        code = said if isinstance(said, str) else "an error"
        return Woken({}, f"the call failed with {code}, so nothing changed")
    place = _place(event)
    if ours and place.account not in ("", ours):
        return Woken({}, f"{name} happened in account {place.account}, which is not ours")
    place = place._replace(account=ours or place.account)
    named = _Subjects(place)
    for one in event_index:
        if any(_says(detail, path, said) for path, said in one.get("unless", {}).items()):
            continue
        if one["source"] == source and one["detail_type"] == detail_type:
            for there, found in _matching(event, detail, one, place):
                named.take(one, there, found, detail)
    if named.woken:
        return named.woke()
    if named.foreign:
        return Woken({}, f"{name} is about account {min(named.foreign)}, which is not ours")
    if named.malformed:
        raise MalformedEvent(f"{name} names nothing that could be looked at: {named.malformed[0]}")
    reason = (
        "does not name what it is about; the next sweep looks" if named.heard else "wakes no check"
    )
    return Woken({}, f"{name} {reason}")


class _Subjects:
    """What an event names, gathered over the entries of the index that it matches."""

    def __init__(self, place: keys.Place) -> None:
        self.place, self.heard = place, False
        self.woken: dict[str, list[str]] = defaultdict(list)
        self.regions: dict[str, str] = {}
        self.foreign: set[str] = set()
        self.malformed: list[str] = []

    def take(
        self, one: Wake, there: keys.Place, found: Iterable[Any], detail: Mapping[str, Any]
    ) -> None:
        """What the event names at the place of one entry."""
        self.heard = True
        if there.account != self.place.account:
            self.foreign.add(there.account)
            return
        for key in found:
            try:
                known = _canonical(one, key, there, detail)
            except keys.NotOurs as other:
                self.foreign.add(str(other))
            except keys.NotAKey:
                self.malformed.append(_short(key))
            else:
                if one["check"] not in self.woken[known]:
                    self.woken[known].append(one["check"])
                if there.region != self.place.region:
                    self.regions[known] = there.region

    def woke(self) -> Woken:
        """Who is woken."""
        by_key = {key: tuple(checks) for key, checks in self.woken.items()}
        wrong = tuple(dict.fromkeys(self.malformed))
        return Woken(by_key, regions=self.regions, malformed=wrong)


def _matching(
    event: Mapping[str, Any], detail: Mapping[str, Any], one: Wake, place: keys.Place
) -> Iterator[tuple[keys.Place, list[Any]]]:
    """What the event names where it matches; of a list of findings or metrics, each for itself."""
    if not all(_says(detail, path, said) for path, said in one.get("only", {}).items()):
        return
    if not (each := one.get("each")):
        if all(_says(detail, path, said) for path, said in one["where"].items()):
            yield place, list(_named(event, one["key"]))
        return
    at = f"{each['at']}."
    of_all = {path: said for path, said in one["where"].items() if not path.startswith(at)}
    if not all(_says(detail, path, said) for path, said in of_all.items()):
        return
    of_one = {path.removeprefix(at): one["where"][path] for path in one["where"].keys() - of_all}
    for item in pick(detail, each["at"]):
        if all(_says(item, path, said) for path, said in of_one.items()):
            account, region = item.get(each["account"]), item.get(each.get("region"))
            there = place
            if isinstance(account, str) and place.account:
                there = there._replace(account=account)
            if isinstance(region, str) and REGION.fullmatch(region):
                there = there._replace(region=region)
            yield there, list(_named(item, one["key"].replace(f"detail.{at}", "")))


def _named(said: Any, key: str) -> Iterator[Any]:
    """What is named at a place; of a form of several, each filled in, and nothing where one lacks."""
    places = FIELD.findall(key)
    if key == EVERY:
        yield EVERY
    elif not places:
        yield from pick(said, key)
    else:
        for parts in zip(*(pick(said, place) for place in places), strict=False):
            left = iter(parts)
            is_text = all(isinstance(part, str) and part for part in parts)
            yield FIELD.sub(lambda _: next(left), key) if is_text else parts  # noqa: B023


def _says(said: Any, path: str, wanted: Sequence[str]) -> bool:
    starts = tuple(one[:-1] for one in wanted if one.endswith("*"))
    return any(
        isinstance(one, str) and (one in wanted or (starts and one.startswith(starts)))
        for one in pick(said, path)
    )


def _canonical(one: Wake, key: Any, place: keys.Place, detail: Mapping[str, Any]) -> str:
    if not isinstance(key, str):
        raise keys.NotAKey(key)
    if one["key"] == EVERY:
        return EVERY
    found = keys.canonical(one.get("kind", ""), key, place)
    if one.get("of") and found != EVERY:
        found = f"{one['of']} {found}"
    for owned in pick(detail, "resources"):
        if isinstance(owned, Mapping) and place.account:
            arn, owner = owned.get("ARN"), owned.get("accountId")
            named = (
                isinstance(arn, str) and re.split(r"[:/]", arn)[-1] == re.split(r"[:/]", key)[-1]
            )
            if named and isinstance(owner, str) and owner != place.account:
                raise keys.NotOurs(owner)
    return found


def _short(said: Any) -> str:
    try:
        text = ascii(said)
    except RecursionError:
        return "nested too deep"
    return text if len(text) <= 60 else f"{text[:59]}…"


def region_of(event: Mapping[str, Any]) -> str:
    """Where it happened; nothing, if it names no region. `MalformedEvent` where that is none."""
    said = event.get("region")
    if said in (None, ""):
        return ""
    if not isinstance(said, str) or not REGION.fullmatch(said):
        raise MalformedEvent(f"there is no region {_short(said)}")
    return said


def _place(event: Mapping[str, Any]) -> keys.Place:
    region, account = region_of(event), event.get("account")
    if account is not None and not isinstance(account, str):
        raise MalformedEvent(f"there is no account {_short(account)}")
    partition, _ = partition_of(region)
    is_one = account is not None and keys.ACCOUNT.fullmatch(account)
    return keys.Place(str(account) if is_one else "", region, partition)


def _envelope(event: Any) -> tuple[str, str, Mapping[str, Any]]:
    if not isinstance(event, Mapping):
        raise MalformedEvent(f"an event is an object, not {type(event).__name__}")
    source, detail_type, detail = (event.get(name) for name in ("source", "detail-type", "detail"))
    if not isinstance(source, str) or not isinstance(detail_type, str):
        raise MalformedEvent("an event has a source and a detail-type")
    if not isinstance(detail, Mapping):
        raise MalformedEvent("an event has a detail, an object")
    return source, detail_type, detail
