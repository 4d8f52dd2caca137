"""The client of the account that a command speaks of: credentials, region, endpoint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from steadyhand.aws import client as aws
from steadyhand.aws.identity import (
    SharedSession,
    caller,
    default_region,
    global_region,
    has_credentials,
    known_regions,
)
from steadyhand.cli.errors import LOGIN, UNREACHED, CliError, Misused, from_aws
from steadyhand.cli.options import Here
from steadyhand.model import Call, ReadFailed
from steadyhand.settings.deployed import Tokens
from steadyhand.settings.nearest import unknown
from steadyhand.settings.values import Settings

ALL = "all"
ELSEWHERE = frozenset(
    {
        "AuthFailure",
        "InvalidClientTokenId",
        "OptInRequired",
        "RegionDisabledException",
        "UnrecognizedClientException",
        *UNREACHED,
    }
)
"""What a region says to an account that does not use it."""


def settings(here: Here) -> Settings:
    """What the owner decided."""
    from steadyhand.settings import file as settings_file  # noqa: PLC0415 - pydantic is slow to import

    try:
        return settings_file.find(here.settings)
    except settings_file.SettingsInvalid as wrong:
        raise CliError(
            str(wrong).rstrip("."), "correct the file, then: steadyhand doctor"
        ) from wrong


def connect(
    here: Here, decided: Settings, region: str = "", models: str | None = None
) -> aws.Botocore:
    """The client of one region: the one that is named, else home, else what AWS's settings say."""
    session = aws.session(models, here.profile)
    where = region or one_region(here) or home(decided) or region_of_settings(session)
    return identified(session, [where], here.endpoint, decided)


def identified(
    session: Any, regions: Sequence[str], endpoint: str | None, decided: Settings | None = None
) -> aws.Botocore:
    """The client of the first region that knows who asks.

    A region that the account does not use knows nobody: then the others are asked, and last the
    one where the partition's global services are.
    """
    if not regions[0]:
        if not has_credentials(session):
            said = "there are no AWS credentials, and no region is named"
            raise CliError(said, f"{LOGIN}; then say --region NAME, or set AWS_REGION")
        raise CliError("there is no region", "say --region NAME, or set AWS_REGION")
    counts: Counter[str] = Counter()
    refused: list[ReadFailed] = []
    for region in dict.fromkeys((*regions, global_region(session, regions[0]))):
        try:
            identity = who(session, region, endpoint, counts)
        except ReadFailed as failed:
            if failed.code not in ELSEWHERE or (endpoint and failed.code in UNREACHED):
                raise wrong_region(session, region, failed) or from_aws(failed) from failed
            if mistyped := wrong_region(session, region, failed):
                raise mistyped from failed
            refused.append(failed)
            continue
        where = region if region in regions else regions[0]
        return aws.Botocore(
            where,
            session=SharedSession(session),
            identity=identity,
            endpoint=endpoint,
            counts=counts,
            global_region=region,
            tokens=Tokens(decided.tokens, home(decided) or where) if decided else None,
        )
    raise from_aws(refused[0]) from refused[0]


def connect_all(here: Here, decided: Settings, models: str | None = None) -> list[aws.Botocore]:
    """A client of each region that is to be scanned, each with a count of its own.

    What `--region` names (`all`: every region the account uses), else what the owner decided,
    else the one of AWS's own settings. The first is one that knows who asks.
    """
    wanted = list(dict.fromkeys(here.regions or decided.regions))
    if ALL in wanted and wanted != [ALL]:
        raise Misused("--region all stands alone", "steadyhand scan --region all")
    session = aws.session(models, here.profile)
    named = [region for region in wanted if region != ALL]
    first = identified(
        session, named or [home(decided) or region_of_settings(session)], here.endpoint, decided
    )
    regions = enabled(first) if wanted == [ALL] else wanted or [first.region]
    others = [region for region in regions if region != first.region]
    return [first, *(first.with_(region=region, counts=Counter()) for region in others)]


def enabled(connect: aws.Botocore) -> list[str]:
    """The regions that the account uses."""
    try:
        answer = connect.ask(Call("ec2:DescribeRegions"))
    except ReadFailed as failed:
        raise from_aws(failed, "the list of regions") from failed
    return sorted(region["RegionName"] for region in answer["Regions"])


def connect_home(here: Here, decided: Settings) -> aws.Botocore:
    """The client of the region where the ledger lies: the owner's word comes first."""
    named = next((region for region in here.regions if region != ALL), "")
    return connect(replace(here, regions=()), decided, home(decided) or named)


def home(decided: Settings) -> str:
    """Where the owner says the ledger lies."""
    return decided.home or next(iter(decided.regions), "")


def one_region(here: Here) -> str:
    """The one region that `--region` names, if it names one."""
    if len(here.regions) > 1 or ALL in here.regions:
        raise Misused("only scan takes more than one region")
    return next(iter(here.regions), "")


def region_of_settings(session: Any) -> str:
    """What AWS's own settings say."""
    try:
        return default_region(session)
    except ReadFailed as failed:
        raise from_aws(failed) from failed


def who(session: Any, region: str, endpoint: str | None, counts: Counter[str]) -> str:
    """The caller's ARN: the first question, so wrong credentials or a wrong region show here, soon."""
    return caller(session, region, endpoint, counts)


def wrong_region(session: Any, region: str, failed: ReadFailed) -> CliError | None:
    """The region that cannot be reached may be no region at all."""
    known = known_regions(session)
    if not known or region in known or failed.code not in UNREACHED:
        return None
    return CliError(unknown(region, known, "region").partition("; `")[0], "say --region NAME")


def account_name(connect: aws.Botocore, decided: Settings) -> str:
    """Whose account it is, in one line: owner, number, who looks."""
    number = "-".join((connect.account[:4], connect.account[4:8], connect.account[8:]))
    who = (
        connect.identity.rpartition(":")[2]
        .replace("assumed-role/", "role ", 1)
        .replace("/", " ", 1)
    )
    owner = "" if decided.owner == Settings().owner else f"{decided.owner} · "
    return f"{owner}{number} · {who}"
