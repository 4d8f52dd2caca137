"""Instances with metadata options and network interfaces; snapshots shared with everyone; EBS defaults; addresses had back.

ministack has no metadata options, no interface of an instance, shares snapshots with accounts only, and
gives another address than the one that is asked for.
"""

import contextvars
import random
import uuid
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import ec2

from ..http.answers import RefusedError, amend, answer
from . import filters

DEFAULTS = {
    "State": "applied",
    "HttpTokens": "optional",
    "HttpPutResponseHopLimit": 1,
    "HttpEndpoint": "enabled",
    "HttpProtocolIpv6": "disabled",
    "InstanceMetadataTags": "disabled",
}
_asked: contextvars.ContextVar[dict[str, Any]] = contextvars.ContextVar("asked")
_encrypted: set[tuple[str, str]] = set()


def install() -> None:
    """Give launched instances what EC2 gives them."""
    launched, run, ended = (
        ec2._launch_instances_internal,
        ec2._ACTION_MAP["RunInstances"],
        ec2._ACTION_MAP["TerminateInstances"],
    )

    def launch(*given: Any, **named: Any) -> list[dict[str, Any]]:
        made = launched(*given, **named)
        for instance in made:
            instance["MetadataOptions"] = {**DEFAULTS, **_asked.get({})}
            _attach(instance)
        return made

    def running(params: dict) -> tuple:
        names = [n for n in DEFAULTS if n != "State"]
        given = {n: ec2._p(params, f"MetadataOptions.{n}") for n in names}
        token = _asked.set({n: v for n, v in given.items() if v})
        try:
            return run(params)
        finally:
            _asked.reset(token)

    def terminate(params: dict) -> tuple:
        answered = ended(params)
        for instance in ec2._parse_member_list(params, "InstanceId"):
            for name, interface in list(ec2._network_interfaces.items()):
                if (interface.get("Attachment") or {}).get(
                    "InstanceId"
                ) == instance and interface.get("_primary"):
                    del ec2._network_interfaces[name]
            for name, volume in list(ec2._volumes.items()):
                if any(
                    a["InstanceId"] == instance and a.get("DeleteOnTermination")
                    for a in volume["Attachments"]
                ):
                    del ec2._volumes[name]
        return answered

    ec2._launch_instances_internal = launch
    ec2._ACTION_MAP["RunInstances"] = running
    ec2._ACTION_MAP["TerminateInstances"] = terminate


def _attach(instance: dict[str, Any]) -> None:
    name = f"eni-{uuid.uuid4().hex[:17]}"
    ec2._network_interfaces[name] = {
        "_primary": True,
        "NetworkInterfaceId": name,
        "SubnetId": instance["SubnetId"],
        "VpcId": instance["VpcId"],
        "AvailabilityZone": instance["Placement"]["AvailabilityZone"],
        "Description": "",
        "OwnerId": get_account_id(),
        "Status": "in-use",
        "PrivateIpAddress": instance["PrivateIpAddress"],
        "InterfaceType": "interface",
        "SourceDestCheck": True,
        "MacAddress": ":".join(f"{random.randint(0, 255):02x}" for _ in range(6)),
        "Groups": instance["SecurityGroups"],
        "Attachment": {
            "AttachmentId": f"eni-attach-{uuid.uuid4().hex[:17]}",
            "InstanceId": instance["InstanceId"],
            "DeviceIndex": 0,
            "Status": "attached",
            "AttachTime": instance["LaunchTime"],
        },
    }


def _instance(name: str) -> dict[str, Any]:
    if name not in ec2._instances:
        raise RefusedError("InvalidInstanceID.NotFound", f"The instance ID '{name}' does not exist")
    return ec2._instances[name]


