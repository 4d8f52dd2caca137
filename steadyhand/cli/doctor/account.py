"""Is everything there that Steadyhand needs? Each line says ok or what is missing, and what to do.

It only reads. What it may not read it says so, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from steadyhand.cli.doctor.line import ABSENT, Line, Sign, asked
from steadyhand.cli.doctor.mail import mail, sandbox
from steadyhand.connect.tickets.state import said_moment
from steadyhand.engine.changes.kill_switch import GO
from steadyhand.engine.reading import Aws
from steadyhand.ledger.table import Ledger
from steadyhand.model import ReadFailed
from steadyhand.reference.dated import dated
from steadyhand.rhythm.cost import idle
from steadyhand.rhythm.tickets.content import KIND, STATE
from steadyhand.settings.deployed import ACTOR, TABLE
from steadyhand.settings.local_date import minute_of
from steadyhand.settings.values import Settings

DEPLOY = "steadyhand deploy"
CDK_ACCIDENT = "3.0.0"
"""npm's `latest`, published by accident (aws/aws-cdk#38113): it cannot read what we synthesise."""

CDK_PINNED = "2.1148.1"
VERSION = re.compile(r"\b(\d+\.\d+\.\d+)\b")


def of_account(aws: Aws, settings: Settings) -> Iterator[Line]:
    """What the account says, in the home region."""
    looks: tuple[tuple[str, Callable[[Aws, Settings], Line]], ...] = (
        ("ledger", table),
        ("actor role", actor),
        ("kill switch", switch),
        ("trail", trail),
        ("global events", far_events),
        ("config recorder", recorder),
        ("mail", mail),
        ("mail sandbox", sandbox),
        ("its own cost", own_cost),
        *((("tickets", tickets),) if settings.tickets else ()),
    )
    for name, look in looks:
        try:
            yield look(aws, settings)
        except ReadFailed as failed:
            yield Line(name, Sign.UNREAD, f"may not be read ({failed.code})", "ask for read access")


def table(aws: Aws, settings: Settings) -> Line:
    """The ledger: is Steadyhand deployed here?"""
    del settings
    answer = asked(aws, "dynamodb:DescribeTable", {"TableName": TABLE})
    if answer is None:
        return Line(
            "ledger", Sign.MISSING, f"no table {TABLE} in {aws.region}: not deployed", DEPLOY
        )
    state = str(answer["Table"].get("TableStatus", "ACTIVE")).lower()
    return Line("ledger", Sign.OK, f"table {TABLE} in {aws.region}, {state}")


def actor(aws: Aws, settings: Settings) -> Line:
    """The one role that may write."""
    del settings
    if asked(aws, "iam:GetRole", {"RoleName": ACTOR}) is None:
        return Line("actor role", Sign.MISSING, f"no role {ACTOR}: nothing can be changed", DEPLOY)
    return Line("actor role", Sign.OK, f"{ACTOR}, the one role that may write")


def switch(aws: Aws, settings: Settings) -> Line:
    """What the kill switch says. Anything but go stops everything."""
    name = settings.stop_parameter
    answer = asked(aws, "ssm:GetParameter", {"Name": name})
    if answer is None:
        return Line(
            "kill switch", Sign.MISSING, f"no parameter {name}: everything stands still", DEPLOY
        )
    said = str(answer["Parameter"]["Value"]).strip()
    if said.lower() == GO:
        return Line("kill switch", Sign.OK, f"{name} says go")
    go = f"aws ssm put-parameter --name {name} --type String --value go --overwrite"
    return Line("kill switch", Sign.MISSING, f"{name} says {said!r}: everything stands still", go)


def trail(aws: Aws, settings: Settings) -> Line:
    """A trail that logs management events, without which no API call becomes an event."""
    wanted = settings.trail
    if wanted == "none":
        return Line("trail", Sign.LATER, 'trail = "none": changes are seen by sweeps alone')
    answer = asked(aws, "cloudtrail:DescribeTrails", {}) or {}
    trails = answer.get("trailList", ())
    for one in trails:
        if _logs_writes(aws, one):
            return Line("trail", Sign.OK, f"{one['Name']} logs management events")
    said = "no trail logs what is changed" if trails else "there is no trail"
    then = DEPLOY if wanted == "create" else 'trail = "create" in steadyhand.toml, or make one'
    return Line("trail", Sign.MISSING, f"{said}, so no API call becomes an event", then)


def far_events(aws: Aws, settings: Settings) -> Line:
    """Services without a region send events in one region of the partition alone."""
    name, far = "global events", dated("regions")["global_events"].get(aws.partition, aws.region)
    if far in (settings.regions or (aws.region,)):
        return Line(name, Sign.OK, f"IAM and Route 53 send events in {far}, which is listened to")
    said = (
        f"IAM and Route 53 send events only in {far}, not among the regions: sweeps alone see them"
    )
    return Line(name, Sign.LATER, said, f'"{far}" among the regions in steadyhand.toml')


