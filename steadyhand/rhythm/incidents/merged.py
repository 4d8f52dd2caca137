"""One incident for as long as an alarm fires, however often and in whichever order it says so.

CloudWatch says ALARM again while an alarm fires, and the OK that ends it names only the last of them
as its beginning. An OK may also be lost, or come first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from steadyhand.model import Incident


def merged(
    new: Incident, known: Sequence[Incident], quiet: datetime | None = None
) -> list[Incident]:
    """The rows to write for what an alarm said, given what is known of it, oldest first.

    `quiet` is since when it did not fire before `new` began, where the event says so: what is still
    open from before ended then, though its OK may come later or never.
    """
    if new.ended_at is None:
        over = [one for one in known if one.ended_at is None and quiet and one.began_at < quiet]
        rows = [replace(one, ended_at=quiet) for one in over]
        return rows + began(new, [*(one for one in known if one not in over), *rows])
    ended = new.ended_at
    is_open = [one for one in known if one.ended_at is None and one.began_at <= ended]
    if is_open:
        return [replace(one, ended_at=ended) for one in is_open]
    if any(one.began_at <= ended <= (one.ended_at or ended) for one in known):
        return []
    return [new]


def began(new: Incident, known: Sequence[Incident]) -> list[Incident]:
    """It fires: a new incident, unless one is open or it belongs to one that is over."""
    at = new.began_at
    if any(one.began_at <= at and (one.ended_at is None or at < one.ended_at) for one in known):
        return []
    later = [one for one in known if one.began_at > at]
    if any(one.ended_at is None for one in later):
        return []
    return [replace(new, ended_at=min(one.began_at for one in later))] if later else [new]
