"""GitHub's labels, comments and events, and how it refuses: what hangs on an issue.

Shapes are those of https://docs.github.com/en/rest/issues: labels, comments, events.
"""

from __future__ import annotations

from typing import Any

from tests.connect.tickets.double import ME, Answered, Double, HttpRequest

PROJECT = "acme/infra"
DOCS = "https://docs.github.com/rest"


def user(login: str) -> dict[str, Any]:
    return {
        "login": login,
        "id": sum(map(ord, login)),
        "node_id": "MDQ6VXNlcjE=",
        "avatar_url": "https://github.com/images/error/octocat_happy.gif",
        "url": f"https://api.github.com/users/{login}",
        "html_url": f"https://github.com/{login}",
        "type": "User",
        "site_admin": False,
    }


def refusal(status: int, said: str, **headers: str) -> Answered:
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    body = {"message": said, "documentation_url": DOCS, "status": str(status)}
    return Answered(status, body, more)


def invalid(field: str, code: str = "invalid", said: str = "") -> Answered:
    error = {"resource": "Issue", "field": field, "code": code} | (
        {"message": said} if said else {}
    )
    return Answered(
        422, {"message": "Validation Failed", "errors": [error], "documentation_url": DOCS}
    )


class OnIssues(Double):
    """What is put on the issues of one repository, by a person or by us."""

    prefix = "/api/v3"

    def there(self, number: str) -> Answered | None:
        if int(number) in self.deleted:
            return refusal(410, "This issue was deleted")
        return None if int(number) in self.issues else refusal(404, "Not Found")

    def label_of(
        self, name: str, colour: str = "ededed", says: str | None = None
    ) -> dict[str, Any]:
        url = f"{self.url}{self.prefix}/repos/{PROJECT}/labels/{name}"
        return {
            "id": sum(map(ord, name)),
            "node_id": "LA_1",
            "url": url,
            "name": name,
            "description": says,
            "color": colour,
            "default": False,
        }

    def put_label(self, number: int, name: str, by: str) -> None:
        """Put one on, by a person or by us."""
        self.labels.setdefault(name, self.label_of(name))
        issue = self.issues[number]
        if name not in issue["labels"]:
            issue["labels"].append(name)
            self.event(number, "labeled", name, by)

    def take_label(self, number: int, name: str, by: str) -> None:
        """Take one off."""
        self.issues[number]["labels"].remove(name)
        self.event(number, "unlabeled", name, by)

    def event(self, number: int, what: str, label: str, by: str) -> None:
        events = self.events.setdefault(number, [])
        events.append(
            {
                "id": len(events) + 1,
                "node_id": "LE_1",
                "url": f"{self.url}{self.prefix}/repos/{PROJECT}/issues/events/{len(events) + 1}",
                "actor": user(by),
                "event": what,
                "commit_id": None,
                "commit_url": None,
                "created_at": self.time(),
                "label": {"name": label, "color": "ededed"},
                "performed_via_github_app": None,
            }
        )

    def label(self, asked: HttpRequest, number: str) -> Answered:
        if wrong := self.there(number):
            return wrong
        names = asked.body["labels"] if isinstance(asked.body, dict) else asked.body
        for name in names:
            self.labels.setdefault(name, self.label_of(name))
            self.put_label(int(number), name, ME)
        return Answered(200, [self.labels[name] for name in self.issues[int(number)]["labels"]])

    def unlabel(self, asked: HttpRequest, number: str, name: str) -> Answered:
        if wrong := self.there(number):
            return wrong
        if name not in self.issues[int(number)]["labels"]:
            return refusal(404, "Label does not exist")
        self.take_label(int(number), name, ME)
        return Answered(200, [self.labels[one] for one in self.issues[int(number)]["labels"]])

    def get_label(self, asked: HttpRequest, name: str) -> Answered:
        found = self.labels.get(name)
        return Answered(200, found) if found else refusal(404, "Not Found")

    def make_label(self, asked: HttpRequest) -> Answered:
        name = asked.body["name"]
        if name in self.labels:
            return Answered(
                422,
                {
                    "message": "Validation Failed",
                    "errors": [{"resource": "Label", "code": "already_exists", "field": "name"}],
                    "documentation_url": DOCS,
                },
            )
        assert len(asked.body["description"]) <= 100
        made = self.label_of(name, asked.body["color"], asked.body["description"])
        self.labels[name] = made
        return Answered(201, made)

    def said(self, asked: HttpRequest, number: str) -> Answered:
        return self.there(number) or self.paged(
            asked, self.comments.get(int(number), []), lambda *_: {}
        )

    def say(self, asked: HttpRequest, number: str) -> Answered:
        if wrong := self.there(number):
            return wrong
        return Answered(201, self.put_comment(int(number), asked.body["body"], ME))

    def put_comment(self, number: int, body: str, by: str) -> dict[str, Any]:
        """Say something, by a person or by us."""
        said = self.comments.setdefault(number, [])
        said.append(
            {
                "id": len(said) + 1,
                "node_id": "IC_1",
                "url": f"{self.url}{self.prefix}/repos/{PROJECT}/issues/comments/{len(said) + 1}",
                "html_url": f"https://github.com/{PROJECT}/issues/{number}#issuecomment-1",
                "body": body,
                "user": user(by),
                "created_at": self.time(),
                "updated_at": self.time(),
                "author_association": "COLLABORATOR",
            }
        )
        return said[-1]

    def happened(self, asked: HttpRequest, number: str) -> Answered:
        return self.there(number) or self.paged(
            asked, self.events.get(int(number), []), lambda *_: {}
        )
