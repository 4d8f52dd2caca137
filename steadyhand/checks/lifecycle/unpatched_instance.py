"""A machine lacks patches, or nobody ever looked which ones it lacks.

Holes that everybody knows are tried on every machine within days. Judged are EC2 instances that Systems
Manager's agent answers from, by the patch baseline that is in force for each: it says what a machine must have.

Fix: have Systems Manager look (Scan), or install what is missing, without a reboot; each once a person has
approved it. A patch may restart the service it replaces, so approve it when that hurts least.
Undo: none. What was installed stays; a person takes out a patch that breaks something.

Steered by: who may change the patch baseline of an instance, or keep its agent from answering.
At worst: the document for patches that AWS keeps runs on an instance: it looks, or installs what the baseline says.

Runbook:

1. What is missing? `aws ssm describe-instance-patches --instance-id ID
   --filters Key=State,Values=Missing,Failed`.
2. Is it replaced rather than patched, as in an Auto Scaling group? Then make a new image, and exempt it until then.
3. `steadyhand approve FINDING` installs them without a reboot. If AWS failed to: the output of its command says why,
   `aws ssm list-command-invocations --instance-id ID --details`.
4. Reboot it when that hurts least, where a patch waits for it.
5. So that it stays patched: a maintenance window, or a patch policy of Quick Setup, installs every week.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check, is_barred
from steadyhand.model import Call, Finding, Look, Part, Permit, Read, Risk, Seen, Severity, Step
from steadyhand.model.knobs import Days
from steadyhand.sources.ssm import ManagedInstances, PatchStates, RunningCommands
from steadyhand.triggers import ApiCalled, ServiceEvent, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

DOCUMENT = "AWS-RunPatchBaseline"
"""docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaseline.html"""

ONLINE = "Online"
SCAN, INSTALL = "Scan", "Install"
UNREACHED = "out of Systems Manager's reach: start it, or repair its agent, first"


class UnpatchedInstance(Check):
    severity = Severity.MEDIUM
    risk = Risk.APPROVAL
    reads = (ManagedInstances, PatchStates)
    looks = (RunningCommands,)
    wakes = (
        days(1),
        ServiceEvent(
            "aws.ssm",
            "Configuration Compliance State Change",
            "detail.resource-id",
            {"compliance-type": ("Patch",)},
        ),
        ServiceEvent(
            "aws.ssm",
            "EC2 Command Invocation Status-change Notification",
            "detail.instance-id",
            {"document-name": (DOCUMENT,)},
        ),
        ApiCalled(
            "ssm:SendCommand",
            "requestParameters.instanceIds",
            where={"requestParameters.documentName": (DOCUMENT,)},
        ),
    )
    writes = (
        Permit(
            "ssm:SendCommand",
            (
                "arn:{partition}:ec2:{region}:{account}:instance/{InstanceIds}",
                f"arn:{{partition}}:ssm:{{region}}:*:document/{DOCUMENT}",
            ),
            shape={
                "DocumentName": frozenset({DOCUMENT}),
                "InstanceIds": [r"i-[\w-]+"],
                "Parameters": {
                    "Operation": [frozenset({SCAN, INSTALL})],
                    "RebootOption": [frozenset({"NoReboot"})],
                },
            },
        ),
    )
    resource_type = "AWS::EC2::Instance"
    consequence = "Whoever knows the hole gets in."
    short = "patches missing"
    done = "patched"
    hours_lost = (4, 40)
    peers = (
        "P:ssm_managed_compliant_patching",
        "FSBP:SSM.2",
        "CFG:EC2_MANAGEDINSTANCE_PATCH_COMPLIANCE_STATUS_CHECK",
        "MB:SSMConfigurationComplianceFailed",
    )

    days: Days = 30
    """After how many days a look for patches says nothing any more."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        states = dict(account[PatchStates])
        for instance in account[ManagedInstances]:
            name, state = ManagedInstances.key(instance), states.get(ManagedInstances.key(instance))
            said, severity = self.judged(name, state, now)
            if said and name.startswith("i-"):
                yield self.finding(
                    account,
                    resource=account.arn("ec2", f"instance/{name}"),
                    key=name,
                    summary=said,
                    severity=severity,
                    barred="" if instance.get("PingStatus") == ONLINE else UNREACHED,
                    instance=name,
                    does=SCAN if state is None else INSTALL if lacks(state) else "",
                )

    def judged(
        self, name: str, state: Mapping[str, Any] | None, now: datetime
    ) -> tuple[str, Severity | None]:
        """What is wrong with its patches, and how much; nothing where all is well."""
        if state is None:
            return f"{name}: nobody ever looked which patches it lacks", Severity.LOW
        if missing := lacks(state):
            grave = any(state.get(f"{kind}NonCompliantCount") for kind in ("Critical", "Security"))
            which = ", critical or security ones among them" if grave else ""
            return f"{name} lacks {counted(missing)}{which}", Severity.HIGH if grave else None
        if waiting := state.get("InstalledPendingRebootCount"):
            return f"{name} waits for a reboot with {counted(waiting)}", None
        at = state.get("OperationEndTime")
        if isinstance(at, datetime) and now - aware(at) > timedelta(days=self.days):
            said = f"{name}: the last look which patches it lacks was on {at:%d %B %Y}"
            return said, Severity.LOW
        return "", None

    def plan(self, finding: Finding) -> Iterator[Step]:
        said = finding.evidence
        if is_barred(finding) or not said["does"]:
            return
        scans = said["does"] == SCAN
        yield Step(
            owns=Part(
                finding.resource,
                "patch look" if scans else "patches",
                lambda: see(said["instance"], scans=scans),
            ),
            makes=True,
            do=runs(said["instance"], said["does"]),
            undo=None,
            settles=timedelta(hours=1),
        )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(
            self, "no agent of Systems Manager answers from the emulator's machines"
        )


def see(instance: str, *, scans: bool) -> Look:
    """Are its patches known, or installed? While the document runs on it, that is not settled."""
    running = [one for _, one in (yield Read(RunningCommands, instance))]
    states = [state for _, state in (yield Read(PatchStates, instance))]
    at_work = any(one.get("DocumentName") == DOCUMENT for one in running)
    return Seen(
        value=bool(states) and (scans or not lacks(states[0])),
        identity="",
        moving="being patched" if at_work else "",
    )


def lacks(state: Mapping[str, Any]) -> int:
    """How many patches are missing, or could not be installed."""
    return int(state.get("MissingCount") or 0) + int(state.get("FailedCount") or 0)


def counted(count: int) -> str:
    """So many patches."""
    return f"{count} patch{'es' if count != 1 else ''}"


def aware(at: datetime) -> datetime:
    """A time with its zone, which AWS leaves out now and then."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def runs(instance: str, operation: str) -> Call:
    """AWS's document for patches, on one instance."""
    params = {
        "DocumentName": DOCUMENT,
        "InstanceIds": [instance],
        "Parameters": {"Operation": [operation], "RebootOption": ["NoReboot"]},
    }
    return Call("ssm:SendCommand", params)
