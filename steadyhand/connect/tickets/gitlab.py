"""GitLab issues, by python-gitlab. One call, one try: what to repeat, the mirror decides."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from gitlab import Gitlab
from gitlab.exceptions import GitlabError, RedirectError

from steadyhand.connect.tickets.tracker import (
    DONE,
    MISREAD,
    NOT_PLANNED,
    Issue,
    Labelled,
    Paused,
    Refused,
    Rejected,
    TrackerFailed,
    Unsure,
    number_in,
)
from steadyhand.rhythm.tickets.content import Label

AGENT = "steadyhand"
SITE = "https://gitlab.com"
TIMEOUT = 10
"""Seconds until there is an answer, or none."""

FLOOR = 10
"""Requests of the minute that are left to whoever else uses the same token."""

UNSAID = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(days=1)
WONT_FIX = frozenset({"wontfix", "notplanned"})
"""Labels that say it is to stay, by their letters: "wontfix", "won't fix", "Won’t fix"."""


class Once(Gitlab):
    """A client that never sleeps and tries again by itself: a function has no time for that."""

    def http_request(self, *given: Any, **named: Any) -> requests.Response:
        """One request."""
        return super().http_request(*given, **(named | {"obey_rate_limit": False}))


class GitLab:
    """One project: `project` is "group/name", `url` that of a server of one's own, if any."""

    called = "GitLab"
    wont_fix = "close it with the label `wontfix`"

    def __init__(
        self, project: str, token: str, *, clock: Callable[[], datetime], url: str = ""
    ) -> None:
        self.clock = clock
        self.headers: Mapping[str, str] = {}
        self.gitlab = Once(
            url.rstrip("/") or SITE,
            private_token=token,
            timeout=TIMEOUT,
            per_page=100,
            user_agent=AGENT,
            keep_base_url=True,  # the token goes to no other host, whatever an answer says
        )
        self.gitlab.session.hooks["response"].append(self.listen)
        # A project that was renamed or moved answers 301
        # (https://docs.gitlab.com/user/project/repository/#repository-path-changes): not followed.
        self.gitlab.session.max_redirects = 0
        self.project = self.gitlab.projects.get(project, lazy=True)

    def listen(self, response: requests.Response, **_: Any) -> None:
        """The last answer's headers: they say how much more may be asked."""
        self.headers = response.headers

    def close_connections(self) -> None:
        """Let go of the connections."""
        self.gitlab.session.close()

    def me(self) -> str:
        """The name of the token's owner."""
        with self.asking():
            self.gitlab.auth()
        return str(self.gitlab.user.username) if self.gitlab.user else ""

    def labelled(self, names: Sequence[str]) -> Iterator[Issue]:
        """By three lists: a list with several labels wants all of them on one issue."""
        seen: set[int] = set()
        for name in names:
            with self.asking():
                found = [
                    one.attributes
                    for one in self.project.issues.list(iterator=True, labels=[name])
                    if not has_moved(one.attributes)
                ]
            for one in found:
                with self.asking():
                    number = int(one["iid"])
                try:
                    with self.asking():
                        issue = issue_of(one)
                except Odd:
                    continue  # that one is looked at by its number, and told of there
                if number not in seen:
                    seen.add(number)
                    yield issue

    def issue(self, number: int) -> Issue | None:
        """One issue."""
        try:
            with self.asking():
                found = self.project.issues.get(number).attributes
                issue = issue_of(found)
        except Absent:
            return None
        except Unsure as unsure:
            raise Rejected(f"#{number}: {unsure.said}") from unsure
        return None if has_moved(found) or issue.number != number else issue

    def ensure(self, labels: Sequence[Label]) -> None:
        """Make the labels that are missing; one that somebody made meanwhile is there."""
        for label in labels:
            try:
                with self.asking():
                    self.project.labels.get(label.name)
            except Absent:
                said = {"name": label.name, "color": f"#{label.colour}", "description": label.says}
                with self.asking(allowed=409):
                    self.project.labels.create(said)

    def create(self, title: str, body: str, label: str) -> Issue:
        """A new issue with one label."""
        said = {"title": title, "description": body, "labels": label}
        with self.asking():
            return issue_of(self.project.issues.create(said).attributes)

    def edit(self, number: int, *, title: str, body: str) -> Issue:
        """Title and description; labels and state stay."""
        with self.writing(number):
            return issue_of(self.update(number, title=title, description=body))

    def relabel(self, number: int, add: str, remove: Sequence[str]) -> None:
        """Labels that are not named stay."""
        said = {"remove_labels": ",".join(remove)} if remove else {}
        self.update(number, **said, **({"add_labels": add} if add else {}))

    def close(self, number: int, reason: str) -> None:
        """Close it. GitLab keeps no reason; what is said below it does."""
        del reason
        self.update(number, state_event="close")

    def reopen(self, number: int) -> None:
        """Open it again."""
        self.update(number, state_event="reopen")

    def comment(self, number: int, text: str) -> None:
        """One note."""
        with self.writing(number):
            self.project.issues.get(number, lazy=True).notes.create({"body": text})

    def comments(self, number: int) -> Iterator[tuple[str, str]]:
        """Every note of a person or of us; what GitLab notes itself is left out."""
        with self.writing(number):
            issue = self.project.issues.get(number, lazy=True)
            found = list(issue.notes.list(iterator=True, sort="asc", order_by="created_at"))
            said = [(login(one.author), one.body or "") for one in found if not one.system]
        yield from said

    def labelled_by(self, number: int, label: str) -> Labelled | None:
        """The last event that put it there."""
        with self.writing(number):
            issue = self.project.issues.get(number, lazy=True)
            events = list(issue.resourcelabelevents.list(iterator=True))
            those = [one for one in events if one.action == "add" and one.label]
            put = [one for one in those if one.label["name"].lower() == label.lower()]
            return Labelled(login(put[-1].user), time_of(put[-1].created_at)) if put else None

    def update(self, number: int, **said: str) -> Mapping[str, Any]:
        """Change what is named, answer what it is now."""
        with self.writing(number):
            answer = self.project.issues.update(number, said)
            return answer if isinstance(answer, Mapping) else {}

    @contextmanager
    def writing(self, number: int) -> Iterator[None]:
        """The same about one issue: where that is gone, only that is refused."""
        try:
            with self.asking():
                yield
        except Absent as absent:
            raise Rejected(f"#{number} is not there any more") from absent
        except Odd as odd:
            raise Rejected(f"#{number}: {odd.said}") from odd
        except Refused as refused:
            if refused.of_one:
                raise Rejected(f"#{number}: {refused.said}") from refused
            raise

    @contextmanager
    def asking(self, allowed: int = 0) -> Iterator[None]:
        """One or more requests, while GitLab lets us; its ways to say no become ours."""
        self.rest()
        try:
            yield
        except GitlabError as said:
            if said.response_code != allowed or not allowed:
                raise self.trouble(said) from said
        except requests.TooManyRedirects as moved:
            raise Absent("it was renamed or moved; name where it is now") from moved
        except requests.RequestException as failed:
            raise Unsure(f"GitLab does not answer ({type(failed).__name__})") from failed
        except MISREAD as odd:
            raise Odd(f"GitLab's answer is odd ({type(odd).__name__})") from odd

    def rest(self) -> None:
        """Stop while something is left of the minute."""
        left, limit = self.header("RateLimit-Remaining"), self.header("RateLimit-Limit")
        until = datetime.fromtimestamp(self.header("RateLimit-Reset") or 0, UTC)
        if left is None or limit is None or until <= self.clock():
            return
        if left < min(FLOOR, limit // 10):
            raise Paused("few requests of this minute are left", until)

    def header(self, name: str) -> int | None:
        """A number that the last answer's headers said."""
        return number_in(self.headers.get(name))

    def trouble(self, said: GitlabError) -> TrackerFailed:
        """What GitLab meant."""
        code, words = said.response_code or 0, str(said.error_message)
        if code == 429:
            return Paused("too many requests", self.pause())
        if code == 401:
            return Refused("token refused")
        if code == 404:
            return Absent("no such project, or the token may not see it")
        if code in (400, 409, 422):
            return Rejected(words)
        if isinstance(said, RedirectError) or code in (403, 405):
            said_so = f"refused ({code or 'redirected'} {words})"
            return Refused(said_so, of_one=code == 403 and "scope" not in words.lower())
        return Unsure(f"GitLab fails ({code or type(said).__name__})")

    def pause(self) -> datetime:
        """Until when it wants silence."""
        now = self.clock()
        after, reset = self.header("Retry-After"), self.header("RateLimit-Reset")
        if after is not None:
            until = now + timedelta(seconds=after)
        else:
            until = datetime.fromtimestamp(reset, UTC) if reset else now + UNSAID
        return min(now + LONGEST_PAUSE, max(now, until))


class Absent(Refused):
    """There is no such thing, or it is hidden, or it is somewhere else now."""


class Odd(Unsure):
    """An answer that is not what the documentation says."""


def has_moved(said: Mapping[str, Any]) -> bool:
    """Was the issue moved to another project? What is left of it here is closed for good."""
    return bool(said.get("moved_to_id"))


def issue_of(said: Mapping[str, Any]) -> Issue:
    """GitLab's issue as ours."""
    labels = tuple(str(name) for name in said["labels"])
    is_open, ended = said["state"] == "opened", said.get("closed_at")
    stays = any(re.sub(r"[^a-z]", "", name.lower()) in WONT_FIX for name in labels)
    return Issue(
        number=int(said["iid"]),
        title=said["title"],
        body=said.get("description") or "",
        labels=labels,
        is_open=is_open,
        author=login(said.get("author")),
        url=said["web_url"],
        reason="" if is_open else NOT_PLANNED if stays else DONE,
        closed_by=login(said.get("closed_by")),
        closed_at=time_of(ended) if ended else None,
    )


def login(user: Any) -> str:
    """Who; nothing for whom GitLab does not know any more."""
    return str(user["username"]) if user else ""


def time_of(said: str) -> datetime:
    """A time as GitLab writes it."""
    return datetime.fromisoformat(said)
