"""Manual snapshots of RDS that are shared, of instances and of clusters: the same said under two names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from steadyhand.checks.database_snapshots import Kind
from tests.trust.lab import World
from tests.trust.scenes import Planting, Touch

PARTNER = "999999999999"
ANOTHER = "888888888888"


@dataclass(frozen=True)
class Shared:
    """One kind: `name` as RDS's parameters call it ("DBSnapshot"), `api` as boto3 does ("db_snapshot")."""

    kind: Kind
    name: str
    api: str

    @property
    def bad(self) -> Any:
        return {
            self.kind.snapshots: [{f"{self.name}Identifier": "orders"}],
            self.kind.sharing: [self.with_("orders", PARTNER, "all")],
        }

    @property
    def good(self) -> Any:
        names = ("ours", "theirs", "sealed")
        return {
            self.kind.snapshots: [{f"{self.name}Identifier": name} for name in names],
            self.kind.sharing: [self.with_("ours"), self.with_("theirs", PARTNER)],
        }

    def with_(self, name: str, *accounts: str) -> tuple[str, dict[str, Any]]:
        """What AWS says of whom one is shared with."""
        said = {"AttributeName": "restore", "AttributeValues": list(accounts)}
        return name, {f"{self.name}Identifier": name, f"{self.name}Attributes": [said]}

    def share(self, rds: Any, name: str, operation: str, *accounts: str) -> None:
        """Somebody shares it, or no longer."""
        getattr(rds, f"modify_{self.api}_attribute")(
            **{f"{self.name}Identifier": name, operation: list(accounts)}, AttributeName="restore"
        )

    def shares(self, world: World) -> list[str]:
        """Whom `orders` is shared with."""
        said = getattr(world.client("rds"), f"describe_{self.api}_attributes")(
            **{f"{self.name}Identifier": "orders"}
        )
        (restore,) = [
            one["AttributeValues"]
            for one in said[f"{self.name}AttributesResult"][f"{self.name}Attributes"]
            if one["AttributeName"] == "restore"
        ]
        return sorted(restore)

    def touch(self, operation: str) -> Touch:
        """Somebody shares it with a partner, or no longer."""
        return lambda world: self.share(world.client("rds"), "orders", operation, ANOTHER)

    def planting(self, make: Any) -> Planting:
        """`orders`, made by `make`, shared with everybody; a partner comes and goes beside us."""

        def plant(world: World) -> str:
            return str(make(world.client, "orders", PARTNER, "all"))

        return Planting(
            plant=plant,
            truth=self.shares,
            fixed=lambda said: "all" not in said,
            beside=[(self.touch("ValuesToAdd"), self.touch("ValuesToRemove"))],
        )
