"""GitHub's REST API as documented (2022-11-28), as far as issues are concerned.

Shapes are those of https://docs.github.com/en/rest/issues: issues, labels, comments, events.
"""

from __future__ import annotations

import re
from typing import Any

from tests.connect.tickets.double import ME, TOKEN, Answered, HttpRequest, Route
from tests.connect.tickets.github_on_issues import PROJECT, OnIssues, invalid, refusal, user


class GitHubDouble(OnIssues):
    """One repository.

    It is as unforgiving as GitHub: an issue that was transferred answers 301 and leads to another
    repository, where its number may be a stranger's; one that was deleted answers 410
    (https://docs.github.com/en/rest/issues/issues#get-an-issue). A renamed repository answers 301,
    and 307 to what writes
    (https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api).
    Nobody comments on a locked one: 403 (https://docs.github.com/en/rest/issues/issues#lock-an-issue).
    """

    def __init__(self) -> None:
        super().__init__()
        self.transferred: dict[int, int] = {}
        self.elsewhere: dict[int, dict[str, Any]] = {}
        self.locked: set[int] = set()
        self.renamed = False

    def routed(self, asked: HttpRequest) -> Answered:
        path = asked.path.removeprefix(self.prefix)
        if self.renamed and path.startswith(f"/repos/{PROJECT}"):
            return self.pointing(asked, path.replace(f"/repos/{PROJECT}", "/repositories/7", 1))
        if found := re.match(rf"/repos/{PROJECT}/issues/(\d+)(.*)", path):
            number = int(found[1])
            if number in self.transferred:
                there = f"/repositories/8/issues/{self.transferred[number]}{found[2]}"
                return self.pointing(asked, there)
            if number in self.locked and asked.method in ("POST", "PATCH"):
                return refusal(403, "Unable to create comment because issue is locked.")
        if found := re.match(r"/repositories/8/issues/(\d+)", path):
            stranger = self.elsewhere[int(found[1])]
            if asked.method == "PATCH":
                stranger.update(asked.body)
            return Answered(200, self.shown(stranger, whole=True))
        return super().routed(asked)

    def pointing(self, asked: HttpRequest, there: str) -> Answered:
        url = f"{self.url}{self.prefix}{there}"
        status = 301 if asked.method == "GET" else 307
        return Answered(status, {"message": "Moved Permanently", "url": url}, {"Location": url})

    def transfer(self, number: int, to: int) -> None:
        """By a person, to another repository, where the number after it is somebody else's."""
        self.transferred[number] = to
        self.elsewhere[to] = self.issues.pop(number) | {
            "number": to,
            "title": "A stranger's",
            "body": "theirs",
            "labels": ["theirs"],
        }

    def routes(self) -> list[tuple[str, str, Route]]:
        repo = rf"/repos/{PROJECT}"
        one = rf"{repo}/issues/(\d+)"
        return [
            ("GET", "/user", lambda asked: Answered(200, user(ME))),
            ("GET", f"{repo}/issues", self.list),
            ("POST", f"{repo}/issues", self.make),
            ("GET", one, self.get),
            ("PATCH", one, self.patch),
            ("GET", f"{one}/comments", self.said),
            ("POST", f"{one}/comments", self.say),
            ("GET", f"{one}/events", self.happened),
            ("POST", f"{one}/labels", self.label),
            ("DELETE", f"{one}/labels/(.+)", self.unlabel),
            ("GET", f"{repo}/labels/(.+)", self.get_label),
            ("POST", f"{repo}/labels", self.make_label),
        ]

    def is_known(self, asked: HttpRequest) -> bool:
        return asked.headers.get("authorization") in {f"token {TOKEN}", f"Bearer {TOKEN}"}

    def unknown(self) -> Answered:
        return refusal(401, "Bad credentials")

    def shown(self, issue: dict[str, Any], *, whole: bool = False) -> dict[str, Any]:
        """An issue as GitHub shows it: who closed it is told only of a single one."""
        base = f"{self.url}{self.prefix}/repos/{PROJECT}"
        number = issue["number"]
        kind = "pull" if issue.get("pull_request") else "issues"
        shown = {
            "id": 1000 + number,
            "node_id": f"I_{number}",
            "url": f"{base}/issues/{number}",
            "repository_url": base,
            "labels_url": f"{base}/issues/{number}/labels{{/name}}",
            "comments_url": f"{base}/issues/{number}/comments",
            "events_url": f"{base}/issues/{number}/events",
            "html_url": f"https://github.com/{PROJECT}/{kind}/{number}",
            "number": number,
            "state": issue["state"],
            "state_reason": issue["state_reason"],
            "title": issue["title"],
            "body": issue["body"],
            "user": user(issue["author"]),
            "labels": [self.labels.get(name) or self.label_of(name) for name in issue["labels"]],
            "assignee": None,
            "assignees": [],
            "milestone": None,
            "locked": False,
            "active_lock_reason": None,
            "comments": len(self.comments.get(number, [])),
            "closed_at": issue["closed_at"],
            "created_at": issue["created_at"],
            "updated_at": issue["updated_at"],
            "author_association": "COLLABORATOR",
        }
        if issue.get("pull_request"):
            shown["pull_request"] = {"url": f"{base}/pulls/{number}"}
        if whole:
            shown["closed_by"] = user(issue["closed_by"]) if issue["closed_by"] else None
        return shown

    # Issues.

    def list(self, asked: HttpRequest) -> Answered:
        wanted = [name.lower() for name in asked.one("labels").split(",") if name]
        state = asked.one("state", "open")
        rows = [
            self.shown(issue)
            for number, issue in sorted(self.issues.items(), reverse=True)
            if {name.lower() for name in issue["labels"]}.issuperset(wanted)
            and state in ("all", issue["state"])
        ]
        return self.paged(asked, rows, lambda *_: {})

    def make(self, asked: HttpRequest) -> Answered:
        if wrong := self.wrong(asked.body):
            return wrong
        return Answered(201, self.shown(self.put(**asked.body), whole=True))

    def put(
        self, title: str, body: str = "", labels: Any = (), author: str = ME, **more: Any
    ) -> Any:
        """A new issue; people make them this way, too."""
        self.last += 1
        self.issues[self.last] = issue = {
            "number": self.last,
            "title": title,
            "body": body,
            "labels": list(labels),
            "state": "open",
            "state_reason": None,
            "author": author,
            "closed_at": None,
            "closed_by": None,
            "created_at": self.time(),
            "updated_at": self.time(),
        } | more
        for name in labels:
            self.labels.setdefault(name, self.label_of(name))
        return issue

    def wrong(self, said: dict[str, Any]) -> Answered | None:
        title, body = said.get("title", "x"), said.get("body") or ""
        if not isinstance(title, str) or not title.strip():
            return invalid("title", "missing_field")
        if len(title) > 256:
            return invalid("title", "custom", "title is too long (maximum is 256 characters)")
        if len(body.encode("utf-16-le")) // 2 > 65536:
            return invalid("body", "custom", "body is too long (maximum is 65536 characters)")
        if said.get("state_reason") not in (
            None,
            "completed",
            "not_planned",
            "duplicate",
            "reopened",
        ):
            return invalid("state_reason")
        return None

    def get(self, asked: HttpRequest, number: str) -> Answered:
        return self.there(number) or Answered(200, self.shown(self.issues[int(number)], whole=True))

    def patch(self, asked: HttpRequest, number: str) -> Answered:
        if wrong := self.there(number) or self.wrong(asked.body):
            return wrong
        known = {"title", "body", "state", "state_reason", "labels", "assignees", "milestone"}
        assert set(asked.body) <= known, asked.body
        issue, said = self.issues[int(number)], asked.body
        state = said.get("state", issue["state"])
        for name in ("title", "body", "labels"):
            issue[name] = said.get(name, issue[name])
        if state != issue["state"]:
            self.move(int(number), state, said.get("state_reason"), ME)
        issue["updated_at"] = self.time()
        return Answered(200, self.shown(issue, whole=True))

    def move(self, number: int, state: str, reason: str | None, by: str) -> None:
        """Close or reopen; people do it this way."""
        issue = self.issues[number]
        is_closed = state == "closed"
        issue["state"] = state
        issue["state_reason"] = (reason or "completed") if is_closed else "reopened"
        issue["closed_at"] = self.time() if is_closed else None
        issue["closed_by"] = by if is_closed else None

    def delete(self, number: int) -> None:
        """By a person."""
        del self.issues[number]
        self.deleted.add(number)

    # What a test reads.

    def bodies(self, number: int) -> list[str]:
        return [said["body"] for said in self.comments.get(number, [])]