@amend("ec2", "RunInstances")
def ran(_params: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """RunInstances: with options and interfaces."""
    for instance in said["Instances"]:
        _complete(instance)
    return said


@amend("ec2", "DescribeInstances")
def described(params: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """DescribeInstances: with options and interfaces, and filtered by them."""
    for reservation in said["Reservations"]:
        for instance in reservation["Instances"]:
            _complete(instance)
    return filters.filtered(params, said)


def _complete(instance: dict[str, Any]) -> None:
    kept = ec2._instances[instance["InstanceId"]]
    instance["MetadataOptions"] = dict(kept.get("MetadataOptions", DEFAULTS))
    instance["MetadataOptions"]["HttpPutResponseHopLimit"] = int(
        instance["MetadataOptions"]["HttpPutResponseHopLimit"]
    )
    instance["NetworkInterfaces"] = [
        {
            **{
                k: i[k]
                for k in (
                    "NetworkInterfaceId",
                    "SubnetId",
                    "VpcId",
                    "PrivateIpAddress",
                    "Status",
                    "OwnerId",
                )
            },
            "Groups": [dict(g) for g in i["Groups"]],
            "Attachment": {
                "AttachmentId": i["Attachment"]["AttachmentId"],
                "DeviceIndex": 0,
                "Status": "attached",
            },
        }
        for i in ec2._network_interfaces.values()
        if (i.get("Attachment") or {}).get("InstanceId") == instance["InstanceId"]
    ]


@answer("ec2", "ModifyInstanceMetadataOptions")
def modify_options(params: dict[str, Any]) -> dict[str, Any]:
    """ModifyInstanceMetadataOptions: applied at once."""
    instance = _instance(params["InstanceId"])
    options = instance.setdefault("MetadataOptions", dict(DEFAULTS))
    options.update({k: v for k, v in params.items() if k in DEFAULTS})
    options["HttpPutResponseHopLimit"] = int(options["HttpPutResponseHopLimit"])
    return {"InstanceId": params["InstanceId"], "InstanceMetadataOptions": dict(options)}


def _snapshot(params: dict[str, Any]) -> dict[str, Any]:
    snapshot = ec2._snapshots.get(params["SnapshotId"])
    if snapshot is None:
        message = f"The snapshot '{params['SnapshotId']}' does not exist."
        raise RefusedError("InvalidSnapshot.NotFound", message)
    return snapshot


@answer("ec2", "ModifySnapshotAttribute")
def share(params: dict[str, Any]) -> dict[str, Any]:
    """ModifySnapshotAttribute: with accounts and with everyone, in both of its spellings."""
    held = _snapshot(params).setdefault("CreateVolumePermissions", [])
    asked = params.get("CreateVolumePermission", {})
    named = [{"Group": g} for g in params.get("GroupNames", [])]
    named += [{"UserId": u} for u in params.get("UserIds", [])]
    operation = params.get("OperationType")
    add = asked.get("Add", []) + (named if operation == "add" else [])
    remove = asked.get("Remove", []) + (named if operation == "remove" else [])
    held += [one for one in add if one not in held]
    held[:] = [one for one in held if one not in remove]
    return {}


@answer("ec2", "ResetSnapshotAttribute")
def unshare(params: dict[str, Any]) -> dict[str, Any]:
    """ResetSnapshotAttribute."""
    _snapshot(params)["CreateVolumePermissions"] = []
    return {}


@answer("ec2", "DescribeSnapshotAttribute")
def shared(params: dict[str, Any]) -> dict[str, Any]:
    """DescribeSnapshotAttribute."""
    held = _snapshot(params).get("CreateVolumePermissions", [])
    return {"SnapshotId": params["SnapshotId"], "CreateVolumePermissions": [dict(h) for h in held]}


@amend("ec2", "DescribeSnapshots")
def snapshots(params: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """DescribeSnapshots: those that somebody may restore, if that is asked."""
    wanted = params.get("RestorableByUserIds")
    if wanted:
        said["Snapshots"] = [s for s in said["Snapshots"] if _may_restore(s, wanted)]
    return filters.filtered(params, said)


def _may_restore(snapshot: dict[str, Any], wanted: list[str]) -> bool:
    held = ec2._snapshots[snapshot["SnapshotId"]].get("CreateVolumePermissions", [])
    names = {h.get("Group", h.get("UserId")) for h in held} | {snapshot["OwnerId"]}
    mine = get_account_id() if "self" in wanted else None
    return bool(names & {*wanted, mine})


@answer("ec2", "GetEbsEncryptionByDefault")
def encrypts(_params: dict[str, Any]) -> dict[str, Any]:
    """GetEbsEncryptionByDefault."""
    return {"EbsEncryptionByDefault": (get_account_id(), get_region()) in _encrypted}


@answer("ec2", "EnableEbsEncryptionByDefault")
def encrypt(_params: dict[str, Any]) -> dict[str, Any]:
    """EnableEbsEncryptionByDefault."""
    _encrypted.add((get_account_id(), get_region()))
    return {"EbsEncryptionByDefault": True}


@answer("ec2", "DisableEbsEncryptionByDefault")
def decrypt(_params: dict[str, Any]) -> dict[str, Any]:
    """DisableEbsEncryptionByDefault."""
    _encrypted.discard((get_account_id(), get_region()))
    return {"EbsEncryptionByDefault": False}


@answer("elb", "DescribeLoadBalancers")
def classic(_params: dict[str, Any]) -> dict[str, Any]:
    """DescribeLoadBalancers of classic load balancers: there are none, and the answer says so."""
    return {"LoadBalancerDescriptions": []}


@amend("ec2", "AllocateAddress")
def allocate(params: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """AllocateAddress: the address that is asked for, if nobody has it.

    docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses.html#using-eip-recovering
    """
    wanted = params.get("Address")
    if not wanted:
        return said
    if any(one["PublicIp"] == wanted for one in ec2._addresses.values()):
        ec2._addresses.pop(said["AllocationId"])
        raise RefusedError("InvalidAddress.InUse", f"The address {wanted} is in use.")
    ec2._addresses[said["AllocationId"]]["PublicIp"] = wanted
    return {**said, "PublicIp": wanted}


@answer("ec2", "GetImageBlockPublicAccessState")
def image_block(_params: dict[str, Any]) -> dict[str, Any]:
    """GetImageBlockPublicAccessState of a region in which images may be shared with everybody."""
    return {"ImageBlockPublicAccessState": "unblocked"}
