"""One handshake over a real socket tells what is served; a name that leads inside leads nowhere."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.clients import tls
from steadyhand.clients.addresses import is_public
from steadyhand.clients.tls import Tls
from steadyhand.model import ReadFailed
from tests.clients.hosts import NOW, Made, authorities, made, serving

HOST = "shop.example.com"


def local(host: str, port: int) -> Sequence[str]:
    del host, port
    return ["127.0.0.1"]


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("roots") / "roots.pem"
    file.write_bytes(authorities()[0].pem)
    return str(file)


def asked(port: int, roots: str | None = None, **more: Any) -> Any:
    asker = Tls(
        **({"resolve": local, "allows": lambda _: True, "roots": roots, "seconds": 2} | more)
    )
    return asker.ask({"Host": HOST, "Port": port})


def failed(port: int, **more: Any) -> ReadFailed:
    with pytest.raises(ReadFailed) as no:
        asked(port, **more)
    return no.value


@pytest.mark.parametrize("days", [-3, 12.5])
def test_tells_names_chain_dates_and_protocol_expired_or_not(
    days: float, tmp_path: Path, roots: str
) -> None:
    _, issuer = authorities()
    leaf = made("shop", issuer, days, [HOST, "*.example.com"])
    with serving(tmp_path, [leaf, issuer]) as port:
        said = asked(port, roots)
    first, second = said["Chain"]
    assert first == {
        "Subject": "commonName=shop",
        "Issuer": "commonName=Issuer of Tests",
        "Names": [HOST, "*.example.com"],
        "NotBefore": NOW - timedelta(days=400),
        "NotAfter": NOW + timedelta(days=days),
    }
    assert second["Subject"] == first["Issuer"]
    assert (said["Protocol"], said["Trust"], said["Address"]) == ("TLSv1.3", "whole", "127.0.0.1")


def chains() -> dict[str, tuple[list[Made], str]]:
    root, issuer = authorities()
    leaf = made("shop", issuer, names=[HOST])
    return {
        "whole": ([leaf, issuer], "whole"),
        "with its root": ([leaf, issuer, root], "whole"),
        "issuer left out": ([leaf], "stops"),
        "signed by itself": ([made(HOST, names=[HOST])], "stops"),
    }


@pytest.mark.parametrize("name", ["whole", "with its root", "issuer left out", "signed by itself"])
def test_tells_whether_the_chain_leads_to_a_root(name: str, tmp_path: Path, roots: str) -> None:
    chain, trust = chains()[name]
    with serving(tmp_path, chain) as port:
        assert asked(port, roots)["Trust"] == trust


def test_without_a_root_of_its_own_nothing_is_said_of_trust() -> None:
    class NoRoots:
        def get_ca_certs(self) -> list[Any]:
            return []

    assert tls.trust([{"Subject": "a", "Issuer": "b"}], NoRoots()) == ""  # type: ignore[arg-type]


def test_who_listens_and_says_nothing_is_given_up_in_time(tmp_path: Path) -> None:
    began = time.monotonic()
    with serving(tmp_path, [made(HOST)], quiet=True) as port:
        assert failed(port, seconds=0.3).code == "TimedOut"
    assert time.monotonic() - began < 2


def test_where_nothing_listens_it_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert failed(port).code == "Refused"


def test_who_speaks_no_tls_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            plain, _ = listening.accept()
            with plain, suppress(OSError):
                plain.sendall(b"220 mail.example.com ESMTP\r\n")
                plain.recv(1000)

        server = Thread(target=greet, daemon=True)
        server.start()
        assert failed(listening.getsockname()[1]).code == "NoHandshake"
        server.join(5)


# Where a name leads.

INSIDE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "169.254.169.253",
    "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0",
    "fd00:ec2::254", "fc00::1", "ff02::1", "::ffff:169.254.169.254", "::ffff:10.0.0.1",
    "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "2002:7f00:1::", "not an address", "",
]  # fmt: skip
OUTSIDE = ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", INSIDE)
def test_nothing_is_connected_to_that_is_not_public(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("it was connected to")

    monkeypatch.setattr(socket, "create_connection", never)
    for all_of_them in ([address], ["8.8.8.8", address]):
        no = failed(443, allows=is_public, resolve=lambda *_, found=all_of_them: found)
        assert no.code == "NotPublic"
        assert address not in no.reason or not address, "where it leads is not told on"


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_is_public_may_be_asked(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_within_another_is_judged_as_itself(address: IPv4Address) -> None:
    plain = is_public(str(address))
    assert is_public(str(IPv6Address(f"::ffff:{address}"))) <= plain
    assert is_public(str(ip_address(int(IPv6Address("64:ff9b::")) + int(address)))) <= plain


def test_it_is_resolved_once_and_connected_to_what_was_looked_at(
    tmp_path: Path, roots: str
) -> None:
    """A name that answers otherwise the second time (DNS rebinding) is never asked a second time."""
    answers = [["127.0.0.1"], ["169.254.169.254"]]
    with serving(tmp_path, chains()["whole"][0]) as port:
        said = asked(port, roots, resolve=lambda *_: answers.pop(0))
    assert said["Address"] == "127.0.0.1"
    assert answers == [["169.254.169.254"]]


@pytest.mark.parametrize("host", ["www.leaflab.example", "db.local.", "a.TEST"])
def test_nobody_is_asked_for_a_name_that_the_public_dns_never_holds(host: str) -> None:
    """RFC 6761: whoever asks the DNS for one tells a stranger of it, and learns nothing."""

    def resolve(host: str, port: int) -> list[str]:
        raise AssertionError(host, port)

    with pytest.raises(ReadFailed) as failed:
        Tls(resolve=resolve).ask({"Host": host})
    assert failed.value.code == "NoSuchName"


@pytest.mark.parametrize("error", [socket.gaierror("no"), UnicodeError("label too long")])
def test_a_name_without_an_address_is_a_failure(error: Exception) -> None:
    def resolve(*_: Any) -> list[str]:
        raise error

    assert failed(443, resolve=resolve).code == "NoAddress"
    assert failed(443, resolve=lambda *_: []).code == "NoAddress"
