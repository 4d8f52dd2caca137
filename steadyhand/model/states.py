"""What AWS lets one do to a resource in each state of its life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True, kw_only=True)
class States:
    """The states of one kind of resource: whence a change may start, and where it ends.

    `ready`: a change may start, and one that was sent is in force. `passing`: AWS is at work, and a
    change waits. `first`: AWS refuses until a person did this; a name may end in `*`. `over`: it is
    on its way out. A state that none of them names is newer than we are, and a person's. `shape`
    is where botocore's model lists them, "dynamodb:TableStatus"; empty where only AWS's pages do.
    """

    ready: frozenset[str]
    passing: frozenset[str] = frozenset()
    over: frozenset[str] = frozenset()
    first: Mapping[str, str] = field(default_factory=dict)
    shape: str = ""

    def barred(self, state: str | None) -> str:
        """Why no change may start, now or by waiting: "stopped: start it first"; else nothing.

        A state that was not told bars nothing: AWS itself refuses then, and the look shows it.
        """
        if not state or state in self.ready or state in self.passing:
            return ""
        if state in self.over:
            return in_words(state)
        said = (text for name, text in self.first.items() if fnmatchcase(state, name))
        return f"{in_words(state)}: {next(said, 'see why first')}"

    def moving(self, state: str | None) -> str:
        """Why a change of it waits; nothing where it does not."""
        if not state or state in self.ready:
            return ""
        return self.barred(state) or in_words(state)


def in_words(state: str) -> str:
    """A state as a person reads it: "inaccessible encryption credentials"."""
    return state.lower().replace("_", " ").replace("-", " ")
