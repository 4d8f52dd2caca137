"""Which checks are meant: by id, by category, or all."""

from __future__ import annotations

from collections.abc import Sequence

from steadyhand.catalogue import discovery as catalogue
from steadyhand.catalogue.tokens import may_be_asked
from steadyhand.check import Check
from steadyhand.cli.errors import Misused
from steadyhand.settings.nearest import unknown
from steadyhand.settings.values import Settings


def chosen(decided: Settings, ids: Sequence[str] = (), kinds: Sequence[str] = ()) -> list[Check]:
    """The checks of these ids and categories with the owner's knobs; all, if none are named.

    With one that is named come those that tell some of its cases in its place. One that asks somebody for whom no token is named is among them only where it is named itself.
    """
    places = {name: place.partition(".")[0] for name, place in catalogue.places().items()}
    for name in ids:
        if name not in places:
            said = unknown(name, sorted(places), "check", few=len(places))
            raise Misused(said, "steadyhand checks")
    for kind in kinds:
        if kind not in places.values():
            said = unknown(kind, sorted(set(places.values())), "category")
            raise Misused(said, "steadyhand checks")
    asked = {*ids, *(other for name in ids for other in catalogue.kind(name).leaves_to)}
    wanted = [
        name
        for name, kind in places.items()
        if name in asked or kind in kinds or not (ids or kinds)
    ]
    found = catalogue.load(wanted, decided.knobs)
    return found if ids else may_be_asked(found, decided.tokens)
