"""The demo's account with Steadyhand deployed in it: what can be done there, and what is to be seen.

Nothing here speaks; `chapters` tell what happened.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from emulator.child_process import ChildProcess, sent
from emulator.launcher import ROOT, Emulator, Mail
from emulator.waiting import TooLate, until
from steadyhand.aws import client as clients
from steadyhand.demo import account, deployment
from steadyhand.demo.commands import SETTINGS, CommandFailed, CommandOutput, given, synthesis
from steadyhand.demo.past import Quarter
from steadyhand.demo.planted import bill
from steadyhand.demo.quarter import quarter
from steadyhand.ledger.table import Ledger
from steadyhand.model import Change, ChangeState, FindingStatus, Record
from steadyhand.model.planting import Ground
from steadyhand.settings import deployed, private
from steadyhand.settings import file as settings_file
from steadyhand.settings.values import Settings

FIRST = b"First 48 hours"
"""What the subject of the report of day one begins with."""

SWEEP_SECONDS, EVENT_SECONDS, MAIL_SECONDS, PAGES_SECONDS = 180, 90, 120, 120
"""Seconds without an effect and without progress, after which there is no hope."""


@dataclass(kw_only=True)
class Stage:
    """`out` gets logs and the synthesised stacks. `decided` are the demo's settings."""

    aws: Emulator
    out: Path
    decided: Settings = field(default_factory=lambda: settings_file.read(SETTINGS))

    # Setting up.

    def plant(self, tell: Callable[[int], None]) -> account.Planted:
        """Plant the time bombs, and the bill."""
        now = datetime.now(UTC)
        client = functools.cache(self.aws.client)
        ground = Ground(client=client, account=self.aws.account, region=self.aws.region, now=now)
        planted = account.plant(ground, tell)
        self.aws.bill(list(bill.days(now)), deeds=list(bill.deeds(now)))
        return planted

    def synthesising(self) -> AbstractContextManager[ChildProcess]:
        """Our stacks become templates and zips, in a process of their own."""
        command = synthesis(ROOT, self.templates, self.aws.account, self.aws.region)
        return sent("`cdk synth`", command, os.environ, self.log("synth"))

    def bootstrap(self, tell: Callable[[str], None]) -> None:
        """What the CDK needs in an account."""
        deployment.bootstrap(self.aws, tell=self._kept("bootstrap", tell))

    def deploy(self, tell: Callable[[str], None]) -> list[str]:
        """Our stacks, by the official CLI; their names."""
        deployment.deploy(self.aws, self.templates, tell=self._kept("deploy", tell))
        return [name for name in self._stacks() if name.lower().startswith("steadyhand")]

    def resources(self, stacks: Sequence[str]) -> int:
        """How many resources these stacks have."""
        cloudformation = self.aws.client("cloudformation")
        pages = cloudformation.get_paginator("list_stack_resources")
        return sum(
            len(page["StackResourceSummaries"])
            for stack in stacks
            for page in pages.paginate(StackName=stack)
        )

    # What is to be seen.

    @functools.cached_property
    def ledger(self) -> Ledger:
        """The ledger of the deployed Steadyhand, read as a person reads it."""
        aws_client = clients.Botocore(
            self.aws.region,
            session=clients.session(),
            identity=f"arn:aws:iam::{self.aws.account}:root",
            workers=False,
            endpoint=self.aws.url,
            credentials={
                "aws_access_key_id": self.aws.environment["AWS_ACCESS_KEY_ID"],
                "aws_secret_access_key": self.aws.environment["AWS_SECRET_ACCESS_KEY"],
            },
        )
        return Ledger(aws_client, deployed.TABLE)

    @functools.cached_property
    def ec2(self) -> Any:
        """Made once: it is asked often, and its answers are timed."""
        return self.aws.client("ec2")

    def records(self) -> list[Record]:
        """All that was ever found."""
        return list(self.ledger.records())

    def record(self, check: str, key: str) -> Record | None:
        """What is remembered of one check's finding on one resource."""
        known = self.ledger.known(self.aws.region, key).values()
        return next((one for one in known if one.finding.check == check), None)

    def known(self, check: str, key: str) -> Record:
        """A finding that must be there for the story to go on."""
        record = self.record(check, key)
        if record is None:
            raise TooLate(f"{check} said nothing about {key}, so the story cannot go on")
        return record

    def change_of(self, key: str) -> Change:
        """The latest change of this resource."""
        for change in reversed(self.ledger.changes()):
            if change.finding.key == key:
                return change
        raise TooLate(f"no change of {key} was written down, so the story cannot go on")

    def is_open_again(self, group: str) -> bool | None:
        """Written down as a person's wish: from then on a guardrail holds us."""
        record = self.record("open_admin_ports", group)
        wished = record and record.status is FindingStatus.OPEN and record.undone_at
        return True if wished else None

    def rules(self, group: str) -> list[Mapping[str, Any]]:
        """Whom a security group lets in, a line for each."""
        found = self.ec2.describe_security_groups(GroupIds=[group])
        permissions = found["SecurityGroups"][0]["IpPermissions"]
        return [
            {
                "protocol": permission["IpProtocol"],
                "port": permission.get("FromPort"),
                "from": one.get("CidrIp") or one.get("CidrIpv6"),
                "why": one.get("Description", ""),
            }
            for permission in permissions
            for one in [*permission.get("IpRanges", ()), *permission.get("Ipv6Ranges", ())]
        ]

    def is_private(self, database: str) -> bool:
        """Whether a database has no public address."""
        found = self.aws.client("rds").describe_db_instances(DBInstanceIdentifier=database)
        return not found["DBInstances"][0]["PubliclyAccessible"]

    # What can be done.

    def opening_ssh(self, group: str, key: Mapping[str, str]) -> Callable[[], Any]:
        """Ready to open SSH to the world, as the person who has this key."""
        everyone = {"CidrIp": "0.0.0.0/0", "Description": "just for a minute"}
        permission = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [everyone]}
        ec2 = self.aws.client("ec2", credentials=key)
        return functools.partial(
            ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=[permission]
        )

    def sweep(self) -> Mapping[str, Any]:
        """Send the message that the schedule sends, and wait for what the sweep says it covered."""
        began = datetime.now(UTC)
        sqs = self.aws.client("sqs")
        queue = sqs.get_queue_url(QueueName="steadyhand-sweep")["QueueUrl"]
        said = {"account": self.aws.account, "region": self.aws.region}
        sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(said))

        def covered() -> Mapping[str, Any] | None:
            for region, at, what in self.ledger.sweeps():
                if region == self.aws.region and at > began:
                    return what
            return None

        what = until(covered, "the sweep", SWEEP_SECONDS)
        until(self.settled, "the end of every change", EVENT_SECONDS)
        return what

    def settled(self) -> bool | None:
        """True once no change is under way."""
        return None if any(one.state.moves for one in self.ledger.changes()) else True

    def changed(self, check: str, key: str, since: datetime) -> Change:
        """The change that was made of a finding since then, once it is verified."""

        def made() -> Change | None:
            for change in self.ledger.changes(since):
                finding = change.finding
                if (
                    finding.check == check
                    and finding.key == key
                    and change.state is ChangeState.VERIFIED
                ):
                    return change
            return None

        return until(made, f"the fix of {check}", EVENT_SECONDS)

    @functools.cached_property
    def session(self) -> Mapping[str, str]:
        """A session of the role that the owner named, as `aws sso login` leaves one in the environment."""
        role = self.decided.operators[0]
        got = self.aws.client("sts").assume_role(RoleArn=role, RoleSessionName="tomas")
        return {
            "AWS_ACCESS_KEY_ID": got["Credentials"]["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": got["Credentials"]["SecretAccessKey"],
            "AWS_SESSION_TOKEN": got["Credentials"]["SessionToken"],
        }

    def command(self, *said: str, codes: Sequence[int] = (0,), root: bool = False) -> CommandOutput:
        """One of our commands, as a person gives it in a session of the operators' role, or as root."""
        signed = {} if root else self.session
        return given(said, {**self.aws.environment, **signed}, self.out, codes)

    def review(self, cadence: str, period: str = "") -> list[Mail]:
        """Call the function that writes, as its schedule does; the mails that came of it.

        `period` is the name of an earlier one: "2026-10", "2026-W43".
        """
        before = len(self.aws.mails())
        said = {"cadence": cadence} | ({"period": period} if period else {})
        answered = self.aws.client("lambda").invoke(
            FunctionName="steadyhand-review", Payload=json.dumps(said).encode()
        )
        if answered.get("FunctionError"):
            said = answered["Payload"].read().decode(errors="replace")[-1500:]
            raise CommandFailed(f"the {cadence} review could not be written:\n{said}")
        return until(lambda: self.aws.mails()[before:] or None, f"the {cadence} mail", MAIL_SECONDS)

    def first_report(self) -> list[Mail]:
        """The report that makes itself once the stacks are there."""

        def arrived() -> list[Mail] | None:
            return [one for one in self.aws.mails() if FIRST in one.mime] or None

        return until(arrived, "the first report", MAIL_SECONDS)

    def look_back(self) -> Quarter:
        """Write a made-up quarter into the ledger, as if Steadyhand had been here for long."""
        made = quarter(datetime.now(UTC), self.aws.account, self.aws.region)
        made.write(self.ledger)
        return made

    def portal(self, mail: str) -> Path:
        """Have the private pages written, as after a sweep, and get them; the first page.

        `mail` is the review that the pages must lead to by then.
        """
        sqs = self.aws.client("sqs")
        queue = sqs.get_queue_url(QueueName=deployed.PORTAL)["QueueUrl"]
        sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"swept": self.aws.region}))
        folder = self.out.resolve()

        def written() -> Path | None:
            spoken = self.command("portal", "--out", str(folder), "--no-open", codes=(0, 5))
            first = self.out / "portal" / "index.html"
            reviews = first.with_name("reviews.html")
            if spoken.code or mail not in reviews.read_text(encoding="utf-8"):
                return None
            return first

        return until(written, "the pages", PAGES_SECONDS)

    # Where things are.

    @property
    def templates(self) -> Path:
        """The synthesised stacks."""
        return self.out.resolve() / "cdk.out"

    def log(self, name: str) -> Path:
        """Where a part of the run writes down what it did."""
        return self.out / "logs" / f"{name}.log"

    def _kept(self, name: str, tell: Callable[[str], None]) -> Callable[[str], None]:
        log = self.log(name)
        log.parent.mkdir(parents=True, exist_ok=True)

        def kept(line: str) -> None:
            private.append(log, f"{line}\n")
            tell(line)

        return kept

    def _stacks(self) -> list[str]:
        found = self.aws.client("cloudformation").list_stacks(StackStatusFilter=["CREATE_COMPLETE"])
        return [one["StackName"] for one in found["StackSummaries"]]


def emulator_version() -> str:
    """The version of ministack that is locked."""
    lock = (ROOT / "locks" / "emulator.in").read_text(encoding="utf-8")
    return lock.partition("==")[2].split()[0]
