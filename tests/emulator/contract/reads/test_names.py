"""Names and tags are kept; what is wrong, or nobody emulates, is refused."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.emulator.contract.reads.rules import rules
from tests.emulator.contract.test_trail import WORLD, group
from tests.emulator.contract.tools import Queue, unique

pytestmark = [pytest.mark.emulator]


def test_names_are_kept_and_wrong_changes_refused(aws):
    route53 = aws.client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference=unique("zone"))
    zone_id = zone["HostedZone"]["Id"]
    record = {
        "Name": "_proof.example.com.",
        "Type": "CNAME",
        "TTL": 60,
        "ResourceRecords": [{"Value": "proof.acm-validations.aws."}],
    }

    def change(action, **more):
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": {**record, **more}}]}
        route53.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch=batch)
        found = route53.list_resource_record_sets(HostedZoneId=zone_id)["ResourceRecordSets"]
        return [r for r in found if r["Type"] == "CNAME"]

    assert change("CREATE") == [record]
    with pytest.raises(ClientError, match="InvalidChangeBatch"):
        change("CREATE")
    with pytest.raises(ClientError, match="InvalidChangeBatch"):
        change("DELETE", TTL=99)
    assert change("DELETE") == []


def test_tagged_resources_are_found_across_services(aws):
    value, bucket = unique("tag"), unique("bucket")
    tag = {"Key": "owner", "Value": value}
    s3, owned = aws.client("s3"), group(aws)
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": aws.region})
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [tag]})
    aws.client("ec2").create_tags(Resources=[owned], Tags=[tag])
    logs = unique("/logs")
    aws.client("logs").create_log_group(logGroupName=logs, tags={"owner": value})
    found = aws.client("resourcegroupstaggingapi").get_resources(
        TagFilters=[{"Key": "owner", "Values": [value]}]
    )["ResourceTagMappingList"]
    assert {r["ResourceARN"].split(":", 5)[-1] for r in found} == {
        bucket,
        f"security-group/{owned}",
        f"log-group:{logs}",
    }


def test_small_reads_are_right(aws):
    logs, name = aws.client("logs"), unique("/logs")
    logs.create_log_group(logGroupName=name)

    def of_it():
        return logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"][0]

    assert "retentionInDays" not in of_it()
    logs.put_retention_policy(logGroupName=name, retentionInDays=30)
    assert of_it()["retentionInDays"] == 30
    logs.delete_retention_policy(logGroupName=name)
    assert "retentionInDays" not in of_it()
    ssm, parameter = aws.client("ssm"), f"/{unique('switch')}"
    with pytest.raises(ClientError, match="ParameterNotFound"):
        ssm.get_parameter(Name=parameter)
    ssm.put_parameter(Name=parameter, Value="off", Type="String")
    assert ssm.get_parameter(Name=parameter)["Parameter"]["Value"] == "off"
    bare = Queue(aws)
    asked = bare.client.get_queue_attributes(QueueUrl=bare.url, AttributeNames=["All"])
    assert "RedrivePolicy" not in asked["Attributes"]
    assert "QueueUrls" not in bare.client.list_queues(QueueNamePrefix="no-such-queue")
    address = aws.client("ec2").allocate_address(Domain="vpc")
    by_id = {"AllocationIds": [address["AllocationId"]]}
    (free,) = aws.client("ec2").describe_addresses(**by_id)["Addresses"]
    assert "AssociationId" not in free
    assert aws.client("lambda").list_event_source_mappings(EventSourceArn=bare.arn)
    assert aws.client("elb").describe_load_balancers()["LoadBalancerDescriptions"] == []


def test_a_description_is_changed_without_the_rule(aws):
    ec2, changed = aws.client("ec2"), group(aws)
    ec2.authorize_security_group_ingress(GroupId=changed, IpPermissions=[WORLD])
    rule = next(r for r in rules(ec2, changed) if r.get("CidrIpv4"))["SecurityGroupRuleId"]
    new = [{"SecurityGroupRuleId": rule, "Description": "by id"}]
    ec2.update_security_group_rule_descriptions_ingress(
        GroupId=changed, SecurityGroupRuleDescriptions=new
    )
    described = {r["SecurityGroupRuleId"]: r.get("Description") for r in rules(ec2, changed)}
    assert described[rule] == "by id"
    six = {**WORLD, "IpRanges": [], "Ipv6Ranges": [{"CidrIpv6": "::/0", "Description": "by rule"}]}
    ec2.update_security_group_rule_descriptions_ingress(GroupId=changed, IpPermissions=[six])
    assert sorted(r["Description"] for r in rules(ec2, changed)) == ["by id", "by rule"]


def test_small_settings_are_kept(aws):
    ec2, rds, name = aws.client("ec2"), aws.client("rds"), unique("events")
    assert ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"] is False
    ec2.enable_ebs_encryption_by_default()
    assert ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"] is True
    ec2.disable_ebs_encryption_by_default()
    assert ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"] is False
    topic = f"arn:aws:sns:{aws.region}:{aws.account}:topic"
    rds.create_event_subscription(SubscriptionName=name, SnsTopicArn=topic, Enabled=True)
    found = rds.describe_event_subscriptions(SubscriptionName=name)["EventSubscriptionsList"]
    assert [(f["CustSubscriptionId"], f["SnsTopicArn"]) for f in found] == [(name, topic)]
    rds.delete_event_subscription(SubscriptionName=name)
    assert rds.describe_event_subscriptions()["EventSubscriptionsList"] == []
    assert aws.client("iam").list_server_certificates()["ServerCertificateMetadataList"] == []


def test_what_nobody_emulates_says_so(aws):
    with pytest.raises(ClientError, match="NotEmulated") as refused:
        aws.client("macie2").list_members()
    assert "macie2 is not emulated" in str(refused.value)
    with pytest.raises(ClientError, match="NotEmulated"):
        aws.client("redshift").describe_clusters()


def test_a_domain_is_renewed_unless_that_is_refused(aws):
    """docs.aws.amazon.com/Route53/latest/APIReference/API_domains_RegisterDomain.html: AutoRenew is true by default."""
    domains, name = aws.client("route53domains", "us-east-1"), f"{unique('shop')}.com"
    who = {"FirstName": "Lea"}
    contacts = dict.fromkeys(("AdminContact", "RegistrantContact", "TechContact"), who)

    def listed():
        return next(d for d in domains.list_domains()["Domains"] if d["DomainName"] == name)

    domains.register_domain(DomainName=name, DurationInYears=2, **contacts)
    assert (listed()["AutoRenew"], listed()["TransferLock"]) == (True, True)
    domains.disable_domain_auto_renew(DomainName=name)
    assert not listed()["AutoRenew"]
    with pytest.raises(ClientError, match="InvalidInput"):
        domains.enable_domain_auto_renew(DomainName="nobody.com")
