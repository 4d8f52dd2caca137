"""What the owner decided: a value. `file` reads it from steadyhand.toml and checks it.

Functions get it resolved, as JSON, so the hot path needs neither TOML nor pydantic.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from steadyhand.model import Finding, Mode

EVERYWHERE = "*"
ENVIRONMENT_TAGS = ("environment", "env", "stage")
WORDS = re.compile(r"[a-z]+|[0-9]+")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The owner's decisions.

    `environments` maps an environment to words that name it in tags and resource names; what
    matches none is in `default_environment`. `modes` maps a check to a mode for each environment
    (`*` for all); a check that is not there observes. `knobs` maps a check to its fields.
    `trail` and `recorder`: "exists", "create" or "none". `chat`: "create" (an SNS topic) or
    "none". `tickets`: "github", "gitlab" or nothing; `tickets_token` is the SSM parameter that
    holds the token, and `tokens` those that hold others, by the service that is asked with each. `operators` are the ARNs of roles and users who may fix, approve and undo.
    `availability_target` is in per cent. `code_owned`: what a template made is changed in its code ("propose"), or in place too ("fix"). `freeze`: windows in which nothing is.
    `drift_read`: what the role that compares stacks may read, what the enabled checks list ("listed") or "ReadOnlyAccess".
    `drift_tell`: domains; whoever signs in with an address in one is told by mail what of theirs was set back.
    """

    owner: str = "Your team"
    mail_to: Sequence[str] = ()
    mail_from: str = ""
    operators: Sequence[str] = ()
    time_zone: str = "UTC"
    regions: Sequence[str] = ()
    home: str = ""
    trail: str = "exists"
    recorder: str = "none"
    environments: Mapping[str, Sequence[str]] = field(
        default_factory=lambda: {
            "production": ("production", "prod", "prd", "live"),
            "staging": ("staging", "stage", "stg", "preprod"),
            "development": ("development", "develop", "dev", "test", "sandbox", "demo"),
        }
    )
    default_environment: str = "production"
    modes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    knobs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    hands_off_tag: str = "steadyhand:hands-off"
    code_owned: str = "propose"
    drift_read: str = "listed"
    drift_tell: Sequence[str] = ()
    freeze: Sequence[str] = ()
    stop_parameter: str = "/steadyhand/stop"
    monthly_budget_usd: float | None = None
    availability_target: float = 99.9
    interrupts_a_week: int = 3
    chat: str = "none"
    slack_workspace: str = ""
    slack_channel: str = ""
    teams_tenant: str = ""
    teams_team: str = ""
    teams_channel: str = ""
    tickets: str = ""
    tickets_project: str = ""
    tickets_url: str = ""
    tickets_token: str = "/steadyhand/tickets-token"  # noqa: S105 - the name of a parameter
    tokens: Mapping[str, str] = field(default_factory=dict)
    portal_link: bool = False

    def mode(self, check: str, environment: str) -> Mode:
        """How far to go by ourselves. Silence means observe."""
        said = self.modes.get(check, {})
        return Mode(said.get(environment) or said.get(EVERYWHERE) or Mode.OBSERVE)

    def environment(self, finding: Finding, tags: Mapping[str, str] | None = None) -> str:
        """Where a resource lives: by its tags, else by the words of its name.

        A tag that says it in a word nobody knows outweighs the name: then it is the default.
        """
        known = _lowered(finding.tags if tags is None else tags)
        named = [known[key] for key in ENVIRONMENT_TAGS if known.get(key)]
        said = named or [known.get("name", ""), finding.resource, finding.key]
        return next(filter(None, map(self._named, said)), self.default_environment)

    def unknown_environment(self, tags: Mapping[str, str]) -> str:
        """What to say of an environment's tag that nobody knows; nothing where it is known."""
        known = _lowered(tags)
        named = [known[key] for key in ENVIRONMENT_TAGS if known.get(key)]
        if not named or any(map(self._named, named)):
            return ""
        return f"no environment is called {named[0]!r}, so it counts as {self.default_environment}"

    def _named(self, text: str) -> str:
        words = set(WORDS.findall(text.lower()))
        for environment, names in self.environments.items():
            if words.intersection(names) or environment in words:
                return environment
        return ""

    def as_json(self) -> str:
        """The text a deployed function gets."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Settings:
        """The inverse of `as_json`; text that is empty means the defaults."""
        said = json.loads(text or "{}", object_hook=_numbered)
        return cls(**{one.name: said[one.name] for one in fields(cls) if one.name in said})


def _lowered(tags: Mapping[str, str] | None) -> dict[str, str]:
    return {key.lower(): tag for key, tag in (tags or {}).items()}


def _numbered(said: dict[str, Any]) -> dict[Any, Any]:
    """JSON knows no number as a key: {"22": "SSH"} was {22: "SSH"}."""
    return {int(key) if key.isdigit() else key: value for key, value in said.items()}
