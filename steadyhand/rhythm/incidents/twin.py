"""What CloudWatch itself says of its alarms: the twin of their events, which may be lost or late.

Its history of the last 30 days (deleted alarms are in it) and what each alarm says now make the
incidents of a region. What is known of the same time is corrected by them.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from steadyhand.model import Incident

FIRING = "ALARM"
NEAR = timedelta(seconds=5)
"""An event and the history may differ by this. No alarm looks more often than every ten seconds."""
LAG = timedelta(minutes=2)
"""What is younger than this may not stand in the history yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """An alarm changed its state. `why` is CloudWatch's reason."""

    name: str
    at: datetime
    before: str
    after: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """An alarm as it is now: its state, and since when it has been in it."""

    name: str
    state: str
    since: datetime
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was read of a region's alarms: every turn from `since` to `at`, and how they stand."""

    account: str
    region: str
    since: datetime
    at: datetime
    turns: Sequence[Turn] = ()
    stands: Sequence[Stands] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """One time an alarm fired. `began` is none where that was before what was read.

    `at_latest`: nothing says when it ended, only that it had by then.
    """

    began: datetime | None
    ended: datetime | None
    why: str = ""
    at_latest: bool = False


def id_of(account: str, region: str, name: str, began: datetime) -> str:
    """An incident's id. Those of one alarm differ in the time alone."""
    signature = hashlib.sha256(f"{account}\n{region}\n{name}".encode()).hexdigest()[:10]
    return f"in-{signature}-{began:%Y%m%dT%H%M%S}"


def healed(seen: Seen, known: Iterable[Incident]) -> Iterator[tuple[Incident, Incident | None]]:
    """The rows to write, each with the row that it replaces.

    A row that was never true ends when it begins, and is no incident any more. An alarm of which
    something is known that is younger than `LAG` is left to the next look.
    """
    turns, rows = defaultdict[str, list[Turn]](list), defaultdict[str, list[Incident]](list)
    for turn in sorted(seen.turns, key=lambda one: one.at):
        turns[turn.name].append(turn)
    for row in sorted(known, key=lambda one: (one.began_at, one.id)):
        if row.region == seen.region and (row.ended_at is None or row.ended_at > seen.since):
            rows[row.signature].append(row)
    stands = {one.name: one for one in seen.stands}
    for name in sorted({*turns, *rows, *stands}):
        times = [at for row in rows[name] for at in (row.began_at, row.ended_at) if at]
        if max(times, default=seen.since) <= seen.at - LAG:
            was_open = any(row.ended_at is None for row in rows[name])
            spans = spans_of(turns[name], stands.get(name), seen.at, was_firing=was_open)
            yield from _matched(name, spans, rows[name], seen)


def spans_of(
    turns: Sequence[Turn], now: Stands | None, at: datetime, *, was_firing: bool
) -> list[Span]:
    """When the alarm fired, by its history and by how it stands now. A deleted one is quiet.

    Nothing says when an alarm was deleted: it fired until somebody looked, at the latest.
    `was_firing` is asked where neither a turn nor the alarm is there to say so.
    """
    spans, began, why = list[Span](), None, ""
    is_firing = turns[0].before == FIRING if turns else (now is None and was_firing)
    for turn in turns:
        if is_firing and turn.after != FIRING:
            spans.append(Span(began, turn.at, why))
            is_firing = False
        elif turn.after == FIRING and turn.before != FIRING:
            if is_firing:
                spans.append(Span(began, turn.at, why))
            began, why, is_firing = turn.at, turn.why, True
    if now and now.state == FIRING:
        is_same = is_firing and (began is None or now.since <= began + NEAR)
        if is_firing and not is_same:
            spans.append(Span(began, now.since, why))
        return [*spans, Span(began if is_same and began else now.since, None, now.says or why)]
    if is_firing:
        ended = max(began or at, now.since) if now else at
        spans.append(Span(began, ended, why, at_latest=now is None))
    return spans


def _matched(
    name: str, spans: Sequence[Span], rows: Sequence[Incident], seen: Seen
) -> Iterator[tuple[Incident, Incident | None]]:
    """Each span is one row. What is known besides ends where the look begins, or never was."""
    free = list(rows)
    for span in spans:
        row = next((one for one in free if _touch(one, span, seen.since)), None)
        if row is None:
            yield _incident(name, span, seen), None
            continue
        free.remove(row)
        began = row.began_at
        if began >= seen.since and span.began and abs(began - span.began) > NEAR:
            began = span.began
        right = replace(row, began_at=began, ended_at=_ended(row, span))
        if right != row:
            yield right, row
    for row in free:
        if row.began_at >= seen.since and not row.never_was:
            yield row.annulled, row
        elif row.ended_at is None:
            yield replace(row, ended_at=seen.since), row


def _touch(row: Incident, span: Span, since: datetime) -> bool:
    """May the row be told of this span? What began before the look is never what began in it."""
    began = span.began or since
    if (row.began_at < since - NEAR) != (span.began is None or span.began < since - NEAR):
        return False
    return (span.ended is None or row.began_at <= span.ended + NEAR) and (
        row.ended_at is None or row.ended_at >= began - NEAR
    )


def _ended(row: Incident, span: Span) -> datetime | None:
    """When it ended: as is known, where the history says the same but for noise, or no more than "by then"."""
    known, said = row.ended_at, span.ended
    is_known = known and said and (span.at_latest or abs(known - said) <= NEAR)
    return known if is_known else said


def _incident(name: str, span: Span, seen: Seen) -> Incident:
    began = span.began or seen.since
    return Incident(
        id=id_of(seen.account, seen.region, name, began),
        account=seen.account,
        region=seen.region,
        signature=name,
        summary=span.why,
        began_at=began,
        ended_at=span.ended,
    )
