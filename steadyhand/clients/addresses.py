"""Where a public name leads: it is resolved once, and nothing is connected to that is not of the public internet.

A name is somebody's word. Whoever asks connects to the very address that was looked at, so a name that
changes its mind between two questions leads nowhere.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from steadyhand.model import ReadFailed

TRANSLATED = IPv6Network("64:ff9b::/96")
"""Ends with an IPv4 address: RFC 6052."""

NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
"""How a resolver says that a name is not there, or has no address; every other word of it is a failure."""

NOT_OF_THE_INTERNET = frozenset({"example", "invalid", "local", "localhost", "onion", "test"})
"""Top-level names that the public DNS never holds: RFC 6761, 6762 and 7686; nobody is asked for them."""

ALWAYS_THERE = "sts.amazonaws.com"
"""The oldest endpoint of STS: docs.aws.amazon.com/general/latest/gr/sts.html"""

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[str]]


def addresses_of(host: str, port: int) -> list[str]:
    """All addresses of a name, as the resolver says them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def resolved(host: str, port: int, resolve: Resolve) -> list[str]:
    """The same; `ReadFailed` is "NoSuchName" where there is none, "NoAddress" where nobody can tell.

    That a name is not there is believed only of a resolver that finds one which always is: a network that
    lets out nothing answers the same to every question.
    """
    if host.rstrip(".").rpartition(".")[2].lower() in NOT_OF_THE_INTERNET:
        raise ReadFailed("NoSuchName", f"{host} is no name of the internet")
    try:
        found = list(resolve(host, port))
    except socket.gaierror as error:
        known = error.errno in NO_SUCH_NAME and finds_others(port, resolve)
        code = "NoSuchName" if known else "NoAddress"
        raise ReadFailed(code, f"{host} has no address") from error
    except (OSError, UnicodeError) as error:
        raise ReadFailed("NoAddress", f"{host} has no address") from error
    if not found:
        raise ReadFailed("NoAddress", f"{host} has no address")
    return found


def finds_others(port: int, resolve: Resolve) -> bool:
    """Does this resolver find a name that is always there?"""
    try:
        return bool(resolve(ALWAYS_THERE, port))
    except (OSError, UnicodeError):
        return False


def address_of(host: str, port: int, resolve: Resolve, allows: Callable[[str], bool]) -> str:
    """The address to connect to: the first, once all of them are looked at."""
    found = resolved(host, port, resolve)
    if not all(map(allows, found)):
        raise ReadFailed("NotPublic", f"{host} leads to an address that is not public")
    return found[0]


def is_public(address: str) -> bool:
    """May it be connected to: is it, whatever it is written in, an address of the public internet?

    Private, link-local (where AWS tells credentials), loopback, shared, reserved and multicast ones are
    not, nor IPv6 addresses that hold an IPv4 address that is not.
    """
    try:
        said = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(one.is_global and not one.is_multicast for one in (said, *within(said)))


def within(address: Address) -> list[Address]:
    """The IPv4 addresses that an IPv6 address holds: mapped, by 6to4, by Teredo, translated."""
    if isinstance(address, IPv4Address):
        return []
    held: list[Address] = [one for one in (address.ipv4_mapped, address.sixtofour) if one]
    held += address.teredo or ()
    if address in TRANSLATED:
        held.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return held
