"""APIs with a token, over a real socket: pages, limits, refusals, and answers that are none.

Each API's limits and pages are as its own documentation says; where that is stands in its client.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

from steadyhand.clients import cloudflare, github, gitlab, pages_of
from steadyhand.clients.rest import PATIENCE, TRIES, UNTOLD, Rest
from steadyhand.model import Call, ReadFailed
from tests.clients.rude import HOST, Rude, Say, page

TOKEN = "t0k3n-of-the-owner"
NOW = 1_800_000_000.0
ALL = (cloudflare.Cloudflare, github.GitHub, gitlab.GitLab)


@pytest.fixture(scope="module")
def rude(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rude]:
    host = Rude(tmp_path_factory.mktemp("api"))
    yield host
    host.listening.close()


class Clock:
    """Time that passes where somebody waits."""

    def __init__(self) -> None:
        self.at, self.waited = NOW, list[float]()

    def __call__(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.at += seconds


def client(rude: Rude, kind: type[Rest], clock: Clock | None = None, **more: Any) -> Rest:
    clock = clock or Clock()
    origin = f"https://{HOST}:{rude.port}"
    rude.heard.clear()
    return kind(origin=origin, https=rude.client(most=5000, **more), clock=clock, sleep=clock.sleep)


def enveloped(result: Any, here: int = 1, pages: int = 1) -> dict[str, Any]:
    told = {"page": here, "per_page": 2, "count": 1, "total_count": 9, "total_pages": pages}
    return {"success": True, "errors": [], "messages": [], "result": result, "result_info": told}


def good(kind: type[Rest], result: Any) -> Any:
    return enveloped(result) if kind is cloudflare.Cloudflare else result


def read(api: Rest, path: str) -> list[Any]:
    """All pages, as the client of AWS reads them."""
    asked = Call("api:Get", {"Path": path})
    answers = pages_of(lambda call: api.ask(call.params, token=TOKEN), asked)
    return [item for answer in answers for item in answer["result"]]


def failed(rude: Rude, kind: type[Rest], say: Say, clock: Clock | None = None) -> ReadFailed:
    rude.pages["/x"] = say
    api = client(rude, kind, clock)
    with pytest.raises(ReadFailed) as no:
        read(api, "/x")
    told = "".join(traceback.format_exception(no.value)) + str(vars(api))
    assert TOKEN not in told, "a token is in no word of a failure, and kept nowhere"
    assert "secret of theirs" not in told
    return no.value


def one_after_another(says: list[Say]) -> Say:
    """A host that says something else each time."""
    left = iter(says)

    def say(said: Any, asked: str) -> None:
        next(left)(said, asked)

    return say


# Pages.


def test_cloudflare_s_pages_are_counted(rude: Rude) -> None:
    rude.pages |= {
        "/zones?per_page=2": page(enveloped(["a", "b"], 1, 3)),
        "/zones?per_page=2&page=2": page(enveloped(["c", "d"], 2, 3)),
        "/zones?per_page=2&page=3": page(enveloped(["e"], 3, 3)),
    }
    api = client(rude, cloudflare.Cloudflare)
    assert read(api, "/zones?per_page=2") == ["a", "b", "c", "d", "e"]
    assert all(f"Authorization: Bearer {TOKEN}" in one for one in rude.heard)
    assert len(rude.heard) == 3


@pytest.mark.parametrize("kind", [github.GitHub, gitlab.GitLab])
def test_a_link_names_the_next_page(rude: Rude, kind: type[Rest]) -> None:
    at = f"https://{HOST}:{rude.port}"
    link = f'Link: <{at}/r?page=1>; rel="prev", <{at}/r?page=2>; rel="next"'
    rude.pages |= {"/r": page([1], 200, link), "/r?page=2": page([2])}
    assert read(client(rude, kind), "/r") == [1, 2]


@pytest.mark.parametrize("kind", [github.GitHub, gitlab.GitLab])
@pytest.mark.parametrize(
    "where", ["https://evil.example.com/r", "http://{}/r", "https://{}.evil.com/r"]
)
def test_a_page_elsewhere_is_not_asked_for(rude: Rude, kind: type[Rest], where: str) -> None:
    link = f'Link: <{where.format(f"{HOST}:{rude.port}")}>; rel="next"'
    assert failed(rude, kind, page([1], 200, link)).code == "Moved"
    assert len(rude.heard) == 1


@pytest.mark.parametrize("kind", ALL)
def test_a_page_that_names_itself_ends(rude: Rude, kind: type[Rest]) -> None:
    link = f'Link: <https://{HOST}:{rude.port}/x>; rel="next"'
    rude.pages["/x?page=2"] = page(enveloped([1], 1, 2))
    assert (
        failed(
            rude,
            kind,
            page(good(kind, [1]) if kind is not ALL[0] else enveloped([1], 1, 2), 200, link),
        ).code
        == "RepeatedPage"
    )


def test_what_a_classic_token_of_github_may_is_told(rude: Rude) -> None:
    rude.pages["/user"] = page({"login": "ann"}, 200, "X-OAuth-Scopes: repo, read:org")
    said = client(rude, github.GitHub).ask({"Path": "/user"}, TOKEN)
    assert said == {"result": {"login": "ann"}, "Scopes": ["repo", "read:org"]}


# Refusals and answers that are none: a failure each, and never an empty list.

SECRET = {"message": "secret of theirs"}
REFUSED = [
    (page(SECRET, 401), "TokenRefused", 1),
    (page(SECRET, 403), "TokenTooNarrow", 1),
    (page(SECRET, 404), "NotFound", 1),
    (page(SECRET, 400), "Refused", 1),
    (page(SECRET, 500), "NoAnswer", TRIES),
    (page(b"<html>secret of theirs</html>", 502), "NoAnswer", TRIES),
    (page(b"<html>secret of theirs</html>"), "MalformedAnswer", 1),
    (page(b'"text"'), "MalformedAnswer", 1),
    (page(b"[" * 3000), "MalformedAnswer", 1),
    (page(b"[1, 2", length=900), "NoAnswer", TRIES),
    (lambda *_: None, "NoAnswer", TRIES),
    (page(b" " * 6000), "TooLong", 1),
    (page(b"", 301, "Location: https://evil.example.com/x"), "Moved", 1),
    (page(b"", 302, "Location: /y"), "Moved", 1),
]  # fmt: skip


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize(("say", "code", "times"), REFUSED)
def test_what_is_refused_is_a_failure(
    rude: Rude, kind: type[Rest], say: Say, code: str, times: int
) -> None:
    rude.pages["/y"] = page(good(kind, []))
    assert failed(rude, kind, say).code == code
    assert len(rude.heard) == times
    assert not any("/y" in one.splitlines()[0] for one in rude.heard)


@pytest.mark.parametrize(
    "body",
    [
        {"success": False, "result": [], "errors": [{"message": "secret of theirs"}]},
        {"success": True, "result": []},
        {"success": True, "result": [], "result_info": {"page": 1}},
        {"success": True, "result": None, "result_info": {"page": 1, "total_pages": 1}},
        {"success": True},
        [],
    ],
)
def test_cloudflare_s_envelope_says_whether_it_is_one(rude: Rude, body: Any) -> None:
    assert failed(rude, cloudflare.Cloudflare, page(body)).code == "MalformedAnswer"


def test_a_token_that_is_for_no_zone_shows_nothing(rude: Rude) -> None:
    """Cloudflare leaves out what a token is not for, and says 200."""
    rude.pages |= {"/zones?a=1": page(enveloped([])), "/zones/1/dns_records": page(enveloped([]))}
    api = client(rude, cloudflare.Cloudflare)
    with pytest.raises(ReadFailed, match="no zone"):
        read(api, "/zones?a=1")
    assert read(api, "/zones/1/dns_records") == []


@pytest.mark.parametrize("kind", ALL)
def test_what_fails_once_is_asked_again(rude: Rude, kind: type[Rest]) -> None:
    says = [page(status=503), page(b"[", length=50), page(good(kind, ["a"]))]
    rude.pages["/x"] = one_after_another(says)
    assert read(client(rude, kind), "/x") == ["a"]


# How often.


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize(("status", "head"), [(429, "Retry-After: 7"), (429, "Retry-After: 0")])
def test_who_asks_for_time_gets_it(rude: Rude, kind: type[Rest], status: int, head: str) -> None:
    says = [page(b"{}", status, head), page(good(kind, ["a"]))]
    rude.pages["/x"] = one_after_another(says)
    clock = Clock()
    assert read(client(rude, kind, clock), "/x") == ["a"]
    assert clock.at - NOW >= int(head.partition(": ")[2])


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("head", [("Retry-After: 300",), (), ("Retry-After: Fri, 31 Dec 1999",)])
def test_who_asks_for_too_much_is_unknown_until_then(
    rude: Rude, kind: type[Rest], head: tuple[str, ...]
) -> None:
    """Cloudflare refuses for five minutes: nobody waits that long, and nobody asks meanwhile."""
    rude.pages["/x"] = page(b"{}", 429, *head)
    clock = Clock()
    api = client(rude, kind, clock)
    for _ in range(3):
        with pytest.raises(ReadFailed) as no:
            read(api, "/x")
        assert no.value.code == "Throttled"
    assert len(rude.heard) == 1
    assert clock.at - NOW <= PATIENCE
    rude.pages["/x"] = page(good(kind, ["a"]))
    clock.at += max(300, UNTOLD)
    assert read(api, "/x") == ["a"]


LEFT = {
    cloudflare.Cloudflare: 'Ratelimit: "default";r={left};t={seconds:.0f}, "burst";r=99;t=1',
    github.GitHub: "X-RateLimit-Remaining: {left}\r\nX-RateLimit-Reset: {at:.0f}",
    gitlab.GitLab: "RateLimit-Remaining: {left}\r\nRateLimit-Reset: {at:.0f}",
}


@pytest.mark.parametrize("kind", ALL)
def test_some_questions_are_left_to_whoever_shares_the_token(rude: Rude, kind: type[Rest]) -> None:
    def answer(left: int) -> Say:
        head = LEFT[kind].format(left=left, seconds=9, at=NOW + 9)
        return page(good(kind, ["a"]), 200, *head.split("\r\n"))

    clock = Clock()
    api = client(rude, kind, clock)
    rude.pages["/x"] = answer(kind.spare + 1)
    assert read(api, "/x") + read(api, "/x") == ["a", "a"]
    assert clock.at == NOW
    rude.pages["/x"] = answer(kind.spare)
    assert read(api, "/x") == ["a"], "what was answered counts"
    assert read(api, "/x") == ["a"]
    assert clock.at >= NOW + 9


def test_github_says_too_often_with_403_too(rude: Rude) -> None:
    limited = ("X-RateLimit-Remaining: 0", f"X-RateLimit-Reset: {NOW + 900:.0f}")
    assert failed(rude, github.GitHub, page(SECRET, 403, *limited)).code == "Throttled"
    assert failed(rude, github.GitHub, page(SECRET, 403, "Retry-After: 60")).code == "Throttled"
    assert (
        failed(rude, github.GitHub, page(SECRET, 403, "X-RateLimit-Remaining: 9")).code
        == "TokenTooNarrow"
    )


@pytest.mark.parametrize("kind", ALL)
def test_the_host_is_fixed_and_asked_with_its_own_head(kind: type[Rest]) -> None:
    made = kind()  # type: ignore[call-arg]
    assert made.origin.partition("/v")[0] in {
        "https://api.cloudflare.com/client", "https://api.github.com", "https://gitlab.com/api",
    }  # fmt: skip
    assert json.dumps(dict(made.authorised(TOKEN))).count(TOKEN) == 1
