"""One question over HTTPS, and RDAP on top of it: over a real socket, to a host that is slow, rude and lies."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.clients import addresses, https, rdap
from steadyhand.clients.dns import Dns
from steadyhand.clients.rdap import Rdap
from steadyhand.model import ReadFailed
from tests.clients.rude import HOST, Rude, Say, page


@pytest.fixture(scope="module")
def rude(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rude]:
    host = Rude(tmp_path_factory.mktemp("rude"))
    yield host
    host.listening.close()


def refused(rude: Rude, say: Say, **more: Any) -> str:
    rude.pages["/x"] = say
    with pytest.raises(ReadFailed) as no:
        rude.client(**more).get(rude.url("/x"))
    assert "127.0.0.1" not in no.value.reason
    return no.value.code


def test_what_is_asked_says_nothing_of_us(rude: Rude) -> None:
    rude.pages["/domain/shop.com?x=1"] = page({"a": 1})
    reply = rude.client().get(rude.url("/domain/shop.com?x=1"), accept="application/json")
    assert (reply.status, json.loads(reply.body)) == (200, {"a": 1})
    lines = rude.heard[-1].strip().lower().splitlines()
    assert {one.partition(":")[0] for one in lines[1:]} == {
        "host",
        "accept",
        "user-agent",
        "accept-encoding",
    }
    rude.pages["/bucket"] = page(status=404)
    assert rude.client().ask({"Url": rude.url("/bucket")}) == {"Status": 404}
    assert rude.heard[-1].startswith("HEAD ")


def dribble(said: ssl.SSLSocket, _: str) -> None:
    """A byte now and then, so that no single wait is ever too long."""
    for one in b"HTTP/1.1 200 x\r\n" + b"a" * 100:
        said.sendall(bytes([one]))
        time.sleep(0.05)


def test_who_dribbles_is_cut_off_in_time(rude: Rude) -> None:
    began = time.monotonic()
    assert refused(rude, dribble, seconds=0.3) == "TimedOut"
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("say", "code"),
    [
        (lambda *_: None, "NoAnswer"),
        (lambda said, _: said.sendall(b"\x00\xff" * 100), "NoAnswer"),
        (lambda said, _: said.sendall(b"HTTP/1.1 200 x\r\n" + b"a: b\r\n" * 300), "NoAnswer"),
        (page(b"half", length=100), "NoAnswer"),
        (page(b"x" * 2000), "TooLong"),
    ],
)
def test_what_is_no_answer_is_a_failure(rude: Rude, say: Say, code: str) -> None:
    assert refused(rude, say, most=1000) == code


def test_a_certificate_that_nobody_vouches_for_is_no_answer(rude: Rude) -> None:
    assert refused(rude, page(b"{}"), roots=None) == "NoAnswer"
    with pytest.raises(ReadFailed) as no:
        rude.client().get(rude.url("/x").replace(HOST, "other.example.com"))
    assert no.value.code == "NoAnswer"


def test_what_leads_inside_is_never_connected_to(
    rude: Rude, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("it was connected to")

    monkeypatch.setattr(socket, "create_connection", never)
    for inside in (["169.254.169.254"], ["8.8.8.8", "10.0.0.1"]):
        with pytest.raises(ReadFailed) as no:
            rude.client(resolve=lambda *_, at=inside: at, allows=https.is_public).get(
                rude.url("/x")
            )
        assert no.value.code == "NotPublic"


ODD = ["http://a.com/", "https://u:p@a.com/", "https://a.com/\r\nX: y", "file:///etc/passwd", "https://a.com:x/",
       "https://[::1/", "https:///x", "//a.com/", "", "https://a.com/ b", "https://a_b.com/"]  # fmt: skip


@pytest.mark.parametrize("url", ODD)
def test_only_plain_addresses_of_https_are_asked(url: str) -> None:
    with pytest.raises(ReadFailed) as no:
        https.parts(url)
    assert no.value.code == "NoAddress"


@given(st.text())
def test_no_address_breaks_it(url: str) -> None:
    with suppress(ReadFailed):
        host, port, path = https.parts("https://" + url)
        assert host
        assert 0 < port < 65536 or port == 0
        assert path.isprintable()


# RDAP.


def registry(rude: Rude, *services: Any) -> Rdap:
    listed = {
        "services": services
        or [[["com", "net"], [rude.url("/com")]], [["CO.uk"], [rude.url("/uk/")]]]
    }
    rude.pages["/dns.json"] = page(listed)
    return Rdap(https=rude.client(), bootstrap=rude.url("/dns.json"))


DATED = {
    "events": [
        {"eventAction": "registration", "eventDate": "2001-01-01T00:00:00Z"},
        {"eventAction": "expiration", "eventDate": "2027-02-03T04:05:06.000+02:00"},
    ],
    "status": ["client transfer prohibited", "Client Hold", "<script>", 5],
}


def test_a_registry_tells_the_day_and_the_state(rude: Rude) -> None:
    asker = registry(rude)
    rude.pages["/com/domain/shop.com"] = page(DATED)
    rude.pages["/uk/domain/shop.co.uk"] = page(b"", 302, f"Location: {rude.url('/moved')}")
    rude.pages["/moved"] = page({"status": "odd", "events": [5, {"eventAction": "expiration"}]})
    assert asker.ask({"Name": "shop.com"}) == {
        "Name": "shop.com",
        "Expires": datetime(2027, 2, 3, 2, 5, 6, tzinfo=UTC),
        "Status": ["client hold", "client transfer prohibited"],
    }
    assert asker.ask({"Name": "shop.co.uk"}) == {
        "Name": "shop.co.uk",
        "Expires": None,
        "Status": [],
    }
    assert sum("/dns.json" in one for one in rude.heard) == 1, "IANA is asked once"


@pytest.mark.parametrize(
    ("say", "code"),
    [
        (page(status=404), "NotRegistered"),
        (page(status=429), "Throttled"),
        (page(status=500), "NoAnswer"),
        (page(b"<html>"), "NoAnswer"),
        (page([1]), "NoAnswer"),
        (page(b"[" * 100_000), "NoAnswer"),
        (page(b"", 301, "Location: http://169.254.169.254/"), "NoAddress"),
    ],
)
def test_what_a_registry_does_not_say_is_not_made_up(rude: Rude, say: Say, code: str) -> None:
    asker = registry(rude)
    rude.pages["/com/domain/shop.com"] = say
    with pytest.raises(ReadFailed) as no:
        asker.ask({"Name": "shop.com"})
    assert no.value.code == code


def test_circles_end_and_who_has_no_registry_is_said(rude: Rude) -> None:
    asker = registry(rude)
    here = rude.url("/com/domain/shop.com")
    rude.pages["/com/domain/shop.com"] = page(b"", 307, f"Location: {here}")
    for name, code in {
        "shop.com": "NoAnswer",
        "shop.de": "NoRegistry",
        "shop.uk": "NoRegistry",
    }.items():
        with pytest.raises(ReadFailed) as no:
            asker.ask({"Name": name})
        assert no.value.code == code
    with pytest.raises(ReadFailed, match="IANA's list"):
        registry(rude, [["com"], ["http://plain.example.com/"]]).ask({"Name": "shop.com"})


@given(
    st.recursive(st.none() | st.text(max_size=5) | st.integers(), lambda x: st.lists(x, max_size=3))
)
def test_no_list_of_registries_breaks_it(said: Any) -> None:
    with suppress(ReadFailed):
        found = rdap.registries({"services": said})
        assert all(url.startswith("https://") for url in found.values())


# The DNS.


def names(**said: Any) -> Dns:
    def resolve(host: str, _: int) -> list[str]:
        answer = said[host.partition(".")[0]]
        if isinstance(answer, int):
            raise socket.gaierror(answer, "no")
        return [answer]

    return Dns(resolve=resolve)


def test_a_name_is_gone_only_where_the_resolver_knows_others() -> None:
    gone, later = socket.EAI_NONAME, socket.EAI_AGAIN
    there = names(shop="198.51.100.1", sts="198.51.100.2")
    assert there.ask({"Host": "shop.example.com"})["Addresses"] == ["198.51.100.1"]
    assert names(shop=gone, sts="198.51.100.2").ask({"Host": "shop.example.com"})["Addresses"] == []
    assert addresses.ALWAYS_THERE.startswith("sts.")
    for shop, sts, code in (
        (gone, gone, "NoAddress"),
        (gone, later, "NoAddress"),
        (later, "198.51.100.2", "NoAddress"),
    ):
        with pytest.raises(ReadFailed) as no:
            names(shop=shop, sts=sts).ask({"Host": "shop.example.com"})
        assert no.value.code == code
