"""A source: one read of an account, declared, so that a survey can share, narrow and count it.

A source never calls AWS. It says what to ask, and understands the answer. Two sources are the same
fact when they are the same object, which is why they compare by identity and live in modules.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Generic, TypeVar

from steadyhand.model import Answer, Call, Once, Params, Wait, pick

T = TypeVar("T")


WITH_TOKEN = frozenset({"cloudflare", "github", "gitlab"})
"""Those of them that are asked with a token of the owner's, who names where it lies; without one, they are not."""

NOT_AWS = WITH_TOKEN | {"tls", "dns", "https", "rdap"}
"""Services that are not AWS's: they have clients of their own, and IAM knows none of them."""

OWN_ACCOUNT = "{account}"
"""As a parameter: the id of the account that is read."""

Conversation = Generator[Call | Wait, Answer, Iterable[T]]
Sharing = Generator[Call | Wait | Once, Answer, Iterable[T]]


@dataclass(frozen=True, eq=False, kw_only=True)
class Source(Generic[T]):
    """A list: pages of one operation.

    `key` is the name by which an event, or a child source, speaks of an item. Items that are
    asked for together share one. Without `narrow`, a key is found by reading the whole list:
    right, only dearer. `params` may depend on the time of the look. `is_global`: read once an
    account, not once a region; `is_history`: it tells what happened, which no undo takes back;
    `serves_global`: services that have no region take theirs from us-east-1, so it is
    read there too, and `regions` are where AWS answers it at all, by partition, where that is one region
    alone. `gone` are the errors that mean "deleted meanwhile", `absent` those that are an answer ("no such
    configuration"), and the item they mean. `volatile` are fields that change without anybody changing anything. `permission` is the read as IAM
    spells it, where that differs; `extra_permissions` are what it needs besides. `kind` says how
    `sources/keys.py` reads its key: one of its words, or a service and how its resources begin in an ARN. `ours` is what to ask, where a key that an event named is
    denied, to see whether it is of this account at all: an answer without items says no. As context, a source
    with `only_if` is read once an item of the subject needs it, and is empty if none does; one that is
    `keyed_as` the subject is narrowed by the subject's key, and one that is the `same_as` another is
    not read again where that is read whole: what it is `told` of each of its items is enough; one that
    `is_whole` is never narrowed, for the subject is compared with its others. `role` names
    the role in which it is read, where whoever reads has one of that name. Of one that `is_sample` the
    first page is read and no other.
    """

    operation: str
    items: str
    key: Callable[[Any], str]
    params: Params | Callable[[datetime], Params] = field(default_factory=dict)
    narrow: Callable[[str], Params] | None = None
    gone: frozenset[str] = frozenset()
    absent: Mapping[str, Any] = field(default_factory=dict)
    regions: Mapping[str, str] = field(default_factory=dict)
    volatile: frozenset[str] = frozenset()
    permission: str | None = None
    extra_permissions: tuple[str, ...] = ()
    is_global: bool = False
    is_history: bool = False
    serves_global: bool = False
    only_if: Callable[[Any], bool] | None = None
    keyed_as: Source[Any] | None = None
    same_as: Source[Any] | None = None
    told: Callable[[Any], Iterable[Any]] = field(default=lambda item: (item,))
    kind: str = ""
    is_whole: bool = False
    role: str = ""
    is_sample: bool = False
    ours: Callable[[str], Call] | None = None

    @property
    def permissions(self) -> tuple[str, ...]:
        """As IAM spells it, which now and then is not how the API does; nothing where it is not asked."""
        if self.service in NOT_AWS:
            return self.extra_permissions
        return (self.permission or self.operation, *self.extra_permissions)

    @property
    def service(self) -> str:
        """The client's name."""
        return self.operation.partition(":")[0]

    @property
    def root(self) -> Source[Any]:
        """The list that it hangs from: itself."""
        return self

    @property
    def parents(self) -> tuple[Source[Any], ...]:
        """The sources that it is asked about the items of."""
        return ()

    @property
    def lineage(self) -> Iterator[Source[Any]]:
        """Itself and what it hangs from."""
        yield self
        for parent in self.parents:
            yield from parent.lineage

    def call(self, now: datetime, key: str | None = None) -> Call:
        """What to ask; for one key where it can be narrowed."""
        if key is not None and self.narrow:
            return Call(self.operation, self.narrow(key))
        return Call(self.operation, self.params(now) if callable(self.params) else self.params)

    def despite(self, code: str, key: str | None) -> list[Any] | None:
        """The items that an error stands for; None where it is a failure."""
        del key
        return [self.absent[code]] if code in self.absent else [] if code in self.gone else None

    def understand(self, answer: Answer, key: str | None = None) -> list[T]:
        """The items of one page, of one key where one was asked for."""
        found = list(pick(answer, self.items))
        return found if key is None else [item for item in found if self.key(item) == key]


