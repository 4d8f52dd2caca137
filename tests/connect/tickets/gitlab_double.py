"""GitLab's REST API v4 as documented, as far as issues are concerned.

Shapes are those of https://docs.gitlab.com/api/issues, /api/labels, /api/notes and
/api/resource_label_events.
"""

from __future__ import annotations

import re
from typing import Any

from tests.connect.tickets.double import ME, TOKEN, Answered, Double, HttpRequest, Route
from tests.connect.tickets.github_on_issues import PROJECT


def user(name: str) -> dict[str, Any]:
    return {
        "id": sum(map(ord, name)),
        "username": name,
        "name": name.title(),
        "state": "active",
        "locked": False,
        "avatar_url": None,
        "web_url": f"https://gitlab.example.com/{name}",
    }


def refusal(status: int, said: Any, **headers: str) -> Answered:
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answered(status, {"message": said}, more)


class GitLabDouble(Double):
    """One project.

    What is left of an issue that was moved is closed, and says where it went
    (https://docs.gitlab.com/api/issues/#move-an-issue). A project whose path changed answers 301
    (https://docs.gitlab.com/user/project/repository/#repository-path-changes). Nobody comments on
    a locked one: 403 (https://docs.gitlab.com/user/discussions/#prevent-comments-by-locking-the-discussion).
    """

    prefix = "/api/v4"

    def __init__(self) -> None:
        super().__init__()
        self.locked: set[int] = set()
        self.renamed = False

    def routed(self, asked: HttpRequest) -> Answered:
        path = asked.path.removeprefix(self.prefix)
        if self.renamed and path.startswith("/projects/"):
            url = f"{self.url}{self.prefix}/projects/7/issues"
            return Answered(301, {"message": "moved"}, {"Location": url})
        found = re.search(r"/issues/(\d+)", path)
        if found and int(found[1]) in self.locked and asked.method in ("POST", "PUT"):
            return refusal(403, "403 Forbidden")
        return super().routed(asked)

    def transfer(self, number: int, to: int) -> None:
        """By a person, to another project."""
        self.issues[number].update(moved_to_id=to, state="closed", closed_at=self.time())

    def routes(self) -> list[tuple[str, str, Route]]:
        project = f"/projects/{PROJECT.replace('/', '%2F')}"
        one = rf"{project}/issues/(\d+)"
        return [
            ("GET", "/user", lambda asked: Answered(200, user(ME))),
            ("GET", f"{project}/issues", self.list),
            ("POST", f"{project}/issues", self.make),
            ("GET", one, self.get),
            ("PUT", one, self.patch),
            ("GET", f"{one}/notes", self.said),
            ("POST", f"{one}/notes", self.say),
            ("GET", f"{one}/resource_label_events", self.happened),
            ("GET", f"{project}/labels/(.+)", self.get_label),
            ("POST", f"{project}/labels", self.make_label),
        ]

    def is_known(self, asked: HttpRequest) -> bool:
        return asked.headers.get("private-token") == TOKEN

    def unknown(self) -> Answered:
        return refusal(401, "401 Unauthorized")

    def pages(self, page: int, last: int, total: int, size: int) -> dict[str, str]:
        return {
            "X-Page": str(page),
            "X-Next-Page": str(page + 1) if page < last else "",
            "X-Prev-Page": str(page - 1) if page > 1 else "",
            "X-Per-Page": str(size),
            "X-Total": str(total),
            "X-Total-Pages": str(last),
        }

    def shown(self, issue: dict[str, Any]) -> dict[str, Any]:
        number = issue["number"]
        return {
            "id": 5000 + number,
            "iid": number,
            "project_id": 42,
            "title": issue["title"],
            "description": issue["body"],
            "state": issue["state"],
            "created_at": issue["created_at"],
            "updated_at": issue["updated_at"],
            "closed_at": issue["closed_at"],
            "closed_by": user(issue["closed_by"]) if issue["closed_by"] else None,
            "labels": sorted(issue["labels"]),
            "milestone": None,
            "assignees": [],
            "author": user(issue["author"]),
            "type": "ISSUE",
            "user_notes_count": len(self.comments.get(number, [])),
            "due_date": None,
            "confidential": False,
            "issue_type": "issue",
            "web_url": f"https://gitlab.example.com/{PROJECT}/-/issues/{number}",
            "has_tasks": True,
            "moved_to_id": issue.get("moved_to_id"),
        }

    # Issues.

    def list(self, asked: HttpRequest) -> Answered:
        wanted = [name for name in asked.one("labels").split(",") if name]
        state = asked.one("state", "all")
        rows = [
            self.shown(issue)
            for _, issue in sorted(self.issues.items(), reverse=True)
            if set(issue["labels"]).issuperset(wanted) and state in ("all", issue["state"])
        ]
        return self.paged(asked, rows, self.pages)

    def make(self, asked: HttpRequest) -> Answered:
        if wrong := self.wrong(asked.body):
            return wrong
        said = asked.body
        labels = [name for name in (said.get("labels") or "").split(",") if name]
        return Answered(201, self.shown(self.put(said["title"], said["description"], labels)))

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
            "state": "opened",
            "author": author,
            "closed_at": None,
            "closed_by": None,
            "created_at": self.time(),
            "updated_at": self.time(),
        } | more
        for name in labels:
            self.labels.setdefault(name, {"id": len(self.labels) + 1, "name": name})
        return issue

    def wrong(self, said: dict[str, Any]) -> Answered | None:
        if len(said.get("title", "x")) > 255:
            return refusal(400, {"title": ["is too long (maximum is 255 characters)"]})
        if len(said.get("description") or "") > 1_048_576:
            return refusal(400, {"description": ["is too long (maximum is 1048576 characters)"]})
        return None

    def there(self, number: str) -> Answered | None:
        return None if int(number) in self.issues else refusal(404, "404 Not found")

    def get(self, asked: HttpRequest, number: str) -> Answered:
        return self.there(number) or Answered(200, self.shown(self.issues[int(number)]))

    def patch(self, asked: HttpRequest, number: str) -> Answered:
        if wrong := self.there(number) or self.wrong(asked.body):
            return wrong
        known = {"title", "description", "state_event", "add_labels", "remove_labels"}
        assert asked.body
        assert set(asked.body) <= known, asked.body
        said, issue = asked.body, self.issues[int(number)]
        issue["title"] = said.get("title", issue["title"])
        issue["body"] = said.get("description", issue["body"])
        for name in filter(None, said.get("add_labels", "").split(",")):
            self.put_label(int(number), name, ME)
        for name in filter(None, said.get("remove_labels", "").split(",")):
            if name in issue["labels"]:
                self.take_label(int(number), name, ME)
        if event := said.get("state_event"):
            self.move(int(number), {"close": "closed", "reopen": "opened"}[event], None, ME)
        issue["updated_at"] = self.time()
        return Answered(200, self.shown(issue))

    def move(self, number: int, state: str, reason: str | None, by: str) -> None:
        """Close or reopen. "Won’t fix" is a label here."""
        issue = self.issues[number]
        is_closed = state == "closed"
        if reason == "not_planned":
            self.put_label(number, "Won't fix", by)
        issue["state"] = "closed" if is_closed else "opened"
        issue["closed_at"] = self.time() if is_closed else None
        issue["closed_by"] = by if is_closed else None

    def delete(self, number: int) -> None:
        """By a person."""
        del self.issues[number]

    # Labels.

    def put_label(self, number: int, name: str, by: str) -> None:
        """Put one on, by a person or by us."""
        self.labels.setdefault(name, {"id": len(self.labels) + 1, "name": name})
        if name not in self.issues[number]["labels"]:
            self.issues[number]["labels"].append(name)
            self.event(number, "add", name, by)

    def take_label(self, number: int, name: str, by: str) -> None:
        """Take one off."""
        self.issues[number]["labels"].remove(name)
        self.event(number, "remove", name, by)

    def event(self, number: int, what: str, label: str, by: str) -> None:
        events = self.events.setdefault(number, [])
        events.append(
            {
                "id": len(events) + 1,
                "user": user(by),
                "created_at": self.time(),
                "resource_type": "Issue",
                "resource_id": 5000 + number,
                "label": {"id": 1, "name": label, "color": "#b0390b", "description": None},
                "action": what,
            }
        )

    def get_label(self, asked: HttpRequest, name: str) -> Answered:
        found = self.labels.get(name)
        return Answered(200, found) if found else refusal(404, "404 Label Not Found")

    def make_label(self, asked: HttpRequest) -> Answered:
        name = asked.body["name"]
        if name in self.labels:
            return refusal(409, "Label already exists")
        assert asked.body["color"].startswith("#")
        self.labels[name] = {"id": len(self.labels) + 1} | asked.body
        return Answered(201, self.labels[name])

    # Notes and events.

    def said(self, asked: HttpRequest, number: str) -> Answered:
        return self.there(number) or self.paged(
            asked, self.comments.get(int(number), []), self.pages
        )

    def say(self, asked: HttpRequest, number: str) -> Answered:
        if wrong := self.there(number):
            return wrong
        return Answered(201, self.put_comment(int(number), asked.body["body"], ME))

    def put_comment(self, number: int, body: str, by: str, *, system: bool = False) -> Any:
        """Say something, by a person, by us or by GitLab itself."""
        said = self.comments.setdefault(number, [])
        said.append(
            {
                "id": len(said) + 1,
                "body": body,
                "author": user(by),
                "created_at": self.time(),
                "updated_at": self.time(),
                "system": system,
                "noteable_id": 5000 + number,
                "noteable_type": "Issue",
                "noteable_iid": number,
                "resolvable": False,
                "confidential": False,
                "internal": False,
            }
        )
        return said[-1]

    def happened(self, asked: HttpRequest, number: str) -> Answered:
        return self.there(number) or self.paged(asked, self.events.get(int(number), []), self.pages)

    def bodies(self, number: int) -> list[str]:
        return [said["body"] for said in self.comments.get(number, [])]
