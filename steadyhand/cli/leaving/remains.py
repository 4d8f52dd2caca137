"""What stays in the account when the stacks are gone, and how to remove it: each with its commands.

Everything here is looked up. What cannot be read is said to be unread, not left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from functools import partial

from steadyhand.aws.cli_command import command
from steadyhand.cli.leaving.stacks import ABSENT, Deployed, Region, Retained
from steadyhand.ledger.seal import PARAMETER
from steadyhand.model import Call, ReadFailed
from steadyhand.settings.deployed import BOOTSTRAP, LOGS, RECORDS, TABLE, records, reports
from steadyhand.settings.values import Settings

TABLES, BUCKETS = "AWS::DynamoDB::GlobalTable", "AWS::S3::Bucket"
VERSIONS = "{Objects: [Versions,DeleteMarkers][][].{Key:Key,VersionId:VersionId}}"
"""Every version of every object, as DeleteObjects takes them (a JMESPath)."""

A_REQUEST = 1000
"""Objects that one DeleteObjects takes ("DeleteObjects")."""

Look = tuple[str, Callable[[], Iterable["Remains"]]]

NOT_THERE = frozenset(
    {"ResourceNotFoundException", "ParameterNotFound", "NotFoundException", "404", "NoSuchBucket"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remains:
    """One thing that stays, why, and the commands that remove it, in order."""

    what: str
    why: str
    commands: tuple[str, ...] = ()


def remains(home: Region, settings: Settings, found: Deployed, account: str) -> Iterator[Remains]:
    """What stays: our data, what functions made, and what was the owner's before."""
    there = (one.region for one in found.stacks)
    regions = dict.fromkeys((home.region, *settings.regions, *there))
    kept = [one for stack in found.stacks for one in stack.kept]
    looks: list[Look] = [(one.name, partial(_kept, one)) for one in kept]
    for one, call in _named(home.region, account):
        if one.name not in {other.name for other in kept}:
            looks.append((one.name, partial(_still_there, home, one, call)))
    for name, why in _parameters(settings).items():
        looks.append((name, partial(_parameter, home, name, why)))
    for region in regions:
        looks.append((f"logs in {region}", partial(_logs, home, region)))
        looks.append((f"{BOOTSTRAP} in {region}", partial(_bootstrap, home, region)))
    if settings.mail_from:
        looks.append((settings.mail_from, partial(_identity, home, settings)))
    for what, look in looks:
        try:
            yield from look()
        except ReadFailed as failed:
            yield Remains(what=what, why=f"whether it is there cannot be read ({failed.code})")
    yield from _yours(settings)


def _named(region: str, account: str) -> Iterator[tuple[Retained, Call]]:
    """What an earlier removal may have left, by its fixed name, and how to look for it."""
    describe = Call("dynamodb:DescribeTable", {"TableName": TABLE})
    yield Retained(kind=TABLES, name=TABLE, region=region), describe
    for name in (reports(account, region), records(account, region)):
        head = Call("s3:HeadBucket", {"Bucket": name})
        yield Retained(kind=BUCKETS, name=name, region=region), head


def _still_there(home: Region, one: Retained, call: Call) -> Iterator[Remains]:
    try:
        home.ask(call)
    except ReadFailed as failed:
        if failed.code in NOT_THERE:
            return
        raise
    yield from _kept(one)


def _parameters(settings: Settings) -> dict[str, str]:
    """Parameters that no stack made, and what they are."""
    seal = {PARAMETER: "the key of the ledger's seals; keep it as long as the ledger"}
    token = {settings.tickets_token: "the token of your tickets, which you put there"}
    others = {
        name: f"the token of {whose}, which you put there"
        for whose, name in settings.tokens.items()
    }
    return seal | (token if settings.tickets else {}) | others


