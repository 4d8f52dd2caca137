"""What is tried, row by row: what no emulator can tell, how it is planted, seen, and taken back."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from steadyhand.model import Change, ChangeState
from steadyhand.settings.deployed import TABLE, records, reports
from tests.verify.planting import Made, Plant
from tests.verify.plants import PLANTS
from tests.verify.sandbox import NotSeen, NotTried, Sandbox

EVENTS, SWEEP, SETTLED = 180.0, 900.0, 300.0
"""Seconds for an event, for a sweep, and until something rests. CloudTrail delivers events within minutes."""

UNEMULATED = ("NotEmulated", "Unknown action")
"""What an emulator says of a call that it lacks."""

CLI = "import sys; from steadyhand.cli import main; sys.exit(main())"


@dataclass(frozen=True)
class Row:
    """One thing that only AWS can tell. `usd` is what trying it costs, at most."""

    name: str
    attempt: Callable[[Sandbox], str]
    usd: float = 0.0


def command(sandbox: Sandbox, *words: str) -> str:
    """What one of our commands said; it must end well."""
    keys = {
        "AWS_ACCESS_KEY_ID": "aws_access_key_id",
        "AWS_SECRET_ACCESS_KEY": "aws_secret_access_key",
    }
    own = {name: sandbox.credentials[key] for name, key in keys.items() if sandbox.credentials}
    settings = str(sandbox.scratch / "steadyhand.toml")
    run = subprocess.run(
        [sys.executable, "-c", CLI, *words, "--settings", settings],
        env={**sandbox.environment, **own, "NO_COLOR": "1"},
        cwd=sandbox.scratch,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        said = " ".join((run.stderr or run.stdout).split())[-600:]
        raise NotSeen(f"`steadyhand {' '.join(words)}` ended with {run.returncode}: {said}")
    return run.stdout


def changes_of(sandbox: Sandbox, plant: Plant, made: Made) -> list[Change]:
    """Those of one check about what was made, which an event may spell otherwise than we do."""
    every = [one for one in sandbox.ledger.changes() if one.finding.check == plant.check]
    return [one for one in every if made.key in (one.finding.key, one.finding.resource)]


def safe_fixes(sandbox: Sandbox) -> Iterator[Row]:
    """Each safe thing: fixed by itself, undone by a person, and as before. All are planted at once."""
    planted = [(plant, datetime.now(UTC), _planted(plant, sandbox)) for plant in PLANTS]
    for plant, began, made in planted:
        yield Row(
            f"{plant.check}: fixed, undone, as before", _fixing(plant, began, made), plant.usd
        )


def _planted(plant: Plant, sandbox: Sandbox) -> Made | Exception:
    """The thing, or why it could not be made: its row says so."""
    if sandbox.endpoint and plant.lacking:
        return NotTried(plant.lacking)
    try:
        return plant.make(sandbox)
    except Exception as error:  # noqa: BLE001 - the other things are planted
        return error


def _fixing(plant: Plant, began: datetime, planted: Made | Exception) -> Callable[[Sandbox], str]:
    def attempt(sandbox: Sandbox) -> str:
        if isinstance(planted, Exception):
            raise planted
        made = planted
        sandbox.until(f"what is planted for {plant.check}", made.ready, plant.seconds)
        since = datetime.now(UTC) if made.is_late else began

        def verified() -> Change | None:
            found = changes_of(sandbox, plant, made)
            return next((one for one in found if one.state is ChangeState.VERIFIED), None)

        by = "an event"
        try:
            change = sandbox.until(f"the fix of {plant.check}", verified, EVENTS)
        except NotSeen:
            by = "the sweep"
            sweep(sandbox)
            change = sandbox.until(f"the fix of {plant.check}", verified, SWEEP)
        if not made.is_fixed():
            raise NotSeen(f"{change.id} is verified, and {made.key} is not fixed")
        every = changes_of(sandbox, plant, made)
        failed = [one.id for one in every if one.state is ChangeState.FAILED]
        if failed:
            raise NotSeen(f"{', '.join(failed)} failed before {change.id} did it")
        done = (change.sent_at or change.at) - since
        took = f"by {by}, {max(0.0, done.total_seconds()):.1f} s after it was made"
        if plant.rests:
            return f"{took}; not undone: {plant.rests}"
        command(sandbox, "undo", change.id)
        sandbox.until(f"the undo of {change.id}", lambda: not made.is_fixed(), SETTLED)
        state = sandbox.ledger.change(change.id)
        if state is None or state.state is not ChangeState.UNDONE:
            raise NotSeen(f"{change.id} is {state and state.state}, not undone")
        return took

    return attempt


def sweep(sandbox: Sandbox) -> None:
    """The message that the schedule sends, and its end."""
    began, sqs = datetime.now(UTC), sandbox.client("sqs")
    queue = sqs.get_queue_url(QueueName="steadyhand-sweep")["QueueUrl"]
    said = json.dumps({"account": sandbox.account, "region": sandbox.region})
    sqs.send_message(QueueUrl=queue, MessageBody=said)

    def swept() -> bool:
        return any(at > began for _, at, _ in sandbox.ledger.sweeps())

    sandbox.until("the sweep", swept, SWEEP)


def swept(sandbox: Sandbox) -> str:
    """A sweep reads everything with the roles that it has; what it could not read is a hole in them."""
    began = time.monotonic()
    sweep(sandbox)
    unread = {
        f"{name} ({reason})"
        for _, _, said in sandbox.ledger.sweeps()
        for name, reason in _unread(said)
        if not (sandbox.endpoint and any(word in reason for word in UNEMULATED))
    }
    if unread:
        raise NotSeen(f"could not be read: {', '.join(sorted(unread))[:600]}")
    return f"whole, in {time.monotonic() - began:.0f} s"


def _unread(said: Any) -> Iterator[tuple[str, str]]:
    for one in said.get("unknown", ()):
        yield (str(one[0]), str(one[-1])) if isinstance(one, list | tuple) else (str(one), "")


def drift(sandbox: Sandbox) -> str:
    """A stack that was changed by hand: who reads what in drift detection."""
    name, formation = sandbox.named("drifted"), sandbox.client("cloudformation")
    group = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 30}}
    sandbox.removing(f"stack {name}", lambda: formation.delete_stack(StackName=name))
    formation.create_stack(
        StackName=name,
        TemplateBody=json.dumps({"Resources": {"Queue": group}}),
        Tags=[{"Key": "environment", "Value": "elsewhere"}],  # where nobody sets it back
    )
    formation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 2})
    resources = formation.describe_stack_resources(StackName=name)["StackResources"]
    url = resources[0]["PhysicalResourceId"]
    changed = {"VisibilityTimeout": "31"}
    sandbox.client("sqs").set_queue_attributes(QueueUrl=url, Attributes=changed)
    sweep(sandbox)

    def found() -> bool:
        return any(
            one.finding.check == "stack_drift"
            and name in f"{one.finding.key}{one.finding.resource}"
            for one in sandbox.ledger.records()
        )

    try:
        sandbox.until("the drift", found, EVENTS)
    except NotSeen:
        sweep(sandbox)  # a first look starts the detection, a later one reads it
        sandbox.until("the drift", found, EVENTS)
    return "found, with the roles' own reads"


def mail(sandbox: Sandbox) -> str:
    """A weekly review by SES, with its pictures and its calendar attached."""
    if "mail_from" not in (sandbox.scratch / "steadyhand.toml").read_text():
        raise NotTried("say --mail-from ADDRESS, verified in SES")
    answer = sandbox.client("lambda").invoke(
        FunctionName="steadyhand-review", Payload=json.dumps({"cadence": "weekly"}).encode()
    )
    said = json.loads(answer["Payload"].read())
    if answer.get("FunctionError") or not said.get("sent"):
        raise NotSeen(f"not sent: {str(said)[:400]}")
    return f"sent: {said['subject']}"


def link(sandbox: Sandbox) -> str:
    """A signed link opens a private page, and without its signature nothing does."""
    bucket, key = reports(sandbox.account, sandbox.region), "portal/verifying.html"
    s3 = sandbox.client("s3")
    s3.put_object(Bucket=bucket, Key=key, Body=b"private")
    aws: Any = sandbox.ledger.aws
    where = {"Bucket": bucket, "Key": key}
    url = aws.client("s3").generate_presigned_url("get_object", where, ExpiresIn=300)
    with urllib.request.urlopen(url, timeout=30) as page:
        if page.read() != b"private":
            raise NotSeen("the link opens something else")
    if "X-Amz-Algorithm=AWS4-HMAC-SHA256" not in url:
        raise NotSeen("the link is not signed with version 4")
    if sandbox.endpoint:
        return "opens; whether it is closed without a signature, an emulator cannot tell"
    try:
        urllib.request.urlopen(url.partition("?")[0], timeout=30).close()
    except urllib.error.HTTPError as refused:
        return f"opens, and without its signature: {refused.code}"
    raise NotSeen("the page is open to everybody")


def config(sandbox: Sandbox) -> str:
    """AWS Config delivers into our bucket as its own role."""
    text = (sandbox.scratch / "steadyhand.toml").read_text()
    if 'recorder = "create"' not in text:
        raise NotTried("a recorder is there already, and an account has one")
    client = sandbox.client("config")
    if sandbox.endpoint:
        found = client.describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
        if not any(one["recording"] for one in found):
            raise NotSeen("nothing records")
        return "records; an emulator delivers nothing"
    client.deliver_config_snapshot(deliveryChannelName="steadyhand")
    where = f"AWSLogs/{sandbox.account}/Config/"

    def delivered() -> bool:
        s3, bucket = sandbox.client("s3"), records(sandbox.account, sandbox.region)
        found = s3.list_objects_v2(Bucket=bucket, Prefix=where).get("Contents", ())
        return any(not one["Key"].endswith("ConfigWritabilityCheckFile") for one in found)

    sandbox.until("Config's delivery", delivered, SWEEP)
    return "delivered"


def silence(sandbox: Sandbox) -> str:
    """The alarm that tells of silence has never gone off."""
    client = sandbox.client("cloudwatch")
    (alarm,) = client.describe_alarms(AlarmNames=["steadyhand-silent"])["MetricAlarms"]
    history = client.describe_alarm_history(
        AlarmName="steadyhand-silent", HistoryItemType="StateUpdate"
    )["AlarmHistoryItems"]
    if alarm["StateValue"] == "ALARM" or any(
        "to ALARM" in one["HistorySummary"] for one in history
    ):
        raise NotSeen("it went off after the first deploy")
    return str(alarm["StateValue"]).lower()


def sessions(sandbox: Sandbox) -> str:
    """Each change was made in a session of its own, which CloudTrail names after it."""
    done = [one for one in sandbox.ledger.changes() if one.by == "steadyhand"]
    if not done:
        raise NotTried("no change was made")
    unproven = [one.id for one in done if not any(step.proven for step in one.steps)]
    if len(unproven) == len(done):
        raise NotSeen(f"no change is proven by its own event: {', '.join(unproven[:4])}")
    return f"{len(done) - len(unproven)} of {len(done)} changes proven by AWS's own word"


def recovery(sandbox: Sandbox) -> str:
    """The ledger itself can be put back to any second."""
    said = sandbox.client("dynamodb").describe_continuous_backups(TableName=TABLE)
    state = said["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    if state["PointInTimeRecoveryStatus"] != "ENABLED":
        raise NotSeen(f"it is {state['PointInTimeRecoveryStatus']}")
    return "enabled"


LAST = (
    Row("a sweep reads everything with its own roles", swept),
    Row("drift detection reads with the caller's roles", drift),
    Row("SES takes a review with attachments", mail),
    Row("a signed link to a private page", link),
    Row("Config delivers into our bucket", config, 0.05),
    Row("silence is no alarm after the first deploy", silence),
    Row("changes are made in sessions of their own", sessions),
    Row("point-in-time recovery of the ledger", recovery),
)
