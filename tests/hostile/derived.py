"""What the account by hand lacks, made of what checks' own tests hold: BAD, as AWS would answer it.

A check that finds nothing in the account of `world.py` is given its own bad facts: each item lies where
its source looks for it, the first on the first page and the others on the second. What a `Report` is
answered cannot be made of facts: a test file holds it in ANSWERS, by operation, as `world.py` does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Self

from steadyhand.check import Check
from steadyhand.engine.survey import Survey
from steadyhand.model import Answer, Call, Finding
from steadyhand.source import NOT_AWS, Child, Each, Measured, Report, Source
from tests.canonical import asks, family
from tests.checks.proofs import BOTO, proof
from tests.hostile.things import ACCOUNT, NOW, REGION, Page, Params

Answers = dict[str, list[Page] | Callable[[Params], Page]]


class Paper:
    """A client of AWS that reads its answers off a page: no wire, no failures."""

    account, partition, region = ACCOUNT, "aws", REGION

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers, self.counts = answers, Counter[str]()

    def in_role(self, name: str) -> Self:
        return self

    def ask(self, call: Call) -> Answer:
        known = self.answers.get(call.action, {})
        return dict(known(call.params)) if callable(known) else dict(known[0]) if known else {}

    def pages(self, call: Call) -> Iterator[Answer]:
        known = self.answers.get(call.action, {})
        yield from known if isinstance(known, list) else [self.ask(call)]

    def wait(self, seconds: float) -> None:
        pass

    def soon(self, service: str, job: Callable[..., None], *args: Any) -> None:
        job(*args)


def completed(answers: Answers, checks: Iterable[Check]) -> Answers:
    """The same account, and in it something for every check to find."""
    made = dict(answers)
    for check in checks:
        if not any(isinstance(one, Finding) for one in Survey([check], Paper(made), NOW)):
            made |= {name: both(name, said, made) for name, said in own(check).items()}
            for source in dict.fromkeys(family(check.reads)):
                plant(made, source, proof(check).BAD)
        for action in sorted(asks(check)):
            made.setdefault(action, [{}])
    return made


def own(check: Check) -> Answers:
    """What its test says that AWS answers."""
    said: Answers = getattr(proof(check), "ANSWERS", {})
    return said


def both(action: str, said: Any, made: Answers) -> Any:
    """An answer beside those there are: more pages to a list, or a word on what others know nothing of."""
    before = made.get(action)
    if callable(said):
        return lambda params: said(params) or (before(params) if callable(before) else {})
    if callable(before) or not before:
        return before or said
    size = max(len(said), len(before))
    pages = [[*one, *[{}] * (size - len(one))] for one in (before, said)]
    return [
        {name: [*first.get(name, ()), *second.get(name, ())] for name in {**first, **second}}
        for first, second in zip(*pages, strict=True)
    ]


def plant(made: Answers, source: Source[Any], facts: Mapping[Source[Any], Any]) -> None:
    """What a test says of one source, where AWS would say it."""
    if isinstance(source, Report | Measured) or source.same_as in facts:
        return  # what is read already lies there once
    if isinstance(source, Each):
        said: dict[str, list[Any]] = {}
        for key, item in facts.get(source, ()):
            said.setdefault(str(source.call(NOW, str(key)).params), []).append(item)
        made[source.operation] = each(source, said, made.get(source.operation))
        return
    known = made.get(source.operation, [])
    if not callable(known):
        items = facts.get(source) or children(source, facts)
        pages = [items[:1], items[1:]] if len(items) > 1 else [items]
        made[source.operation] = [*joined(source.items, pages, known)]


def each(source: Each[Any], said: Mapping[str, list[Any]], before: Any) -> Callable[[Params], Page]:
    """The answer for each parent that the test speaks of; what was there before for every other."""
    many = is_list(source)

    def answer(params: Params) -> Page:
        if str(params) in said:
            items = said[str(params)]
            return placed(source.items, items if many else items[-1])
        return before(params) if callable(before) else {}

    return answer


def is_list(source: Source[Any]) -> bool:
    """Does one answer hold several of its items?"""
    service, _, operation = source.operation.partition(":")
    if service in NOT_AWS:
        return False
    shape: Any = BOTO.get_service_model(service).operation_model(operation).output_shape
    for name in filter(None, source.items.split(".")):
        if shape.type_name != "structure" or name not in shape.members:
            return False
        shape = shape.members[name]
    return bool(shape.type_name == "list")


def joined(path: str, pages: list[list[Any]], known: list[Page]) -> Iterator[Page]:
    """Pages with more items each; what else they hold stays."""
    for number in range(max(len(pages), len(known))):
        more = pages[number] if number < len(pages) else []
        page = known[number] if number < len(known) else {}
        yield {**page, **placed(path, [*there(page, path), *more])}


def there(page: Any, path: str) -> list[Any]:
    for name in path.split("."):
        page = page.get(name, {}) if isinstance(page, Mapping) else {}
    return list(page) if isinstance(page, list) else []


def placed(path: str, value: Any) -> Page:
    """An answer that holds this at the path."""
    for name in reversed([one for one in path.split(".") if one]):
        value = {name: value}
    return dict(value)


def children(source: Source[Any], facts: Mapping[Source[Any], Any]) -> list[Any]:
    """The parents that pairs speak of, by nothing but their key."""
    keys = [
        key
        for child, pairs in facts.items()
        if isinstance(child, Child) and child.of is source
        for key, _ in pairs
    ]
    asked_for: list[str] = []

    class Named(dict[str, Any]):
        def __missing__(self, name: str) -> str:
            asked_for.append(name)
            return ""

        def get(self, name: str, default: Any = None) -> Any:
            return self[name]

    with suppress(Exception):
        source.key(Named())
    named = asked_for[:1]
    return [{named[0]: key} if named else key for key in dict.fromkeys(keys)]
