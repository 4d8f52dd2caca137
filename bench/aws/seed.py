"""Plants N of each kind, about half of them bad, so that who reports all or nothing is found out.

    python -m bench.aws.seed N ENDPOINT

prints how many findings of each kind are right, as JSON.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.session
from botocore.config import Config

REGION = "us-east-1"
WORLD = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
WORLD_V6 = {"Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
OFFICE = {"IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
Kinds = Iterator[str]
"""The kinds of findings that were planted, one by one."""


class Planter:
    """Plants into one account."""

    def __init__(self, n: int, endpoint: str) -> None:
        self.n, self.endpoint = n, endpoint
        self.session = botocore.session.get_session()

    def client(self, service: str) -> Any:
        """A client of the account that is planted into."""
        config = Config(parameter_validation=False, retries={"max_attempts": 0})
        return self.session.create_client(
            service, REGION, endpoint_url=self.endpoint, config=config
        )

    def security_groups(self) -> Kinds:
        ec2 = self.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        ssh = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
        rdp = {"IpProtocol": "tcp", "FromPort": 3389, "ToPort": 3389}
        span = {"IpProtocol": "tcp", "FromPort": 20, "ToPort": 25}
        bad: dict[int, tuple[dict[str, Any], tuple[str, ...]]] = {
            0: (ssh | WORLD, ("ssh_open",)),
            1: (rdp | WORLD, ("rdp_open",)),
            2: ({"IpProtocol": "-1"} | WORLD, ("all_open", "ssh_open", "rdp_open")),
            3: (span | WORLD_V6, ("ssh_open",)),
        }
        for i in range(self.n):
            group = ec2.create_security_group(GroupName=f"bench-{i}", Description="b", VpcId=vpc)
            permission, kinds = bad.get(i % 8, (ssh | OFFICE, ()))
            ec2.authorize_security_group_ingress(
                GroupId=group["GroupId"], IpPermissions=[permission]
            )
            yield from kinds

    def certificates(self) -> Kinds:
        """All in use by one load balancer: nobody misses one that is not."""
        acm = self.client("acm")
        listeners = []
        for i, (certificate, key) in enumerate(pairs(self.n)):
            arn = acm.import_certificate(Certificate=certificate, PrivateKey=key)["CertificateArn"]
            listener = {"Protocol": "HTTPS", "InstancePort": 80, "LoadBalancerPort": 1000 + i}
            listeners.append(listener | {"SSLCertificateId": arn})
            if i % 2 == 0:
                yield "certificate_expiring"
        zones = [f"{REGION}a"]
        self.client("elb").create_load_balancer(
            LoadBalancerName="bench", Listeners=listeners, AvailabilityZones=zones
        )

    def volumes(self) -> Kinds:
        """Every volume is attached to nothing; every second left a snapshot and is no more."""
        ec2 = self.client("ec2")
        for i in range(self.n):
            volume = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=8)["VolumeId"]
            yield "volume_unattached"
            if i % 2:
                gone = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=8)["VolumeId"]
                ec2.create_snapshot(VolumeId=gone, Description=f"of {volume}")
                ec2.delete_volume(VolumeId=gone)
                yield "snapshot_old"

    def addresses(self) -> Kinds:
        ec2 = self.client("ec2")
        for _ in range(self.n):
            ec2.allocate_address(Domain="vpc")
            yield "address_idle"

    def log_groups(self) -> Kinds:
        logs = self.client("logs")
        for i in range(self.n):
            name = f"/bench/{i:05d}"
            logs.create_log_group(logGroupName=name)
            if i % 2:
                logs.put_retention_policy(logGroupName=name, retentionInDays=365)
            else:
                yield "log_endless"

    def databases(self) -> Kinds:
        rds = self.client("rds")
        for i in range(self.n):
            good = bool(i % 2)
            rds.create_db_instance(
                DBInstanceIdentifier=f"bench-{i}",
                DBInstanceClass="db.t3.micro",
                Engine="postgres",
                AllocatedStorage=20,
                MasterUsername="root1",
                MasterUserPassword="hunter22x",
                PubliclyAccessible=not good,
                BackupRetentionPeriod=7 if good else 0,
            )
            if not good:
                yield from ("database_public", "database_without_backups")

    def buckets(self) -> Kinds:
        s3 = self.client("s3")
        kinds = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy")
        block = dict.fromkeys((*kinds, "RestrictPublicBuckets"), True)
        for i in range(self.n):
            name = f"bench-bucket-{i:05d}"
            s3.create_bucket(Bucket=name)
            if i % 2:
                s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)
                s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
            else:
                yield from ("bucket_public", "bucket_unversioned")

    def users(self) -> Kinds:
        """Every key is older than no time at all; every second opens nothing any more."""
        iam = self.client("iam")
        for i in range(self.n):
            user = f"bench-{i}"
            iam.create_user(UserName=user)
            key = iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"]
            if i % 2:
                iam.update_access_key(UserName=user, AccessKeyId=key, Status="Inactive")
            else:
                yield "key_old"

    def tables(self) -> Kinds:
        dynamodb = self.client("dynamodb")
        on = {"PointInTimeRecoveryEnabled": True}
        for i in range(self.n):
            name = f"bench-{i:05d}"
            dynamodb.create_table(
                TableName=name,
                KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
            if i % 2:
                dynamodb.update_continuous_backups(
                    TableName=name, PointInTimeRecoverySpecification=on
                )
            else:
                yield "table_without_recovery"

    def functions(self) -> Kinds:
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}
        policy = {"Version": "2012-10-17", "Statement": [trust | {"Action": "sts:AssumeRole"}]}
        role = self.client("iam").create_role(
            RoleName="bench-lambda", AssumeRolePolicyDocument=json.dumps(policy)
        )
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("m.py", "def h(e, c): pass\n")
        client = self.client("lambda")
        for i in range(self.n):
            client.create_function(
                FunctionName=f"bench-{i}",
                Runtime="python3.13" if i % 2 else "python3.7",
                Role=role["Role"]["Arn"],
                Handler="m.h",
                Code={"ZipFile": code.getvalue()},
            )
            if not i % 2:
                yield "runtime_retired"

    def instances(self) -> Kinds:
        ec2 = self.client("ec2")
        for tokens, count in (("optional", (self.n + 1) // 2), ("required", self.n // 2)):
            ec2.run_instances(
                ImageId="ami-12c6146b",
                MinCount=count,
                MaxCount=count,
                InstanceType="t2.micro",
                MetadataOptions={"HttpTokens": tokens},
            )
        yield from ["instance_imdsv1"] * ((self.n + 1) // 2)

    def all(self) -> Counter[str]:
        """Plant everything; moto's side of the work overlaps with ours."""
        kinds: tuple[Callable[[], Kinds], ...] = (
            *(self.databases, self.buckets, self.security_groups, self.certificates),
            *(self.users, self.functions, self.tables, self.log_groups),
            *(self.volumes, self.addresses, self.instances),
        )
        with ThreadPoolExecutor(2) as two:
            planted = list(two.map(lambda plant: Counter(plant()), kinds))
        return sum(planted, Counter())


def pairs(n: int) -> Iterator[tuple[bytes, bytes]]:
    """Certificates and their one key; every second ends in five days."""
    from cryptography import x509  # noqa: PLC0415 - slow to import, and only this needs it
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    now = datetime.now(UTC)
    for i in range(n):
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"h{i}.example.com")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(i + 1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=300 if i % 2 else 5))
            .sign(key, hashes.SHA256())
        )
        yield certificate.public_bytes(serialization.Encoding.PEM), pem


if __name__ == "__main__":
    print(json.dumps(Planter(int(sys.argv[1]), sys.argv[2]).all()))
