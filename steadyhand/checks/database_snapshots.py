"""Manual snapshots that are shared with every AWS account: of an instance and of a cluster, RDS says the same twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from steadyhand.account import Account
from steadyhand.check import Check, tags_of
from steadyhand.checks.sharing import EVERYBODY, with_everybody
from steadyhand.model import Call, Finding, Step, pick
from steadyhand.source import Each, Source


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How RDS calls one kind: the parameter that names a snapshot, its ARN's word, where it says who may restore."""

    snapshots: Source[Mapping[str, Any]]
    sharing: Each[Mapping[str, Any]]
    named: str
    arn: str
    accounts: str

    @property
    def shape(self) -> Mapping[str, Any]:
        """What a call that shares one, or no longer, may say."""
        return {
            self.named: r"[a-z][a-z0-9-]*",
            "AttributeName": "restore",
            "ValuesToRemove": [EVERYBODY],
            "ValuesToAdd": [EVERYBODY],
        }

    def shared(self, check: Check, account: Account) -> Iterator[Finding]:
        """Those that everybody may restore."""
        public = {
            key for key, shared in account[self.sharing] if EVERYBODY in pick(shared, self.accounts)
        }
        for snapshot in account[self.snapshots]:
            name = snapshot[self.named]
            if name in public:
                yield check.finding(
                    account,
                    resource=account.arn("rds", f"{self.arn}:{name}"),
                    key=name,
                    summary=f"snapshot {name} is shared with everybody",
                    tags=tags_of(snapshot.get("TagList")),
                    snapshot=name,
                )

    def no_longer(self, finding: Finding, action: str) -> Step:
        """The permission for everybody is taken away, by the action that sets it."""
        name = finding.evidence["snapshot"]
        said = {self.named: name, "AttributeName": "restore"}
        return Step(
            owns=with_everybody(finding.resource, self.sharing, name, self.accounts),
            makes=False,
            do=Call(action, said | {"ValuesToRemove": [EVERYBODY]}),
            undo=Call(action, said | {"ValuesToAdd": [EVERYBODY]}),
            settles=timedelta(minutes=5),
        )
