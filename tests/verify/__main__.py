"""`python -m tests.verify --account 111122223333`: what only a real account can tell, in one table.

It takes an hour or two and less than a dollar, wants credentials of a role or user that may do everything, and an account
in which nothing else lives. It deploys, plants, looks, undoes, and removes all of it, whatever happens.
`--endpoint emulator` runs the same against the emulator on this machine: then it proves itself, not AWS.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, cast

import boto3
from botocore.exceptions import ClientError

from emulator.launcher import Emulator
from steadyhand.demo import deployment
from steadyhand.engine.ask.operators import as_operator
from steadyhand.ledger.seal import PARAMETER
from steadyhand.settings.deployed import BOOTSTRAP, LOGS, TABLE, records, reports
from tests.verify import database
from tests.verify.drifts import drifts
from tests.verify.plants import PLANTS
from tests.verify.rows import LAST, Row, command, safe_fixes
from tests.verify.sandbox import (
    WORD,
    NotSeen,
    NotTried,
    Refused,
    Sandbox,
    admitted,
    is_gone,
    removed,
    surroundings,
)

DEPLOYED_USD = 0.15
"""Alarms, logs and requests of an hour, at list prices."""


def main(arguments: Sequence[str]) -> int:
    """0 where every row that was tried is right and nothing is left."""
    said = parsed(arguments)
    outcomes: list[tuple[str, str, str, float, float]] = []
    left: list[str] = []
    try:
        with account(said) as sandbox, removed(sandbox):
            left = sandbox.left
            for row in rows(sandbox, said):
                outcomes.append(tried(row, sandbox))
                sandbox.tell(line(outcomes[-1]))
                if row.name == "deploy" and outcomes[-1][1] != "right":
                    break
    except Refused as refused:
        sys.stderr.write(f"Refused: {refused}.\n")
        return 5
    except KeyboardInterrupt:
        sys.stderr.write("Stopped; what was made has been removed.\n")
    sys.stdout.write("\n" + "\n".join(map(line, outcomes)) + "\n")
    usd = sum(one[4] for one in outcomes if one[1] != "not tried")
    sys.stdout.write(f"It cost at most {usd:.2f} USD at list prices.\n")
    for one in left:
        sys.stdout.write(f"LEFT BEHIND: {one}\n")
    return 1 if left or not outcomes or any(one[1] == "wrong" for one in outcomes) else 0


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m tests.verify", description=__doc__)
    parser.add_argument("--account", default="", help="the sandbox's twelve digits; must be said")
    parser.add_argument("--region", default="eu-central-1")
    parser.add_argument(
        "--mail-from", default="", help="an address verified in SES, for the mail row"
    )
    parser.add_argument("--mail-to", default="success@simulator.amazonses.com")
    parser.add_argument("--endpoint", choices=["emulator"], default=None)
    return parser.parse_args(arguments)


def line(one: tuple[str, str, str, float, float]) -> str:
    """One row of the table."""
    name, sign, words, seconds, usd = one
    return f"{sign:<9}  {name:<52} {seconds:>6.0f} s  {usd:>5.2f} USD  {words}"


def tried(row: Row, sandbox: Sandbox) -> tuple[str, str, str, float, float]:
    """One row: right, wrong or not tried, and in which words."""
    began = time.monotonic()
    try:
        sign, words = "right", row.attempt(sandbox)
    except NotTried as missing:
        sign, words = "not tried", str(missing)
    except NotSeen as wrong:
        sign, words = "wrong", str(wrong)
    except Exception as error:  # noqa: BLE001 - a row that breaks is wrong, and the others are tried
        sign, words = "wrong", f"{type(error).__name__}: {' '.join(str(error).split())[-600:]}"
    return row.name, sign, words, time.monotonic() - began, row.usd


@contextmanager
def account(said: argparse.Namespace) -> Iterator[Sandbox]:
    """The sandbox that was named, if it may be one."""
    with tempfile.TemporaryDirectory(prefix="steadyhand-verify-") as folder:
        scratch = Path(folder)
        if said.endpoint:
            number = said.account or "111122223333"
            with Emulator.start(region=said.region, account=number) as aws:
                key = aws.person("verifier")
                mine = {
                    "aws_access_key_id": key["AccessKeyId"],
                    "aws_secret_access_key": key["SecretAccessKey"],
                }
                client = cache(partial(aws.client, user="verifier"))
                yield Sandbox(
                    account=number,
                    region=said.region,
                    identity=admitted(client, number),
                    client=client,
                    environment=aws.environment,
                    scratch=scratch,
                    target="host",
                    endpoint=aws.url,
                    patience=0.5,
                    credentials=mine,
                )
            return
        session = boto3.Session(region_name=said.region)
        client = cache(session.client)
        identity = admitted(client, said.account)
        where = {"AWS_REGION": said.region, "AWS_DEFAULT_REGION": said.region}
        yield Sandbox(
            account=said.account,
            region=said.region,
            identity=identity,
            client=client,
            environment=surroundings() | where,
            scratch=scratch,
        )


def rows(sandbox: Sandbox, said: argparse.Namespace) -> Iterator[Row]:
    """All of them, in order."""
    yield Row("deploy", lambda at: deploy(at, said), DEPLOYED_USD)
    yield from safe_fixes(sandbox)
    yield database.ROW
    yield from drifts(sandbox)
    yield from LAST
    yield Row("uninstall, and nothing is left", leave)


def deploy(sandbox: Sandbox, said: argparse.Namespace) -> str:
    """As an owner does it: settings, bootstrap, synthesis, deployment."""
    began, file = time.monotonic(), sandbox.scratch / "steadyhand.toml"
    file.write_text(settings(sandbox, said), encoding="utf-8")
    if said.endpoint and said.mail_from:
        sandbox.client("sesv2").create_email_identity(EmailIdentity=said.mail_from)
    bootstrapped(sandbox)
    out = sandbox.scratch / "cdk.out"
    deployment.synth(
        deployment.ROOT,
        out,
        context={"steadyhand:target": sandbox.target, "steadyhand:settings": str(file)},
        environment={
            "CDK_DEFAULT_ACCOUNT": sandbox.account,
            "CDK_DEFAULT_REGION": sandbox.region,
        },
    )
    sandbox.removing("what stays of Steadyhand", lambda: wipe(sandbox))
    sandbox.removing("the stacks", lambda: command(sandbox, *UNINSTALL))
    deployment.deploy(cast(Any, sandbox), out, adopt=True)
    return f"{time.monotonic() - began:.0f} s, bootstrap and synthesis too"


def settings(sandbox: Sandbox, said: argparse.Namespace) -> str:
    """Safe fixes go by themselves where the environment is ours, and nowhere else."""
    trails = sandbox.client("cloudtrail").describe_trails()["trailList"]
    recorders = sandbox.client("config").describe_configuration_recorders()
    is_recorded = bool(recorders["ConfigurationRecorders"])
    written = {
        "owner": {"name": "Verification", "operators": [as_operator(sandbox.identity)]}
        | ({"mail_from": said.mail_from, "mail_to": [said.mail_to]} if said.mail_from else {}),
        "deploy": {
            "regions": [sandbox.region],
            "home": sandbox.region,
            "trail": "exists" if trails else "create",
            "recorder": "exists" if is_recorded else "create",
        },
    }
    lines = []
    for section, values in written.items():
        lines.append(f"[{section}]")
        lines += [f"{name} = {json.dumps(value)}" for name, value in values.items()]
    lines += ["[environments]", f'{WORD} = ["{WORD}"]', 'elsewhere = ["elsewhere"]']
    lines.append('default = "elsewhere"')
    for plant in PLANTS:
        lines += [f"[checks.{plant.check}.modes]", f'{WORD} = "auto"']
    lines += ["[checks.resource_drift]", "quiet_minutes = 0"]  # its stack is a minute old
    lines += [f"[checks.{database.CHECK}.modes]", f'{WORD} = "approve"']
    return "\n".join(lines) + "\n"


UNINSTALL = ("uninstall", "--yes", "--unfinished", "--out", "taken")


def leave(sandbox: Sandbox) -> str:
    """Uninstall as a person does, then remove what stays, by what it says itself."""
    said = command(sandbox, *UNINSTALL)
    listed = [one for one in said.splitlines() if one.startswith("      aws ")]
    for one in listed:
        shlex.split(one)  # each can be pasted
    wipe(sandbox)
    again = command(sandbox, "uninstall", "--dry-run")
    for name in (f"table {TABLE} in", f"bucket {reports(sandbox.account, sandbox.region)} in"):
        if name in again:
            raise NotSeen(f"{name} {sandbox.region} is still there")
    if "No stack of Steadyhand" not in again:
        raise NotSeen("a stack is still there")
    return f"{len(listed)} commands for what stayed"


def wipe(sandbox: Sandbox) -> None:
    """What an uninstall leaves on purpose."""
    dynamodb, ssm, logs = (sandbox.client(one) for one in ("dynamodb", "ssm", "logs"))

    def table() -> None:
        dynamodb.update_table(TableName=TABLE, DeletionProtectionEnabled=False)
        sandbox.until(
            "the table to be at rest",
            lambda: dynamodb.describe_table(TableName=TABLE)["Table"]["TableStatus"] == "ACTIVE",
            60,
        )
        dynamodb.delete_table(TableName=TABLE)

    def groups() -> None:
        for group in logs.describe_log_groups(logGroupNamePrefix=LOGS)["logGroups"]:
            logs.delete_log_group(logGroupName=group["logGroupName"])

    steps: list[Callable[[], Any]] = [table, groups, partial(ssm.delete_parameter, Name=PARAMETER)]
    steps += [
        partial(emptied, sandbox, name(sandbox.account, sandbox.region))
        for name in (reports, records)
    ]
    for step in steps:
        without(step)


def without(step: Callable[[], Any]) -> None:
    """A removal that may find nothing."""
    try:
        step()
    except ClientError as error:
        if not is_gone(error):
            raise


def emptied(sandbox: Sandbox, name: str) -> None:
    """A bucket with all versions of what lies in it."""
    s3 = sandbox.client("s3")
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
        for one in [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]:
            s3.delete_object(Bucket=name, Key=one["Key"], VersionId=one["VersionId"])
    s3.delete_bucket(Bucket=name)


def bootstrapped(sandbox: Sandbox) -> None:
    """What the CDK needs, and its removal where it was not there before."""
    formation, aws = sandbox.client("cloudformation"), cast(Any, sandbox)
    stacks = formation.get_paginator("describe_stacks").paginate()
    if not any(one["StackName"] == BOOTSTRAP for page in stacks for one in page["Stacks"]):
        assets = f"cdk-hnb659fds-assets-{sandbox.account}-{sandbox.region}"
        sandbox.removing(f"bucket {assets}", partial(emptied, sandbox, assets))
        sandbox.removing(f"stack {BOOTSTRAP}", partial(formation.delete_stack, StackName=BOOTSTRAP))
    deployment.bootstrap(aws)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
