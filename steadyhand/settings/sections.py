"""The sections of steadyhand.toml: their keys and the type of each. What they do not know is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from steadyhand.settings.fields import (
    Domains,
    Mail,
    Mails,
    Operators,
    Parameter,
    Project,
    Region,
    Regions,
    Slack,
    Tag,
    TeamsChannel,
    TeamsId,
    Text,
    Url,
    Windows,
    Zone,
)


class Section(BaseModel):
    """A part of the file. What it does not know is wrong."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    renamed: ClassVar[Mapping[str, str]] = {}

    def decided(self) -> dict[str, Any]:
        """What the owner wrote, in the words of `Settings`."""
        said = self.model_dump(exclude_unset=True)
        return {self.renamed.get(name, name): value for name, value in said.items()}


class Owner(Section):
    """Whom it is for, and how to reach them."""

    renamed: ClassVar[Mapping[str, str]] = {"name": "owner"}

    name: Text = ""
    mail_to: Mails = []
    mail_from: Mail = ""
    operators: Operators = []
    time_zone: Zone = "UTC"
    monthly_budget_usd: Annotated[float, Field(gt=0, le=1_000_000_000)] | None = None


class Deploy(Section):
    """Where it lives."""

    regions: Regions = []
    home: Region = ""
    trail: Literal["exists", "create", "none"] = "exists"
    recorder: Literal["exists", "create", "none"] = "none"


class Reviews(Section):
    """What reviews measure, and how often people may be interrupted."""

    availability_target: Annotated[float, Field(gt=0, lt=100)] = 99.9
    interrupts_a_week: Annotated[int, Field(ge=0, le=1000)] = 3
    portal_link: bool = False


class Chat(Section):
    """Notifications: an SNS topic, and the channel that Amazon Q shows it in."""

    renamed: ClassVar[Mapping[str, str]] = {"topic": "chat"}

    topic: Literal["create", "none"] = "none"
    slack_workspace: Slack = ""
    slack_channel: Slack = ""
    teams_tenant: TeamsId = ""
    teams_team: TeamsId = ""
    teams_channel: TeamsChannel = ""


class Tickets(Section):
    """Where the backlog is kept as tickets."""

    renamed: ClassVar[Mapping[str, str]] = {
        "provider": "tickets",
        "project": "tickets_project",
        "url": "tickets_url",
        "token": "tickets_token",
    }

    provider: Literal["github", "gitlab"] | None = None
    project: Project = ""
    url: Url = ""
    token: Parameter = ""


class Tokens(Section):
    """Where the tokens lie with which checks ask who is not AWS."""

    cloudflare: Parameter = ""
    github: Parameter = ""
    gitlab: Parameter = ""

    def decided(self) -> dict[str, Any]:
        """By service; one that is not named is not asked."""
        return {"tokens": super().decided()}


class Guardrails(Section):
    """What it must not touch."""

    hands_off_tag: Tag = ""
    code_owned: Literal["propose", "fix"] = "propose"
    stop_parameter: Parameter = ""


class Drift(Section):
    """What CloudFormation may read for us where it compares a stack with what is there, and who is told of a fix."""

    renamed: ClassVar[Mapping[str, str]] = {"read": "drift_read", "tell": "drift_tell"}

    read: Literal["listed", "ReadOnlyAccess"] = "listed"
    tell: Domains = []


class Freeze(Section):
    """When nothing is changed."""

    renamed: ClassVar[Mapping[str, str]] = {"windows": "freeze"}

    windows: Windows = []


SECTIONS: Mapping[str, type[Section]] = {
    "owner": Owner,
    "deploy": Deploy,
    "guardrails": Guardrails,
    "freeze": Freeze,
    "drift": Drift,
    "reviews": Reviews,
    "chat": Chat,
    "tickets": Tickets,
    "tokens": Tokens,
}
