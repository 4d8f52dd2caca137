"""Do the tokens work with which checks ask who is not AWS, and what may they read? By the very reads of the checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from steadyhand.catalogue import discovery as catalogue
from steadyhand.catalogue.tokens import services_of
from steadyhand.cli.doctor.line import Line, Sign, asked
from steadyhand.engine.reading import Aws
from steadyhand.model import ReadFailed, pick
from steadyhand.rhythm.core.words import listed, plural
from steadyhand.settings.values import Settings
from steadyhand.source import Each, Source


def of_tokens(aws: Aws, settings: Settings) -> Iterator[Line]:
    """One line for each service that some check asks with a token."""
    wanted: dict[str, list[Any]] = {}
    for check in catalogue.load(knobs=settings.knobs):
        for service in services_of(check):
            wanted.setdefault(service, []).append(check)
    for service, checks in sorted(wanted.items()):
        name = settings.tokens.get(service, "")
        if not name:
            count = plural(len(checks), "check does", "checks do")
            said = f"no token is named, so {count} not look: {listed([one.id for one in checks])}"
            yield Line(service, Sign.LATER, said)
            continue
        reads = (source for check in checks for one in check.reads for source in one.lineage)
        sources = [source for source in dict.fromkeys(reads) if source.service == service]
        try:
            yield of_token(aws, service, name, sources)
        except ReadFailed as failed:
            said = f"{name} may not be read ({failed.code})"
            yield Line(service, Sign.UNREAD, said, "ask for read access")


def of_token(aws: Aws, service: str, name: str, sources: list[Source[Any]]) -> Line:
    """One token: is it there, encrypted, taken, and wide enough?"""
    put = f"aws ssm put-parameter --name {name} --type SecureString --value TOKEN"
    answer = asked(aws, "ssm:GetParameter", {"Name": name})
    if answer is None:
        return Line(service, Sign.MISSING, f"no parameter {name}: nothing is asked", put)
    if answer["Parameter"].get("Type") != "SecureString":
        said = f"{name} holds its token in plain text, so it is not used"
        return Line(service, Sign.MISSING, said, f"{put} --overwrite")
    may, lacks = tried(aws, sources)
    reads = f"may read {listed(may)}" if may else "may read nothing"
    if lacks:
        said = f"the token {reads}; {'; '.join(lacks)}"
        return Line(service, Sign.MISSING, said, "docs/configuration.md says what the token needs")
    if not may:
        return Line(service, Sign.LATER, "there is nothing here that it is asked about")
    return Line(service, Sign.OK, f"the token {reads}")


def tried(aws: Aws, sources: list[Source[Any]]) -> tuple[list[str], list[str]]:
    """The paths that may be read, and why others may not.

    What hangs from a list is asked of the first of its items that it speaks of; where there is none, not at all.
    """
    may: list[str] = []
    lacks: list[str] = []
    items: dict[Source[Any], list[Any]] = {}
    for source in sorted(sources, key=lambda one: len(list(one.lineage))):
        key = None
        if isinstance(source, Each):
            if source.of.service != source.service:
                answer = aws.ask(source.of.call(datetime.now(UTC)))
                items[source.of] = list(pick(answer, source.of.items))
            key = next(
                (one for item in items.get(source.of, ()) for one in keys(source, item)), None
            )
            if key is None:
                continue
        call = source.call(datetime.now(UTC), key)
        path = str(call.params["Path"]).partition("?")[0].replace(key or "\0", "*")
        try:
            items[source] = list(pick(aws.ask(call), source.items))
        except ReadFailed as failed:
            if source.despite(failed.code, key) is None:
                lacks.append(f"{path}: {failed.reason}")
                continue
        may.append(path)
    return may, lacks


def keys(source: Each[Any], item: Any) -> Iterable[str]:
    """By what it is asked about an item of its list."""
    if not source.when(item):
        return ()
    said = (source.by or source.of.key)(item)
    return (said,) if isinstance(said, str) else said