def recorder(aws: Aws, settings: Settings) -> Line:
    """The AWS Config recorder, where the owner wants one."""
    if settings.recorder == "none":
        return Line("config recorder", Sign.LATER, 'recorder = "none": Config rules are not used')
    answer = asked(aws, "config:DescribeConfigurationRecorderStatus", {}) or {}
    found = answer.get("ConfigurationRecordersStatus", ())
    if any(one.get("recording") for one in found):
        return Line("config recorder", Sign.OK, f"{found[0]['name']} records")
    said = "it does not record" if found else "there is none"
    return Line("config recorder", Sign.MISSING, said, 'recorder = "create" in steadyhand.toml')


def own_cost(aws: Aws, settings: Settings) -> Line:
    """What Steadyhand itself costs with these settings, at list prices."""
    return Line("its own cost", Sign.OK, idle.sentence(settings, settings.home or aws.region))


def tickets(aws: Aws, settings: Settings) -> Line:
    """The token of the tracker, which is not decrypted here, and how the last run went."""
    name, project = settings.tickets_token, settings.tickets_project
    answer = asked(aws, "ssm:GetParameter", {"Name": name})
    put = f"aws ssm put-parameter --name {name} --type SecureString --value TOKEN"
    if not project:
        return Line("tickets", Sign.MISSING, "no project is named", "project in [tickets]")
    if answer is None:
        return Line("tickets", Sign.MISSING, f"no parameter {name}: nothing is written", put)
    if answer["Parameter"].get("Type") != "SecureString":
        said = f"{name} holds its token in plain text"
        return Line("tickets", Sign.MISSING, said, f"{put} --overwrite")
    try:
        state = Ledger(aws, TABLE).noted(KIND, STATE)
    except ReadFailed as failed:
        if failed.code not in ABSENT:
            raise
        state = None
    if state is None:
        return Line("tickets", Sign.LATER, f"{project}: not written yet; it is within the hour")
    if state.said.get("gap"):
        then = "docs/tickets.md says what the token needs"
        return Line("tickets", Sign.MISSING, f"{project}: {state.said['gap']}", then)
    if until := said_moment(state, "until"):
        then = minute_of(until, settings.time_zone)
        return Line("tickets", Sign.LATER, f"{project}: the last run was told to wait until {then}")
    return Line("tickets", Sign.OK, f"{project} at {settings.tickets}, written every hour")


def cdk(said: str | None) -> Line:
    """What `cdk --version` said in a checkout; None where there is no such command."""
    found = VERSION.search(said or "")
    if found is None:
        return Line(
            "cdk", Sign.MISSING, "there is no CDK CLI here; only deploying needs it", "make setup"
        )
    version = found[1]
    if version == CDK_ACCIDENT:
        said = f"{version} was published by accident and cannot read our assembly"
        return Line("cdk", Sign.MISSING, said, f"npm install aws-cdk@{CDK_PINNED}")
    if not version.startswith("2."):
        return Line("cdk", Sign.MISSING, f"{version} is not 2", f"npm install aws-cdk@{CDK_PINNED}")
    return Line("cdk", Sign.OK, version)


def _logs_writes(aws: Aws, trail: Mapping[str, Any]) -> bool:
    """Is it on, and does it log what is changed?"""
    name = {"Name": trail.get("TrailARN") or trail["Name"]}
    if not (asked(aws, "cloudtrail:GetTrailStatus", name) or {}).get("IsLogging"):
        return False
    said = {"TrailName": name["Name"]}
    answer = asked(aws, "cloudtrail:GetEventSelectors", said) or {}
    plain, advanced = answer.get("EventSelectors"), answer.get("AdvancedEventSelectors")
    if not plain and not advanced:
        return True
    return any(_is_management(one) for one in plain or ()) or any(
        _is_advanced_management(one) for one in advanced or ()
    )


def _is_management(selector: Mapping[str, Any]) -> bool:
    """Without words of its own, a selector logs management events, reads and writes."""
    wanted = selector.get("ReadWriteType", "All") in {"All", "WriteOnly"}
    return wanted and selector.get("IncludeManagementEvents", True)


def _is_advanced_management(selector: Mapping[str, Any]) -> bool:
    fields = {one["Field"]: one for one in selector.get("FieldSelectors", ())}
    reads_only = fields.get("readOnly", {}).get("Equals") == ["true"]
    return fields.get("eventCategory", {}).get("Equals") == ["Management"] and not reads_only
