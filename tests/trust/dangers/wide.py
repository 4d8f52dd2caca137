"""A key that could mean "all": empty, a pattern, a beginning, another's. What it is not the name of is left alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from steadyhand.catalogue import discovery
from steadyhand.model import Risk
from tests.trust.lab import account, tried
from tests.trust.proofs import Group, Labelled
from tests.trust.scenes import fixing, scene

KEYS: dict[str, Callable[[str], str]] = {
    "nothing": lambda _: "",
    "a blank": lambda _: " ",
    "a star": lambda _: "*",
    "a question mark": lambda _: "?" * 20,
    "a pattern": lambda _: ".*",
    "per cent": lambda _: "%",
    "None": lambda _: "None",
    "its beginning": lambda key: key[:-1],
    "its beginning and a star": lambda key: f"{key[:-1]}*",
    "its beginning and a question mark": lambda key: f"{key[:-1]}?",
    "itself and more": lambda key: f"{key}x",
    "itself and a comma": lambda key: f"{key},",
    "another's": lambda key: key[::-1],
}


def safe() -> list[str]:
    """The checks that act by themselves."""
    return [one.id for one in discovery.load(list(fixing())) if one.risk is Risk.SAFE]


def touched(name: str, how: str) -> list[str]:
    """What an event with such a key changes."""
    with account() as world:
        here = scene(name, world)
        key = KEYS[how](here.key)
        if key == here.key:
            return []
        out = tried(lambda: world.worker(here.check).on_event([here.check], key))
        wrong = [out] if out.startswith("crash") else []
        return wrong + [f"{one.action} though {how} was named" for one in world.mutations]


def every() -> Iterator[Group]:
    """Every key, a group for each check."""

    def group(name: str) -> Labelled:
        return [(f"{name}: {how}", partial(touched, name, how)) for how in KEYS]

    return (partial(group, name) for name in safe())
