"""GitHub Issues, by PyGithub. One call, one try: what to repeat, and when, the sync decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from github import Auth, Github
from github.GithubException import BadAttributeException, GithubException, IncompletableObject
from requests.exceptions import RequestException

from steadyhand.connect.tickets.github_answers import (
    ODD,
    REASONS,
    WHOLE,
    Absent,
    Odd,
    issue_of,
    login,
    message,
)
from steadyhand.connect.tickets.github_connection import PlainConnection, Redirected, SafeConnection
from steadyhand.connect.tickets.tracker import (
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
API = "https://api.github.com"
TIMEOUT = 10
"""Seconds until there is an answer, or none."""

BETWEEN_WRITES = 1.0
"""Seconds. GitHub asks for it: content that is made faster trips its secondary limits."""

FLOOR = 100
"""Requests of the hour that are left to whoever else uses the same token."""

SECONDARY = timedelta(minutes=1)
"""How long to be silent after a secondary limit that does not say."""

LONGEST_PAUSE = timedelta(days=1)

EXISTS = 422
GONE = frozenset({404, 410})


SECONDARIES = ("rate limit", "abuse detection")
"""How a secondary limit is worded, now and formerly."""


class GitHub:
    """One repository: `project` is "owner/name", `url` that of a server of one's own, if any."""

    called = "GitHub"
    wont_fix = "close it as “not planned”"

    def __init__(
        self,
        project: str,
        token: str,
        *,
        clock: Callable[[], datetime],
        url: str = "",
        between_writes: float = BETWEEN_WRITES,
        between_requests: float = 0.25,
    ) -> None:
        self.clock = clock
        self.github = Github(
            auth=Auth.Token(token),
            base_url=base(url),
            timeout=TIMEOUT,
            user_agent=AGENT,
            per_page=100,
            retry=None,
            seconds_between_requests=between_requests,
            seconds_between_writes=between_writes,
            lazy=True,
        )
        kind = SafeConnection if (url or API).startswith("https:") else PlainConnection
        vars(self.github.requester)["_Requester__connectionClass"] = kind
        self.project = project
        self.repository = self.github.get_repo(project)

    def close_connections(self) -> None:
        """Let go of the connections."""
        self.github.close()

    def me(self) -> str:
        """The login of the token's owner."""
        with self.asking():
            return str(self.github.get_user().login)

    def labelled(self, names: Sequence[str]) -> Iterator[Issue]:
        """By three lists, which are current; GitHub's search is not. Pull requests are left out."""
        seen: set[int] = set()
        for name in names:
            with self.asking():
                found = list(self.repository.get_issues(state="all", labels=[name]))
            for one in found:
                with self.asking():
                    number = int(one.number)
                try:
                    with self.asking():
                        issue = issue_of(one)
                except Odd:
                    continue  # that one is looked at by its number, and told of there
                if number not in seen and "/pull/" not in urlsplit(issue.url).path:
                    seen.add(number)
                    yield issue

    def issue(self, number: int) -> Issue | None:
        """One issue, with who closed it."""
        try:
            with self.asking():
                found = self.repository.get_issue(number)
                found.complete()
                issue = issue_of(found, closed_by=login(found.closed_by))
        except Absent:
            return None
        except Unsure as unsure:
            raise Rejected(f"#{number}: {unsure.said}") from unsure
        return issue if issue.number == number and self.is_ours(issue.url) else None

    def is_ours(self, url: str) -> bool:
        """Is it an issue of this repository? What was transferred is another's."""
        path = urlsplit(url).path.strip("/").lower()
        return path.startswith(f"{self.project.lower()}/")

    def ensure(self, labels: Sequence[Label]) -> None:
        """Make the labels that are missing; one that somebody made meanwhile is there."""
        for label in labels:
            try:
                with self.asking():
                    self.repository.get_label(label.name).complete()
            except Absent:
                with self.asking(allowed=EXISTS):
                    self.repository.create_label(label.name, label.colour, label.says)

    def create(self, title: str, body: str, label: str) -> Issue:
        """A new issue with one label."""
        with self.asking():
            return issue_of(self.repository.create_issue(title, body, labels=[label]))

    def edit(self, number: int, *, title: str, body: str) -> Issue:
        """Title and body; labels and state stay."""
        with self.writing(number):
            found = self.repository.get_issue(number)
            found.edit(title=title, body=body)
            return issue_of(found)

    def relabel(self, number: int, add: str, remove: Sequence[str]) -> None:
        """Label by label, so that one that a person adds at this moment stays."""
        with self.writing(number):
            found = self.repository.get_issue(number)
            if add:
                found.add_to_labels(add)
        for name in remove:
            try:
                with self.asking():
                    found.remove_from_labels(name)
            except Absent:
                continue  # somebody was faster

    def close(self, number: int, reason: str) -> None:
        """Close it, with its reason."""
        with self.writing(number):
            self.repository.get_issue(number).edit(state="closed", state_reason=REASONS[reason])

    def reopen(self, number: int) -> None:
        """Open it again."""
        with self.writing(number):
            self.repository.get_issue(number).edit(state="open", state_reason="reopened")

    def comment(self, number: int, text: str) -> None:
        """One comment."""
        with self.writing(number):
            self.repository.get_issue(number).create_comment(text)

    def comments(self, number: int) -> Iterator[tuple[str, str]]:
        """Every comment."""
        with self.writing(number):
            found = list(self.repository.get_issue(number).get_comments())
            said = [(login(one.user), one.body or "") for one in found]
        yield from said

    def labelled_by(self, number: int, label: str) -> Labelled | None:
        """The last event that put it there."""
        with self.writing(number):
            events = list(self.repository.get_issue(number).get_events())
            those = [one for one in events if one.event == "labeled"]
            put = [one for one in those if one.label.name.lower() == label.lower()]
            return Labelled(login(put[-1].actor), put[-1].created_at) if put else None

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
        """One or more requests, while GitHub lets us; its ways to say no become ours."""
        self.rest()
        try:
            yield
        except Redirected as moved:
            said = f"it was renamed or moved ({moved.status}); name where it is now"
            raise Absent(said) from moved
        except IncompletableObject as odd:
            raise Odd("GitHub's answer is odd (no address)") from odd
        except GithubException as said:
            if said.status != allowed:
                raise self.trouble(said) from said
        except (BadAttributeException, *ODD) as odd:
            raise Odd(f"GitHub's answer is odd ({type(odd).__name__})") from odd
        except RequestException as failed:
            raise Unsure(f"GitHub does not answer ({type(failed).__name__})") from failed

    def rest(self) -> None:
        """Stop while something is left of the hour."""
        requester = self.github.requester
        remaining, limit = requester.rate_limiting
        resets = number_in(str(requester.rate_limiting_resettime))
        until = datetime.fromtimestamp(resets or 0, UTC)
        if 0 <= remaining < min(FLOOR, limit // 10) and until > self.clock():
            raise Paused("few requests of this hour are left", until)

    def trouble(self, said: GithubException) -> TrackerFailed:
        """What GitHub meant."""
        words = message(said.data)
        if said.status in (403, 429) and (until := self.pause(said)):
            return Paused(words or "too many requests", until)
        if said.status == 401:
            return Refused("token refused")
        if said.status in GONE:
            return Absent("no such project, or the token may not see it")
        if said.status == EXISTS:
            return Rejected(words or "not valid")
        if said.status >= 500:
            return Unsure(f"GitHub fails ({said.status})")
        of_one = said.status == 403 and not any(one in words.lower() for one in WHOLE)
        return Refused(f"refused ({said.status} {words})", of_one=of_one)

    def pause(self, said: GithubException) -> datetime | None:
        """Until when it wants silence; None where it does not say that at all."""
        now, headers = self.clock(), {k.lower(): v for k, v in (said.headers or {}).items()}
        longest = now + LONGEST_PAUSE
        if (after := number_in(headers.get("retry-after"))) is not None:
            return min(longest, now + timedelta(seconds=after))
        if headers.get("x-ratelimit-remaining") == "0":
            reset = datetime.fromtimestamp(number_in(headers.get("x-ratelimit-reset")) or 0, UTC)
            return min(longest, max(reset, now))
        words = message(said.data).lower()
        is_secondary = said.status == 429 or any(one in words for one in SECONDARIES)
        return now + SECONDARY if is_secondary else None


def base(url: str) -> str:
    """Where the API is: a server of one's own has it below /api/v3."""
    if not url:
        return API
    plain = url.rstrip("/")
    return plain if urlsplit(plain).path else f"{plain}/api/v3"
