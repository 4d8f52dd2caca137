"""CloudWatch alarms over Steadyhand itself: the owner is mailed when it fails or falls silent.

Each costs as much as all that its function does in an idle month, so there is one for each way to
fail, and no second. Whatever a queue or a destination of failed calls holds in the end is told from
there; how late the private pages are is no alarm; sweeps that do not come are told by silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.access.nag_acknowledgements import acknowledge
from stacks.events.queue import WorkQueue
from stacks.function import Function
from steadyhand.settings import deployed

SERVICE = "steadyhand"
"""The dimension of our metrics. One for all functions: CloudWatch bills each combination."""

HEARTBEAT = "Sweeps"
HOUR = timedelta(hours=1)
LONGEST = 7 * 24
"""Hours that an alarm can look back."""


class OwnAlarms(Construct):
    """Alarms, and the topic that mails them. Their state changes are events that wake us as well."""

    def __init__(self, scope: Construct, name: str, *, mail_to: Sequence[str]) -> None:
        super().__init__(scope, name)
        stack = Stack.of(self)
        self.topic = sns.Topic(
            self,
            "Topic",
            topic_name="steadyhand-alarms",
            display_name="Steadyhand",
            enforce_ssl=True,
        )
        alarms = stack.format_arn(
            service="cloudwatch", resource="alarm:steadyhand-*", arn_format=None
        )
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={
                    "ArnLike": {"aws:SourceArn": alarms},
                    "StringEquals": {"aws:SourceAccount": stack.account},
                },
            )
        )
        for number, address in enumerate(mail_to, 1):
            mail = sns.CfnSubscription(
                self,
                f"Mail{number}",
                topic_arn=self.topic.topic_arn,
                protocol="email",
                endpoint=address,
            )
            again = "SNS itself tries a mail again; the alarm stands in the console and the ledger."
            acknowledge(mail, {"Serverless-SNSRedrivePolicy": again})

    def over_function(self, function: Function) -> None:
        """Any error that no retry hid."""
        self._alarm(
            f"{function.called}-errors",
            "A function of Steadyhand failed; its log says why.",
            function.function.metric_errors(period=Duration.minutes(5)),
        )

    def over_queue(self, work_queue: WorkQueue, called: str, *, is_urgent: bool) -> None:
        """Messages that failed; and messages that no consumer takes, where somebody waits for them."""
        self.over_failed_messages(work_queue.dead, f"{called}-dead-letters")
        if not is_urgent:
            return
        self._alarm(
            f"{called}-waits",
            "Messages wait too long: Steadyhand is stopped, throttled or too slow.",
            work_queue.queue.metric_approximate_age_of_oldest_message(period=Duration.minutes(5)),
            at_least=work_queue.too_long.to_seconds(),
        )

    def over_failed_messages(self, queue: sqs.Queue, called: str) -> None:
        """Anything in a queue of failures."""
        self._alarm(
            called,
            "Something could not be done and waits in this queue; look, fix, redrive.",
            queue.metric_approximate_number_of_messages_visible(period=Duration.minutes(5)),
        )

    def over_silence(self, shortest: timedelta) -> None:
        """No sweep for twice the shortest period: only CloudWatch can tell that we are gone.

        A new alarm has INSUFFICIENT_DATA, and so has one whose sweeps stopped coming. Actions are
        taken where a state changes, so the owner hears of the second and not of the first: nothing
        before the first sweep ended ("Using Amazon CloudWatch alarms", missing data).
        """
        hours = min(LONGEST, max(1, round(2 * shortest / HOUR)))
        beat = cloudwatch.Metric(
            namespace=deployed.METRICS,
            metric_name=HEARTBEAT,
            dimensions_map={"service": SERVICE},
            statistic="Sum",
            period=Duration.hours(1),
        )
        alarm = cloudwatch.Alarm(
            self,
            "steadyhand-silent",
            alarm_name="steadyhand-silent",
            alarm_description=f"No sweep ended in {hours} hours: nobody is looking at the account.",
            metric=beat,
            threshold=1,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            evaluation_periods=hours,
            datapoints_to_alarm=hours,
            treat_missing_data=cloudwatch.TreatMissingData.MISSING,
        )
        self._tell(alarm).insufficient_data_actions = [self.topic.topic_arn]

    def _alarm(
        self, name: str, says: str, metric: cloudwatch.Metric, *, at_least: float = 1
    ) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=name,
            alarm_description=says,
            metric=metric,
            threshold=at_least,
            comparison_operator=(cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD),
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        self._tell(alarm)

    def _tell(self, alarm: cloudwatch.Alarm) -> cloudwatch.CfnAlarm:
        """When it fires and when it is over."""
        made = alarm.node.default_child
        assert isinstance(made, cloudwatch.CfnAlarm)
        made.alarm_actions = made.ok_actions = [self.topic.topic_arn]
        return made
