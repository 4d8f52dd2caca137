"""Where Steadyhand lives and where it looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Environment

from steadyhand.settings.values import Settings


@dataclass(frozen=True, kw_only=True)
class Regions:
    """`account` and `home` may be unknown until it is deployed; `others` are further regions."""

    account: str | None = None
    home: str | None = None
    others: tuple[str, ...] = ()

    @property
    def environment(self) -> Environment:
        """Home, as a stack takes it."""
        return Environment(account=self.account, region=self.home)

    def elsewhere(self, region: str) -> Environment:
        """Another region of the account."""
        return Environment(account=self.account, region=region)

    @classmethod
    def of(cls, settings: Settings, said: Mapping[str, str]) -> Regions:
        """From the settings, else from what the CDK CLI found out about the owner's profile.

        Without an account the CLI makes a region up, which is not believed.
        """
        account = said.get("CDK_DEFAULT_ACCOUNT") or None
        found = said.get("CDK_DEFAULT_REGION") if account else None
        home = settings.home or next(iter(settings.regions), None) or found
        others = tuple(region for region in settings.regions if region != home)
        return cls(account=account, home=home, others=others)