@dataclass(frozen=True, eq=False, kw_only=True)
class Child(Source[tuple[str, T]]):
    """What is said of each item of a parent: pairs of the parent's key and that.

    `when` spares questions: of a parent it says no to, nothing is asked and nothing is yielded.
    """

    of: Source[Any]
    when: Callable[[Any], bool] = field(default=lambda _: True)
    key: Callable[[Any], str] = field(default=lambda pair: str(pair[0]))

    @property
    def root(self) -> Source[Any]:
        """The list that it hangs from."""
        return self.of.root

    @property
    def parents(self) -> tuple[Source[Any], ...]:
        """The list whose items it is asked about."""
        return (self.of,)

    def despite(self, code: str, key: str | None) -> list[Any] | None:
        """The pairs that an error stands for; None where it is a failure."""
        found = super().despite(code, key)
        return [(key, item) for item in found] if found else found


@dataclass(frozen=True, eq=False, kw_only=True)
class Each(Child[T]):
    """One call for each item of a parent: what no list tells.

    The call is made from the parent's key alone, so an event that names the key needs no parent.
    `by` is what it asks by, one or several, where that is not the parent's own key; what several parents
    share is asked once. `also` are further lists whose items are asked about by the same.
    """

    ask: Callable[[str], Params]
    by: Callable[[Any], str | Iterable[str]] | None = None
    also: tuple[Source[Any], ...] = ()

    @property
    def parents(self) -> tuple[Source[Any], ...]:
        """The lists whose items it is asked about."""
        return (self.of, *self.also)

    def call(self, now: datetime, key: str | None = None) -> Call:  # noqa: ARG002
        """What to ask of one parent."""
        if key is None:
            raise ValueError(f"{self.operation} is asked of one parent at a time")
        return Call(self.operation, self.ask(key))

    def understand(self, answer: Answer, key: str | None = None) -> list[tuple[str, T]]:
        """The answer, with the parent's key."""
        return [(str(key), item) for item in pick(answer, self.items)]


@dataclass(frozen=True, eq=False, kw_only=True)
class Many(Each[T]):
    """One call for up to `full` items of a parent, where AWS takes many ids: pairs as of `Each`.

    `ask_all` makes the call, `whose` says to which id an item of the answer belongs. `refused` is where a good
    answer names ids that it says nothing about, and `refused_id` which id one of them is. An error that
    is `gone` or `absent` is about some of the ids: these are then asked in halves.
    """

    full: int
    ask_all: Callable[[Sequence[str]], Params]
    whose: Callable[[Any], str]
    refused: str = ""
    refused_id: Callable[[Any], str] = field(default=str)
    ask: Callable[[str], Params] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ask", lambda key: self.ask_all([key]))

    def understand(self, answer: Answer, key: str | None = None) -> list[tuple[str, T]]:
        """The pairs of one page; of one key where one was asked for."""
        found = [(self.whose(item), item) for item in pick(answer, self.items)]
        return found if key is None else [pair for pair in found if pair[0] == key]


