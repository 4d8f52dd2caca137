"""EC2's resource types that ministack's CloudFormation does not know."""

from .resource_type import Properties, ResourceType, client, without


def _grant(direction: str) -> ResourceType:
    def permission(p: Properties) -> Properties:
        other = p.get("SourceSecurityGroupId") or p.get("DestinationSecurityGroupId")
        prefix = p.get("SourcePrefixListId") or p.get("DestinationPrefixListId")
        said = {"Description": p["Description"]} if p.get("Description") else {}
        found: Properties = {"IpProtocol": str(p["IpProtocol"])}
        found.update({k: int(p[k]) for k in ("FromPort", "ToPort") if k in p})
        found["IpRanges"] = [{"CidrIp": p["CidrIp"], **said}] if "CidrIp" in p else []
        found["Ipv6Ranges"] = [{"CidrIpv6": p["CidrIpv6"], **said}] if "CidrIpv6" in p else []
        found["UserIdGroupPairs"] = [{"GroupId": other, **said}] if other else []
        found["PrefixListIds"] = [{"PrefixListId": prefix, **said}] if prefix else []
        return {
            "GroupId": p["GroupId"],
            "IpPermissions": [{k: v for k, v in found.items() if v != []}],
        }

    def create(p: Properties, _name: str) -> tuple[str, Properties]:
        made = getattr(client("ec2"), f"authorize_security_group_{direction}")(**permission(p))
        rule = made["SecurityGroupRules"][0]["SecurityGroupRuleId"]
        return rule, {"Id": rule}

    return ResourceType(
        create,
        lambda _id, p: getattr(client("ec2"), f"revoke_security_group_{direction}")(
            **permission(p)
        ),
    )


def _volume(p: Properties, _name: str) -> tuple[str, Properties]:
    kept = without(p, "Tags", "AutoEnableIO")
    tags = [{"ResourceType": "volume", "Tags": p["Tags"]}] if p.get("Tags") else []
    made = client("ec2").create_volume(**kept, **({"TagSpecifications": tags} if tags else {}))[
        "VolumeId"
    ]
    return made, {"VolumeId": made}


def _address(p: Properties, _name: str) -> tuple[str, Properties]:
    tags = [{"ResourceType": "elastic-ip", "Tags": p["Tags"]}] if p.get("Tags") else []
    made = client("ec2").allocate_address(
        Domain="vpc", **({"TagSpecifications": tags} if tags else {})
    )
    return made["PublicIp"], {"AllocationId": made["AllocationId"], "PublicIp": made["PublicIp"]}


def _free(address: str, _p: Properties) -> None:
    found = client("ec2").describe_addresses(PublicIps=[address])["Addresses"]
    client("ec2").release_address(AllocationId=found[0]["AllocationId"])


def _instance(p: Properties, _name: str) -> tuple[str, Properties]:
    names = (
        "ImageId",
        "InstanceType",
        "SubnetId",
        "KeyName",
        "SecurityGroupIds",
        "UserData",
        "MetadataOptions",
    )
    kept = {k: p[k] for k in names if k in p}
    tags = (
        {"TagSpecifications": [{"ResourceType": "instance", "Tags": p["Tags"]}]}
        if p.get("Tags")
        else {}
    )
    made = client("ec2").run_instances(MinCount=1, MaxCount=1, **kept, **tags)["Instances"][0]
    return made["InstanceId"], {
        "InstanceId": made["InstanceId"],
        "PrivateIp": made.get("PrivateIpAddress", ""),
    }


TYPES = {
    "AWS::EC2::EIP": ResourceType(_address, _free),
    "AWS::EC2::Instance": ResourceType(
        _instance, lambda i, _: client("ec2").terminate_instances(InstanceIds=[i])
    ),
    "AWS::EC2::SecurityGroupEgress": _grant("egress"),
    "AWS::EC2::SecurityGroupIngress": _grant("ingress"),
    "AWS::EC2::Volume": ResourceType(_volume, lambda i, _: client("ec2").delete_volume(VolumeId=i)),
}
