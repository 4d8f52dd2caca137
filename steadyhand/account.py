"""What a check sees of one account and region: values that were read. It cannot ask for more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from steadyhand.model import ReadFailed
from steadyhand.source import Source

T = TypeVar("T")
Failures = Mapping[Source[Any], Mapping[str | None, ReadFailed]]
"""Reads that failed, by the key of what was asked; None: the whole list."""


class ReadFacts(dict[Source[Any], Sequence[Any]]):
    """Facts made up for a test."""

    def __missing__(self, source: Source[Any]) -> Sequence[Any]:
        return ()


class Account:
    """`account[Volumes]` is the list of volumes, typed.

    It may be a part of the account: see `Check.reads`. `region` is `model.GLOBAL` where the
    check's subject has no region. `told` is who did it (a `Caller`), where an event woke us that says so:
    a hint that CloudTrail shows later, and no more.
    """

    __slots__ = ("_facts", "_failures", "id", "partition", "region", "told")

    def __init__(
        self,
        id: str,  # noqa: A002
        region: str,
        facts: Mapping[Source[Any], Sequence[Any]],
        partition: str = "aws",
        failures: Failures | None = None,
        *,
        told: Any = None,
    ) -> None:
        self.id, self.region, self._facts, self.partition = id, region, facts, partition
        self._failures = failures or {}
        self.told = told

    @classmethod
    def of(
        cls, facts: Mapping[Source[Any], Sequence[Any]], failures: Failures | None = None
    ) -> Account:
        """An account made up for a test: of what it is not told it has none."""
        return cls("123456789012", "eu-central-1", ReadFacts(facts), failures=failures)

    def __getitem__(self, source: Source[T]) -> Sequence[T]:
        return self._facts[source]

    def unknown(self, source: Source[Any], key: str | None = None) -> str:
        """Why this was not read, of one key or at all; empty where it was.

        Only what `Check.refines` names can be unknown here: without the rest, nothing is judged.
        """
        failed = self._failures.get(source)
        if not failed:
            return ""
        one = failed.get(None) or (failed.get(key) if key else next(iter(failed.values())))
        return one.reason if one else ""

    def arn(self, service: str, name: str) -> str:
        """The ARN of a resource of this account and region: `arn("ec2", "volume/vol-1")`."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.id}:{name}"

    def global_arn(self, service: str, name: str) -> str:
        """The ARN of a resource that has no region: `global_arn("iam", "user/ann")`."""
        return f"arn:{self.partition}:{service}::{self.id}:{name}"

    def bucket_arn(self, name: str) -> str:
        """The ARN of a bucket, which names neither region nor account."""
        return f"arn:{self.partition}:s3:::{name}"
