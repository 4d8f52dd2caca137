"""What a deployed function is told: one value, written by the stack, read by the function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from steadyhand.settings.values import Settings

RUNTIME = "3.13"
"""The Python that functions run on, in Lambda's words: python3.13, on arm64."""

SERVICE, STORAGE = "steadyhand", "steadyhand-memory"
"""The stacks at home: what works, and what is kept."""

BOOTSTRAP = "CDKToolkit"
"""The stack of `cdk bootstrap`, which other deployments may use too."""

LOGS = "/aws/lambda/steadyhand-"
"""How the log groups of our functions begin."""

RECORDS = "steadyhand-records-"
"""How the name of the bucket of records begins."""

METRICS = "Steadyhand"
"""The namespace of our own metrics."""

TABLE = "steadyhand"
REACT = "steadyhand-react"
"""The queue of the function that reacts: events, and changes whose time for a look has come."""

PORTAL = "steadyhand-portal"
"""The queue of the function that writes the private pages."""

ACTOR = "steadyhand-actor"
"""The role that may write. One role an account; its name is fixed so that the CLI finds it."""


DRIFT = "steadyhand-drift"
"""The role in which CloudFormation compares stacks; its sessions are called so too."""


class Tokens(NamedTuple):
    """Where the owner's tokens for who is not AWS lie: the parameter's name by service, and the region."""

    names: Mapping[str, str]
    region: str


def installed() -> str:
    """The version of Steadyhand that is installed here; nothing where it is not installed as a package."""
    from importlib import metadata  # noqa: PLC0415 - no function needs it

    try:
        return metadata.version("steadyhand")
    except metadata.PackageNotFoundError:
        return ""


def forwarder_stack(region: str) -> str:
    """The stack of a further region, which passes its events on."""
    return f"steadyhand-ears-{region}"


def reports(account: str, region: str) -> str:
    """The bucket of reports and pages, in the home region."""
    return f"steadyhand-reports-{account}-{region}"


def records(account: str, region: str) -> str:
    """The bucket of what CloudTrail and Config write, where we make them."""
    return f"{RECORDS}{account}-{region}"


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """`table` in region `home`, `actor` the ARN of the role that may write, `bucket` for reports.

    `version` is what was installed where it was deployed from.
    """

    settings: Settings
    home: str
    table: str = TABLE
    actor: str = ""
    bucket: str = ""
    version: str = ""

    @property
    def roles(self) -> dict[str, str]:
        """The roles that some sources are read in, by the names these have for them."""
        return {"drift": f"{self.actor.rpartition('/')[0]}/{DRIFT}"} if self.actor else {}

    @property
    def tokens(self) -> Tokens:
        """Where the tokens lie: at home."""
        return Tokens(self.settings.tokens, self.home)

    def as_variables(self) -> dict[str, str]:
        """The function's environment."""
        return {
            "STEADYHAND_SETTINGS": self.settings.as_json(),
            "STEADYHAND_HOME": self.home,
            "STEADYHAND_TABLE": self.table,
            "STEADYHAND_ACTOR": self.actor,
            "STEADYHAND_BUCKET": self.bucket,
            "STEADYHAND_VERSION": self.version,
        }

    @classmethod
    def from_variables(cls, variables: Mapping[str, str]) -> Deployed:
        """The inverse. `KeyError` names what is missing."""
        return cls(
            settings=Settings.from_json(variables["STEADYHAND_SETTINGS"]),
            home=variables["STEADYHAND_HOME"],
            table=variables["STEADYHAND_TABLE"],
            actor=variables["STEADYHAND_ACTOR"],
            bucket=variables.get("STEADYHAND_BUCKET", ""),
            version=variables.get("STEADYHAND_VERSION", ""),
        )
