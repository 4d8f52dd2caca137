"""What GitHub answers, as values of ours."""

from __future__ import annotations

from typing import Any

from github.Issue import Issue as Found

from steadyhand.connect.tickets.tracker import (
    DONE,
    MISREAD,
    NOT_PLANNED,
    Issue,
    Refused,
    Unsure,
)

REASONS = {DONE: "completed", NOT_PLANNED: "not_planned"}
"""GitHub's words for why an issue was closed."""
ODD = (AssertionError, *MISREAD)
"""What a client raises over an answer that it cannot make sense of."""
WHOLE = ("resource not accessible", "archived", "suspended", "sso", "scope", "forbids access")
"""Words of a 403 about the token or the whole repository, not about the one issue."""


class Absent(Refused):
    """There is no such thing, or it is hidden, or it is somewhere else now."""


class Odd(Unsure):
    """An answer that is not what the documentation says."""


def issue_of(found: Found, closed_by: str = "") -> Issue:
    """PyGithub's issue as ours. It asks for nothing that a list does not say."""
    return Issue(
        number=found.number,
        title=found.title,
        body=found.body or "",
        labels=tuple(label.name for label in found.labels),
        is_open=found.state == "open",
        author=login(found.user),
        url=found.html_url,
        reason=reason_of(found),
        closed_by=closed_by,
        closed_at=found.closed_at,
    )


def reason_of(found: Found) -> str:
    """Why it was closed. Whatever is not "not planned" counts as done: a duplicate, too."""
    if found.state == "open":
        return ""
    return NOT_PLANNED if found.state_reason == REASONS[NOT_PLANNED] else DONE


def login(user: Any) -> str:
    """Who; nothing for whom GitHub does not know any more."""
    return str(user.login) if user else ""


def message(data: Any) -> str:
    """What an error says: its message, and what is wrong with which field."""
    if not isinstance(data, dict):
        return ""
    errors = data.get("errors")
    listed = errors if isinstance(errors, list) else []
    more = [str(one.get("message") or one.get("code")) for one in listed if isinstance(one, dict)]
    return ": ".join([str(data.get("message") or ""), *more])