def _kept(one: Retained) -> Iterator[Remains]:
    where, end = one.region, f" --region {one.region}"
    if one.kind == TABLES:
        open_it = {"TableName": one.name, "DeletionProtectionEnabled": False}
        yield Remains(
            what=f"table {one.name} in {where}",
            why="the ledger; the next deploy adopts it",
            commands=(
                command(Call("dynamodb:UpdateTable", open_it), where),
                command(Call("dynamodb:DeleteTable", {"TableName": one.name}), where),
            ),
        )
    elif one.kind == BUCKETS:
        listed = (
            f"aws s3api list-object-versions --bucket {one.name} --max-items {A_REQUEST}"
            f" --query '{VERSIONS}' --output json{end}"
        )
        emptied = f'aws s3api delete-objects --bucket {one.name} --delete "$({listed})"{end}'
        yield Remains(
            what=f"bucket {one.name} in {where}",
            why=f"{_holds(one.name)}; the next deploy adopts it. The first command empties it of"
            f" {A_REQUEST} versions: again, until it says that there are none",
            commands=(emptied, command(Call("s3:DeleteBucket", {"Bucket": one.name}), where)),
        )
    else:
        yield Remains(what=f"{one.kind} {one.name} in {where}", why="the template retains it")


def _holds(bucket: str) -> str:
    return "what CloudTrail and Config wrote" if bucket.startswith(RECORDS) else "reports and pages"


def _parameter(aws: Region, name: str, why: str) -> Iterator[Remains]:
    wanted = {"ParameterFilters": [{"Key": "Name", "Values": [name]}]}
    for page in aws.pages(Call("ssm:DescribeParameters", wanted)):
        for one in page["Parameters"]:
            gone = command(Call("ssm:DeleteParameter", {"Name": one["Name"]}), aws.region)
            yield Remains(
                what=f"parameter {one['Name']} in {aws.region}", why=why, commands=(gone,)
            )


def _logs(home: Region, region: str) -> Iterator[Remains]:
    """Log groups that no stack has: a function that still wrote when its stack went made them."""
    aws = _in(home, region)
    names = [
        str(one["logGroupName"])
        for page in aws.pages(Call("logs:DescribeLogGroups", {"logGroupNamePrefix": LOGS}))
        for one in page["logGroups"]
    ]
    if names:
        gone = (
            command(Call("logs:DeleteLogGroup", {"logGroupName": one}), region) for one in names
        )
        yield Remains(
            what=f"{len(names)} log groups in {region}",
            why="what the functions said",
            commands=tuple(gone),
        )


def _bootstrap(home: Region, region: str) -> Iterator[Remains]:
    aws = _in(home, region)
    try:
        aws.ask(Call("cloudformation:DescribeStacks", {"StackName": BOOTSTRAP}))
    except ReadFailed as failed:
        if ABSENT in failed.reason:
            return
        raise
    gone = command(Call("cloudformation:DeleteStack", {"StackName": BOOTSTRAP}), region)
    yield Remains(
        what=f"stack {BOOTSTRAP} in {region}",
        why="what `cdk bootstrap` made: only if nothing else in this account uses the CDK. Its bucket,"
        " in which our zips lie, stays even then",
        commands=(gone,),
    )


def _identity(home: Region, settings: Settings) -> Iterator[Remains]:
    sender = parseaddr(settings.mail_from)[1]
    for name in (sender, sender.rpartition("@")[2]):
        try:
            home.ask(Call("sesv2:GetEmailIdentity", {"EmailIdentity": name}))
        except ReadFailed as failed:
            if failed.code in NOT_THERE:
                continue
            raise
        gone = command(Call("sesv2:DeleteEmailIdentity", {"EmailIdentity": name}), home.region)
        yield Remains(
            what=f"SES identity {name} in {home.region}",
            why="yours: others may send with it too",
            commands=(gone,),
        )


def _yours(settings: Settings) -> Sequence[Remains]:
    """What was there before us, which we only listened to."""
    said = []
    if settings.trail == "exists":
        said.append(Remains(what="your CloudTrail trail", why="yours; nothing of it changes"))
    if settings.recorder == "exists":
        said.append(Remains(what="your AWS Config recorder", why="yours; only our rules go"))
    return said


def ends(settings: Settings) -> Iterator[str]:
    """What ends with the stacks that others may count on by now."""
    if settings.trail == "create":
        yield "the CloudTrail trail that the stack made: from then on it logs nothing"
    if settings.recorder == "create":
        yield "the AWS Config recorder that the stack made: from then on it records nothing"


def _in(home: Region, region: str) -> Region:
    return home if region == home.region else home.elsewhere(region)
