"""The stateless stack: functions, queues, schedules, alarms. Deleted and deployed again, nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from stacks.access import grants
from stacks.access.detection import taken_by
from stacks.access.grants import Grant
from stacks.access.limits import boundary
from stacks.access.nag_acknowledgements import acknowledge, shown
from stacks.access.policy import allow
from stacks.access.tokens import tokens_for
from stacks.alarms import SERVICE, OwnAlarms
from stacks.bundling import FUNCTIONS, MODELS, REPORTS, TICKETS, code, wanted
from stacks.events.event_rules import EventRules
from stacks.events.patterns import Pattern, alarms
from stacks.events.queue import WorkQueue, private_queue
from stacks.events.sweeps import Sweeps, periods
from stacks.function import FailedCalls, Function
from stacks.people.chat import Chat
from stacks.people.first import First
from stacks.people.mail import MailIdentities, coming_back, sending, telling
from stacks.people.portal import GATHERING, portal
from stacks.people.portal import TIMEOUT as PORTAL
from stacks.people.reviews import Reviews
from stacks.people.tickets import TIMEOUT as KEEPING
from stacks.people.tickets import Tickets
from stacks.recorder import Recorder, Rules
from stacks.storage import BY_ID, BY_KIND, reports_name
from stacks.trail import trail
from steadyhand.check import Check
from steadyhand.ledger.seal import PARAMETER
from steadyhand.readings.alarms import PERMISSIONS as ALARMS
from steadyhand.readings.billing import PERMISSIONS as BILLING
from steadyhand.readings.gather import PERMISSIONS
from steadyhand.readings.inventory.read import permissions as looking
from steadyhand.settings import deployed
from steadyhand.settings.values import Settings

REACT, SWEEP, ALARM = Duration.minutes(2), Duration.minutes(15), Duration.seconds(30)
ASK, REVIEW, EVALUATE = Duration.minutes(5), Duration.minutes(15), Duration.minutes(1)
TOLD_AT_ONCE = ("ask", "react", "sweep")
"""Functions whose every error is told at once: they change something, or a person waits for them. What
the others could not do is told from the queue where it ends."""

ONE_PROCESSOR = 1769
"""MB from which on Lambda gives a whole processor ("Configure Lambda function memory")."""


class ServiceStack(Stack):
    """The stateless stack at home."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        settings: Settings,
        checks: Sequence[Check],
        patterns: Mapping[str, Pattern],
        others: Sequence[str],
        **more: Any,
    ) -> None:
        super().__init__(scope, name, **more)
        self.settings, self.checks = settings, checks
        self.queues = f"arn:{self.partition}:sqs:{self.region}:{self.account}"
        self.alarms = OwnAlarms(self, "Watch", mail_to=settings.mail_to)
        self.failed = private_queue(self, "Failed", "steadyhand-dead-letters")
        holds = "It holds the calls that failed."
        acknowledge(self.failed, {"AwsSolutions-SQS3": holds, "Serverless-SQSRedrivePolicy": holds})
        self.alarms.over_failed_messages(self.failed, "steadyhand-dead-letters")
        target = wanted(self.node.try_get_context("steadyhand:target"))
        self.hot, self.slow = code(FUNCTIONS, target), code(REPORTS, target)
        group = scheduler.CfnScheduleGroup(self, "Schedules", name="steadyhand")
        react = self._react(patterns)
        sweep = self._sweep(others, group)
        ask = self._ask()
        self._portal(sweep)
        alarm = self._alarm()
        telling(self, settings, [react.role, sweep.role])
        if settings.chat == "create":
            Chat(self, "Chat", settings=settings, by=[react, sweep, alarm])
        review = self._review(group)
        evaluate = [self._evaluate()] if settings.recorder != "none" else []
        taken_by(
            [one.role for one in (react, sweep, ask)],
            scope=self,
            checks=checks,
            regions=(self.region, *others),
            settings=settings,
            readers=[one.role for one in (review, *evaluate)],
        )
        if settings.tickets:
            self._tickets(group, code(TICKETS, target))
        if settings.trail == "create":
            trail(self, self)
        around = boundary(self, settings.stop_parameter, checks)
        iam.PermissionsBoundary.of(self).apply(around)

    def _react(self, patterns: Mapping[str, Pattern]) -> Function:
        react = self._function(
            "react", "Looks again where an event points, and fixes what may be", 512, REACT
        )
        reading = grants.reads(grants.woken(self.checks), *grants.tagging())
        allow(react.role, [reading, *self._working("sqs:SendMessage")])
        work_queue = self._queue("react", REACT)
        react.work_off(work_queue, batch=10, at_once=5)
        EventRules(self, "EventRules", patterns=patterns, work_queue=work_queue)
        return react

    def _sweep(self, others: Sequence[str], group: scheduler.CfnScheduleGroup) -> Function:
        sweep = self._function(
            "sweep", "Looks at a whole region in its rhythm, and fixes what may be", 1024, SWEEP
        )
        allow(sweep.role, [grants.reads(self.checks, *grants.tagging(), *ALARMS), *self._working()])
        allow(sweep.role, tokens_for(sweep.role, self.settings, self.checks))
        work_queue = self._queue("sweep", SWEEP)
        sweep.work_off(work_queue, batch=1, at_once=2 if others else None)
        Sweeps(
            self, "Sweeps", checks=self.checks, others=others, group=group, work_queue=work_queue
        )
        self.alarms.over_silence(periods(self.checks)[0])
        return sweep

    def _ask(self) -> Function:
        """The one door for people: called and waited for, so its caller hears of every failure."""
        ask = self._function("ask", "Does what operators ask, once AWS said who asks", 1024, ASK)
        allow(ask.role, [grants.reads(self.checks, *grants.tagging()), *self._working()])
        waits = "It is called synchronously, and who calls hears how it ended."
        acknowledge(
            ask.function,
            {"Serverless-LambdaDLQ": waits, "Serverless-LambdaAsyncFailureDestination": waits},
        )
        return ask

    def _alarm(self) -> Function:
        alarm = self._function("alarm", "Writes down when an alarm fired", 256, ALARM)
        reporting = grants.reporting((self._table(),), self.account)
        allow(alarm.role, [*reporting, grants.looking_again(self.queues)])
        work_queue = self._queue("alarm", ALARM)
        alarm.work_off(work_queue, batch=10)
        failed_messages = {"letters": coming_back()} if self.settings.mail_from else {}
        EventRules(
            self, "Alarms", patterns={"alarms": alarms(), **failed_messages}, work_queue=work_queue
        )
        return alarm

    def _review(self, group: scheduler.CfnScheduleGroup) -> Function:
        review = self._function(
            "review", "Writes to people, weekly and monthly", ONE_PROCESSOR, REVIEW, code=self.slow
        )
        asking = grants.reporting(self._tables(), self.account)
        filing = f"arn:{self.partition}:s3:::{reports_name(self)}/*"
        keeping = Grant(("s3:GetObject", "s3:PutObject"), (filing,))
        reading = grants.reads(self.checks, *looking(), *BILLING, *PERMISSIONS)
        allow(review.role, [*asking, keeping, reading])
        if mail := sending(self, self.settings):
            allow(review.role, [mail])
            MailIdentities(self, "Post")
        self._when_it_fails(review)
        because = "Every report is a new object of this one bucket."
        acknowledge(review.role, {f"AwsSolutions-IAM5[Resource::{shown(self, filing)}]": because})
        Reviews(
            self,
            "Reviews",
            group=group,
            time_zone=self.settings.time_zone,
            review=review,
            failed=self.failed,
        )
        First(self, "First", review=review, failed=self.failed)
        return review

    def _portal(self, sweep: Function) -> None:
        writer = self._function("portal", "Writes the private pages", 1024, PORTAL, code=self.slow)
        allow(writer.role, grants.reporting(self._tables(), self.account))
        portal(writer, self._queue("portal", PORTAL, GATHERING), tellers=(sweep,))

    def _tickets(self, group: scheduler.CfnScheduleGroup, code: lambda_.Code) -> None:
        keeper = self._function(
            "tickets",
            "Keeps the backlog as tickets, and reads what people write",
            512,
            KEEPING,
            code,
        )
        self._when_it_fails(keeper)
        Tickets(
            self,
            "Ticketing",
            settings=self.settings,
            keeper=keeper,
            tables=self._tables(),
            group=group,
            failed=self.failed,
        )

    def _evaluate(self) -> Function:
        evaluate = self._function("evaluate", "Answers AWS Config's rules", 512, EVALUATE)
        asked = grants.evaluated(self.checks)
        reading = grants.reads(asked, "config:PutEvaluations")
        allow(evaluate.role, [reading, grants.looking_again(self.queues)])
        self._when_it_fails(evaluate)
        ours = self.settings.recorder == "create"
        rules = Rules(self, "Rules", checks=asked, evaluate=evaluate, ours=ours)
        if ours:
            rules.node.add_dependency(Recorder(self, "Recorder", checks=asked))
        return evaluate

    def _function(
        self,
        name: str,
        does: str,
        memory: int,
        timeout: Duration,
        code: lambda_.Code | None = None,
    ) -> Function:
        actor = self.format_arn(
            service="iam", region="", resource="role", resource_name=deployed.ACTOR
        )
        said = deployed.Deployed(
            settings=self.settings,
            home=self.region,
            actor=actor,
            bucket=reports_name(self),
            version=deployed.installed(),
        )
        made = Function(
            self,
            name,
            does=does,
            code=code or self.hot,
            memory=memory,
            timeout=timeout,
            variables={
                **said.as_variables(),
                "STEADYHAND_MODELS": MODELS,
                "POWERTOOLS_SERVICE_NAME": SERVICE,
                "POWERTOOLS_METRICS_NAMESPACE": deployed.METRICS,
                "POWERTOOLS_LOG_LEVEL": "INFO",
            },
        )
        if name in TOLD_AT_ONCE:
            self.alarms.over_function(made)
        everywhere = "It reads, everywhere; no action that it has on every resource can write."
        acknowledge(made.role, {"AwsSolutions-IAM5[Resource::*]": everywhere})
        return made

    def _queue(self, name: str, timeout: Duration, gathering: Duration | None = None) -> WorkQueue:
        called = f"steadyhand-{name}"
        work_queue = WorkQueue(
            self, f"{name.capitalize()}Inbox", called=called, timeout=timeout, gathering=gathering
        )
        self.alarms.over_queue(work_queue, called, is_urgent=name in ("react", "alarm"))
        return work_queue

    def _when_it_fails(self, function: Function) -> None:
        """After two retries, the call and its error are a message in `failed`."""
        failed: Any = FailedCalls(self.failed.queue_arn)
        function.function.configure_async_invoke(on_failure=failed, retry_attempts=2)
        allow(function.role, [Grant(("sqs:SendMessage",), (self.failed.queue_arn,))])
        because = "Its destination for failures gets the call and the error, which is more."
        acknowledge(function.function, {"Serverless-LambdaDLQ": because})

    def _working(self, *telling: str) -> list[Grant]:
        """What it takes to use the ledger, to be stopped, and to be told to look at a change again."""
        switch = self.format_arn(
            service="ssm",
            resource="parameter",
            resource_name=self.settings.stop_parameter.removeprefix("/"),
        )
        seal = self.format_arn(
            service="ssm", resource="parameter", resource_name=PARAMETER.removeprefix("/")
        )
        return [
            Grant(grants.remembering(), self._tables()),
            Grant(("ssm:GetParameter",), (switch,)),
            Grant(("ssm:GetParameter", "ssm:PutParameter"), (seal,)),
            grants.looking_again(self.queues, *telling),
        ]

    def _table(self) -> str:
        return self.format_arn(service="dynamodb", resource="table", resource_name=deployed.TABLE)

    def _tables(self) -> tuple[str, ...]:
        table = self._table()
        return (table, *(f"{table}/index/{index}" for index in (BY_ID, BY_KIND)))