@dataclass(frozen=True, eq=False, kw_only=True)
class Report(Source[T]):
    """What takes a conversation: ask, wait, ask again. The survey speaks; it only listens.

    `talk` gets the time of the look, yields `Call` or `Wait`, is sent each answer, and returns
    the items. `about` is what takes less, where an event names one key.
    """

    talk: Callable[[datetime], Sharing[T]]
    about: Callable[[str, datetime], Conversation[T]] | None = None
    items: str = ""

    def despite(self, code: str, key: str | None) -> list[Any] | None:
        """As of a list; but what is gone while a whole report is made is one of many, and hides the others."""
        return None if key is None and code in self.gone else super().despite(code, key)


@dataclass(frozen=True, eq=False, kw_only=True)
class Measured(Child[list[T]], ABC):
    """A number of each item over time. Whichever checks ask, all are packed 500 queries to a call.

    An item is named by its key in the one `dimension`, or by `dimensions`, which are made of its key.
    `statistic` may be a percentile ("p99"). With `math`, the number is made of `terms`, other metrics of the
    same item, by their names in braces: "100 * {errors} / {calls}"; each of them is a query, too.
    """

    FULL: ClassVar[int] = 500

    operation: str = "cloudwatch:GetMetricData"
    items: str = "MetricDataResults"
    is_history: bool = True
    namespace: str = ""
    metric: str = ""
    dimension: str = ""
    dimensions: Callable[[str], Mapping[str, str]] | None = None
    statistic: str = ""
    math: str = ""
    terms: Mapping[str, Measured[Any]] = field(default_factory=dict)
    over: timedelta
    period: timedelta = timedelta(days=1)

    @abstractmethod
    def points(self, result: Answer) -> list[T]:
        """What one of MetricDataResults holds, the latest first."""

    def queries(self, label: str, key: str) -> list[Params]:
        """The entries of MetricDataQueries; of several, only what is labelled so is answered."""
        if not self.math:
            return [self.query(label, key)]
        named, seconds = {one: f"{label}_{one}" for one in self.terms}, self.period.total_seconds()
        made = {"Id": label, "Expression": self.math.format(**named), "Period": int(seconds)}
        of = (one.query(named[name], key, seconds) for name, one in self.terms.items())
        return [made, *({**one, "ReturnData": False} for one in of)]

    def query(self, label: str, key: str, seconds: float = 0) -> dict[str, Any]:
        """One metric, by its own period or by that of what it is a term of."""
        named = self.dimensions(key) if self.dimensions else {self.dimension: key}
        dimensions = [{"Name": name, "Value": said} for name, said in named.items()]
        metric = {"Namespace": self.namespace, "MetricName": self.metric, "Dimensions": dimensions}
        period = int(seconds or self.period.total_seconds())
        stat = {"Metric": metric, "Period": period, "Stat": self.statistic}
        return {"Id": label, "MetricStat": stat}

    @staticmethod
    def pack(questions: Sequence[tuple[Measured[Any], str]], now: datetime) -> Call:
        """One call for questions that look back equally far, and together take up to `FULL` queries."""
        asked = enumerate(questions)
        queries = [one for n, (metric, key) in asked for one in metric.queries(f"q{n}", key)]
        window = {"StartTime": now - questions[0][0].over, "EndTime": now}
        return Call("cloudwatch:GetMetricData", {"MetricDataQueries": queries, **window})


@dataclass(frozen=True, eq=False, kw_only=True)
class Metric(Measured[float]):
    """The numbers alone, the latest first; none for a time in which nothing was measured."""

    def points(self, result: Answer) -> list[float]:
        """The numbers of one result."""
        return list(result["Values"])


@dataclass(frozen=True, eq=False, kw_only=True)
class Datapoints(Measured[tuple[datetime, float]]):
    """The numbers with when the period of each began, the latest first: for whoever asks when something last was."""

    def points(self, result: Answer) -> list[tuple[datetime, float]]:
        """Time and number, pair by pair."""
        return list(zip(result["Timestamps"], result["Values"], strict=True))
