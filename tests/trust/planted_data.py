"""Buckets, databases, tables, queues, logs, certificates, keys and backups, as people leave them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from steadyhand.model import Answer
from tests.checks.certificates.test_acm_expiring import imported
from tests.reconcilers import ACCOUNT, REGION
from tests.trust.lab import World, no
from tests.trust.scenes import Planting

PASSWORD = "a-long-made-up-one"


def bucket(world: World) -> str:
    s3 = world.client("s3")
    where = {"LocationConstraint": REGION}
    s3.create_bucket(Bucket="attic", CreateBucketConfiguration=where)
    flags = {"BlockPublicAcls": True, "IgnorePublicAcls": False}
    flags |= {"BlockPublicPolicy": True, "RestrictPublicBuckets": False}
    s3.put_public_access_block(Bucket="attic", PublicAccessBlockConfiguration=flags)
    return "attic"


def blocks(world: World) -> Any:
    said = world.client("s3").get_public_access_block(Bucket="attic")
    return said["PublicAccessBlockConfiguration"]


def state_bucket(world: World) -> str:
    s3 = world.client("s3")
    name = "acme-tfstate"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Suspended"})
    return name


def versioning(world: World) -> Any:
    return world.client("s3").get_bucket_versioning(Bucket="acme-tfstate").get("Status")


def database(world: World, **more: Any) -> str:
    world.client("rds").create_db_instance(
        DBInstanceIdentifier="orders",
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="owner",
        MasterUserPassword=PASSWORD,
        **more,
    )
    return "orders"


def databases(world: World) -> Any:
    names = ("BackupRetentionPeriod", "PubliclyAccessible", "DBInstanceClass", "MultiAZ")
    found = world.client("rds").describe_db_instances()["DBInstances"]
    return {
        one["DBInstanceIdentifier"]: {name: one.get(name) or 0 for name in names} for one in found
    }


def orders(world: World) -> str:
    world.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return "orders"


def recovery(world: World) -> Any:
    said = world.client("dynamodb").describe_continuous_backups(TableName="orders")
    said = said["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    return said["PointInTimeRecoveryStatus"]


def queue(world: World) -> str:
    sqs = world.client("sqs")
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="x")
    return str(url)


def queues(world: World) -> Any:
    sqs = world.client("sqs")
    return {
        url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"].get(
            "RedrivePolicy"
        )
        for url in sorted(sqs.list_queues().get("QueueUrls", []))
    }


def logs(world: World) -> str:
    client = world.client("logs")
    client.create_log_group(logGroupName="/app")
    client.create_log_group(logGroupName="/app#blue")
    client.put_retention_policy(logGroupName="/app#blue", retentionInDays=30)
    return "/app"


def retention(world: World) -> Any:
    found = world.client("logs").describe_log_groups()["logGroups"]
    return {one["logGroupName"]: one.get("retentionInDays") for one in found}


def user(world: World) -> str:
    iam = world.client("iam")
    iam.create_user(UserName="ann")
    iam.create_access_key(UserName="ann")
    return "ann"


def keys(world: World) -> Any:
    found = world.client("iam").list_access_keys(UserName="ann")["AccessKeyMetadata"]
    return [(one["AccessKeyId"], one["Status"]) for one in found]


def waiting(world: World) -> str:
    """A certificate that is served and whose record somebody tidied away. moto knows no renewals:
    docs.aws.amazon.com/acm/latest/APIReference/API_CertificateDetail.html."""
    issued = {"Status": "ISSUED", "Type": "AMAZON_ISSUED", "RenewalEligibility": "ELIGIBLE"}

    def listed(answer: Answer) -> None:
        for one in answer["CertificateSummaryList"]:
            one.update(issued, InUse=True)

    def described(answer: Answer) -> None:
        answer["Certificate"].update(issued, InUseBy=["arn:aws:elasticloadbalancing:::shop"])

    world.touch["acm:ListCertificates"] = listed
    world.touch["acm:DescribeCertificate"] = described
    world.client("route53").create_hosted_zone(Name="example.com.", CallerReference="1")
    asked = world.client("acm").request_certificate(
        DomainName="shop.example.com", ValidationMethod="DNS"
    )
    return str(asked["CertificateArn"])


def records(world: World) -> Any:
    client = world.client("route53")
    return [
        (one["Name"], one["Type"])
        for zone in client.list_hosted_zones()["HostedZones"]
        for one in client.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    ]


def ending(world: World) -> str:
    """A certificate that somebody imported and forgot. moto's list leaves out what AWS's tells:
    docs.aws.amazon.com/acm/latest/APIReference/API_CertificateSummary.html."""
    client = world.client("acm")

    def told(answer: Answer) -> None:
        for one in answer["CertificateSummaryList"]:
            whole = client.describe_certificate(CertificateArn=one["CertificateArn"])["Certificate"]
            one["SubjectAlternativeNameSummaries"] = whole.get("SubjectAlternativeNames") or [
                whole["DomainName"]
            ]
            for name in ("Type", "Status", "NotAfter", "DomainName", "InUse"):
                if name in whole and name not in one:
                    one[name] = whole[name]
            one["InUse"] = one["Type"] == "IMPORTED"

    world.touch["acm:ListCertificates"] = told
    return imported(world.client, "a.example.com", 5)


def certificates(world: World) -> Any:
    client = world.client("acm")
    found = client.list_certificates()["CertificateSummaryList"]
    every = [client.describe_certificate(CertificateArn=one["CertificateArn"]) for one in found]
    return sorted((one["Certificate"]["DomainName"], one["Certificate"]["Type"]) for one in every)


FILES = f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:file-system/fs-1"


class Backups:
    """AWS Backup, which moto lacks: StartBackupJob answers a repeated IdempotencyToken with the
    same job, DeleteRecoveryPoint with ResourceNotFoundException where there is none
    (docs.aws.amazon.com/aws-backup/latest/devguide/API_StartBackupJob.html)."""

    def __init__(self, world: World) -> None:
        self.world, self.jobs, self.points = world, list[dict[str, Any]](), dict[str, Any]()
        failed = self.job("FAILED", world.clock.at - timedelta(hours=3))
        self.jobs.append(failed)
        for name in ("ListBackupJobs", "StartBackupJob", "DeleteRecoveryPoint", "ListTags"):
            world.answers[f"backup:{name}"] = getattr(self, name)

    def job(self, state: str, at: Any, **more: Any) -> dict[str, Any]:
        known = {"BackupJobId": f"job-{len(self.jobs)}", "BackupVaultName": "nightly"}
        known |= {"ResourceArn": FILES, "ResourceType": "EFS", "State": state, "CreationDate": at}
        role = f"arn:aws:iam::{ACCOUNT}:role/service-role/AWSBackupDefaultServiceRole"
        return known | {"IamRoleArn": role} | more

    def ListBackupJobs(self, params: Any) -> Answer:  # noqa: N802 - AWS's name
        wanted = params.get("ByResourceArn", FILES)
        return {"BackupJobs": [dict(one) for one in self.jobs if one["ResourceArn"] == wanted]}

    def StartBackupJob(self, params: Any) -> Answer:  # noqa: N802 - AWS's name
        for one in self.jobs:
            if one.get("token") == params["IdempotencyToken"]:
                return {"BackupJobId": one["BackupJobId"]}
        point = f"arn:aws:backup:{REGION}:{ACCOUNT}:recovery-point:{len(self.jobs)}"
        made = self.job("COMPLETED", self.world.clock.at, RecoveryPointArn=point)
        self.jobs.append(made | {"token": params["IdempotencyToken"]})
        self.points[point] = dict(params.get("RecoveryPointTags", {}))
        return {"BackupJobId": made["BackupJobId"], "RecoveryPointArn": point}

    def DeleteRecoveryPoint(self, params: Any) -> Answer:  # noqa: N802 - AWS's name
        if self.points.pop(params["RecoveryPointArn"], None) is None:
            raise no("ResourceNotFoundException")
        return {}

    def ListTags(self, params: Any) -> Answer:  # noqa: N802 - AWS's name
        if params["ResourceArn"] not in self.points:
            raise no("ResourceNotFoundException")
        return {"Tags": self.points[params["ResourceArn"]]}


KEPT: dict[int, Backups] = {}


def backup(world: World) -> str:
    KEPT[id(world)] = Backups(world)
    return FILES


def points(world: World) -> Any:
    return len(KEPT[id(world)].points)


PLANTINGS = {
    "public_bucket": Planting(plant=bucket, truth=blocks, fixed=lambda said: all(said.values())),
    "bucket_versioning_off": Planting(
        plant=state_bucket, truth=versioning, fixed=lambda said: said == "Enabled"
    ),
    "rds_backups_off": Planting(
        plant=lambda world: database(world, BackupRetentionPeriod=1),
        truth=databases,
        fixed=lambda said: said["orders"]["BackupRetentionPeriod"] >= 7,
    ),
    "public_rds_instance": Planting(
        plant=lambda world: database(world, PubliclyAccessible=True),
        truth=databases,
        fixed=lambda said: not said["orders"]["PubliclyAccessible"],
    ),
    "dynamodb_pitr_off": Planting(
        plant=orders, truth=recovery, fixed=lambda said: said == "ENABLED"
    ),
    "queue_without_dlq": Planting(
        plant=queue, truth=queues, fixed=lambda said: any(map(json.loads, filter(None, said.values())))
    ),
    "endless_logs": Planting(plant=logs, truth=retention, fixed=lambda said: bool(said["/app"])),
    "unused_access_key": Planting(
        plant=user, days=46, truth=keys, fixed=lambda said: said[0][1] == "Inactive"
    ),
    "acm_renewal_blocked": Planting(
        plant=waiting, truth=records, fixed=lambda said: any(one[1] == "CNAME" for one in said)
    ),
    "acm_expiring": Planting(
        plant=ending, truth=certificates, fixed=lambda said: len(said) > 1
    ),
    "backup_job_failed": Planting(plant=backup, truth=points, fixed=bool),
}  # fmt: skip
