"""The topic for what cannot wait, and the channels that Amazon Q Developer shows it in.

Amazon Q takes a role to answer questions and run commands from a channel. Ours may do nothing, and
the channel's guardrail denies everything besides: it shows notifications, and that is all.
"""

from __future__ import annotations

from aws_cdk import Stack
from aws_cdk import aws_chatbot as chatbot
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.access.grants import Grant
from stacks.access.policy import allow
from stacks.function import Function
from steadyhand.connect.chat import TOPIC
from steadyhand.settings.values import Settings

NOTHING = "AWSDenyAll"
"""The guardrail. Where none is named, Amazon Q takes AdministratorAccess."""


class Chat(Construct):
    """`topic`, which these functions may publish to, and a configuration for each channel."""

    def __init__(
        self, scope: Construct, name: str, *, settings: Settings, by: list[Function]
    ) -> None:
        super().__init__(scope, name)
        self.settings = settings
        self.topic = sns.Topic(
            self,
            "Topic",
            topic_name=TOPIC,
            display_name="Steadyhand",
            enforce_ssl=True,
            master_key=kms.Alias.from_alias_name(self, "Key", "alias/aws/sns"),
        )
        where = Stack.of(self).format_arn(service="sns", resource=TOPIC)
        for function in by:
            allow(function.role, [Grant(("sns:Publish",), (where,))])
        has_slack = settings.slack_workspace and settings.slack_channel
        has_teams = settings.teams_tenant and settings.teams_team and settings.teams_channel
        if has_slack:
            self._slack()
        if has_teams:
            self._teams()

    def _slack(self) -> None:
        chatbot.CfnSlackChannelConfiguration(
            self,
            "Slack",
            configuration_name="steadyhand-slack",
            slack_workspace_id=self.settings.slack_workspace,
            slack_channel_id=self.settings.slack_channel,
            iam_role_arn=self._role("slack").role_arn,
            guardrail_policies=[self._nothing()],
            sns_topic_arns=[self.topic.topic_arn],
            logging_level="ERROR",
            user_role_required=False,
        )

    def _teams(self) -> None:
        chatbot.CfnMicrosoftTeamsChannelConfiguration(
            self,
            "Teams",
            configuration_name="steadyhand-teams",
            teams_tenant_id=self.settings.teams_tenant,
            team_id=self.settings.teams_team,
            teams_channel_id=self.settings.teams_channel,
            iam_role_arn=self._role("teams").role_arn,
            guardrail_policies=[self._nothing()],
            sns_topic_arns=[self.topic.topic_arn],
            logging_level="ERROR",
            user_role_required=False,
        )

    def _role(self, where: str) -> iam.Role:
        """A role without a permission: a notification needs none."""
        stack = Stack.of(self)
        for_us = {"StringEquals": {"aws:SourceAccount": stack.account}}
        return iam.Role(
            self,
            f"{where.capitalize()}Role",
            role_name=f"steadyhand-{where}",
            description="Lets Amazon Q show our notifications in a channel; it may do nothing",
            assumed_by=iam.ServicePrincipal("chatbot.amazonaws.com", conditions=for_us),
        )

    def _nothing(self) -> str:
        return f"arn:{Stack.of(self).partition}:iam::aws:policy/{NOTHING}"
