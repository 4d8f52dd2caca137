"""Every way AWS and its SDKs name a resource becomes one key; what names none is refused."""

from __future__ import annotations

import pytest

from steadyhand.sources.keys import NotAKey, NotOurs, Place, canonical
from steadyhand.triggers import EVERY

HERE = Place("123456789012", "eu-central-1", "aws")
ARN = "arn:aws:{}:eu-central-1:123456789012:{}"
JOBS = "https://sqs.eu-central-1.amazonaws.com/123456789012/jobs"

SPELLED = {
    ("queue", JOBS): [
        JOBS,
        f"{JOBS}/",
        "http://sqs.eu-central-1.amazonaws.com/123456789012/jobs",
        "https://SQS.eu-central-1.amazonaws.com/123456789012/jobs",
        "https://sqs.eu-central-1.amazonaws.com:443/123456789012/jobs",
        "https://eu-central-1.queue.amazonaws.com/123456789012/jobs",
        "https://sqs-fips.eu-central-1.amazonaws.com/123456789012/jobs",
        "https://sqs.eu-central-1.api.aws/123456789012/jobs",
        "https://vpce-0a1-b2c.sqs.eu-central-1.vpce.amazonaws.com/123456789012/jobs",
        ARN.format("sqs", "jobs"),
        "jobs",
    ],
    ("queue", "https://sqs.us-east-1.amazonaws.com/123456789012/a.fifo"): [
        "https://queue.amazonaws.com/123456789012/a.fifo",
        "https://sqs.amazonaws.com/123456789012/a.fifo",
        "arn:aws:sqs:us-east-1:123456789012:a.fifo",
    ],
    ("queue", "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/jobs"): [
        "https://cn-north-1.queue.amazonaws.com.cn/123456789012/jobs",
        "arn:aws-cn:sqs:cn-north-1:123456789012:jobs",
    ],
    ("queue", "https://sqs.eusc-de-east-1.amazonaws.eu/123456789012/jobs"): [
        "https://sqs.eusc-de-east-1.amazonaws.eu/123456789012/jobs/",
        "https://sqs.eusc-de-east-1.api.amazonwebservices.eu/123456789012/jobs",
        "arn:aws-eusc:sqs:eusc-de-east-1:123456789012:jobs",
    ],
    ("table", "orders"): [
        "orders",
        ARN.format("dynamodb", "table/orders"),
        ARN.format("dynamodb", "table/orders/index/by_day"),
        ARN.format("dynamodb", "table/orders/stream/2026-01-01T00:00:00.000"),
    ],
    ("db_instance", "orders"): ["orders", "Orders", "ORDERS", ARN.format("rds", "db:orders")],
    ("function", "pay"): [
        "pay",
        "pay:prod",
        "pay:$LATEST",
        "pay:7",
        "function:pay",
        "123456789012:function:pay",
        "123456789012:function:pay:prod",
        "123456789012:pay",
        "pay:$LATEST.PUBLISHED",
        ARN.format("lambda", "function:pay"),
        ARN.format("lambda", "function:pay:$LATEST"),
    ],
    ("bucket", "crown-jewels"): [
        "crown-jewels",
        "arn:aws:s3:::crown-jewels",
        "arn:aws:s3:::crown-jewels/a/b",
        "arn:aws-us-gov:s3:::crown-jewels",
        "s3://crown-jewels/a",
        "https://crown-jewels.s3.eu-central-1.amazonaws.com/a",
        "https://crown-jewels.s3.amazonaws.com",
        "https://s3.eu-central-1.amazonaws.com/crown-jewels/a",
        "https://s3-eu-west-1.amazonaws.com/crown-jewels",
        "https://crown-jewels.s3.dualstack.eu-central-1.amazonaws.com",
        "https://crown-jewels.s3.eusc-de-east-1.amazonaws.eu/a",
    ],
    ("security_group", "sg-0a1b2c"): ["sg-0a1b2c", ARN.format("ec2", "security-group/sg-0a1b2c")],
    ("managed_instance", "i-0a1b2c"): [
        "i-0a1b2c",
        ARN.format("ec2", "instance/i-0a1b2c"),
        ARN.format("ssm", "managed-instance/i-0a1b2c"),
    ],
    ("cache_cluster", "carts-001"): [
        "carts-001",
        "Carts-001",
        ARN.format("elasticache", "cluster:carts-001"),
    ],
    ("managed_instance", "mi-0a1b2c"): ["mi-0a1b2c"],
    ("instance", "i-0a1b2c"): ["i-0a1b2c", ARN.format("ec2", "instance/i-0a1b2c")],
    ("volume", "vol-0a1b2c"): ["vol-0a1b2c", ARN.format("ec2", "volume/vol-0a1b2c")],
    ("snapshot", "snap-0a1b"): ["snap-0a1b", "arn:aws:ec2:eu-central-1::snapshot/snap-0a1b"],
    ("log_group", "/aws/lambda/pay"): [
        "/aws/lambda/pay",
        ARN.format("logs", "log-group:/aws/lambda/pay"),
        ARN.format("logs", "log-group:/aws/lambda/pay:*"),
        ARN.format("logs", "log-group:/aws/lambda/pay:log-stream:x"),
    ],
    ("db_snapshot", "orders-1"): ["Orders-1", ARN.format("rds", "snapshot:orders-1")],
    ("db_cluster_snapshot", "orders-1"): [
        "ORDERS-1",
        ARN.format("rds", "cluster-snapshot:orders-1"),
    ],
    ("kms_key", "1234abcd-12ab-34cd-56ef-1234567890ab"): [
        "1234abcd-12ab-34cd-56ef-1234567890ab",
        ARN.format("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab"),
    ],
    ("kms_key", EVERY): ["alias/shop", ARN.format("kms", "alias/shop")],
    ("network_acl", "acl-0a1b2c"): ["acl-0a1b2c", ARN.format("ec2", "network-acl/acl-0a1b2c")],
    ("secret", ARN.format("secretsmanager", "secret:shop/key-AbCdEf")): [
        ARN.format("secretsmanager", "secret:shop/key-AbCdEf"),
    ],
    ("secret", EVERY): ["shop/key", ARN.format("secretsmanager", "secret:shop/key")],
    ("trail", ARN.format("cloudtrail", "trail/audit")): [
        "audit",
        ARN.format("cloudtrail", "trail/audit"),
    ],
    ("user", "ann"): [
        "ann",
        "arn:aws:iam::123456789012:user/ann",
        "arn:aws:iam::123456789012:user/team/a/ann",
    ],
    ("user", "<root_account>"): ["root", "arn:aws:iam::123456789012:root", "<root_account>"],
    ("ecs_service", ARN.format("ecs", "service/shop/web")): [
        ARN.format("ecs", "service/shop/web"),
        "shop/web",
    ],
    ("ecs_service", EVERY): [ARN.format("ecs", "service/web")],
    (
        "load_balancer",
        ARN.format("elasticloadbalancing", "loadbalancer/app/shop/50dc6c495c0c9188"),
    ): [
        ARN.format("elasticloadbalancing", "loadbalancer/app/shop/50dc6c495c0c9188"),
        "app/shop/50dc6c495c0c9188",
    ],
    ("load_balancer", ARN.format("elasticloadbalancing", "loadbalancer/classic")): ["classic"],
    ("target_group", ARN.format("elasticloadbalancing", "targetgroup/web/73e2d6bc24d8a067")): [
        ARN.format("elasticloadbalancing", "targetgroup/web/73e2d6bc24d8a067"),
        "targetgroup/web/73e2d6bc24d8a067",
    ],
    ("address", "eipalloc-0a1"): ["eipalloc-0a1", ARN.format("ec2", "elastic-ip/eipalloc-0a1")],
    ("ecr:repository/", "shop/api"): ["shop/api", ARN.format("ecr", "repository/shop/api")],
    ("address", EVERY): ["203.0.113.7", "eipassoc-0a1"],
}
CASES = [
    pytest.param(kind, key, said, id=f"{kind}-{said}")
    for (kind, key), spellings in SPELLED.items()
    for said in spellings
]


@pytest.mark.parametrize(("kind", "key", "said"), CASES)
def test_every_spelling_is_one_key(kind: str, key: str, said: str) -> None:
    assert canonical(kind, said, HERE) == key


@pytest.mark.parametrize(("kind", "key", "said"), CASES)
def test_a_key_is_its_own_key(kind: str, key: str, said: str) -> None:
    del said
    assert key == EVERY or canonical(kind, key, HERE) == key


def test_a_host_that_is_not_awss_stays() -> None:
    said = "http://127.0.0.1:4566/123456789012/jobs"
    assert canonical("queue", said, HERE) == said


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in SPELLED}))
@pytest.mark.parametrize(
    "said",
    [
        "",
        " ",
        "a\nb",
        "arn:aws",
        "arn:aws:ec2",
        "arn:::::",
        "a\tb/..",
        "x" * 5000,
        "a b",
        "\x00",
        "☃",
        "http://[",
        "１２ＡＢ",
    ],
)
def test_what_names_nothing_is_refused(kind: str, said: str) -> None:
    with pytest.raises(NotAKey):
        canonical(kind, said, HERE)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("queue", "https://sqs.eu-central-1.amazonaws.com/999999999999/jobs"),
        ("queue", "arn:aws:sqs:eu-central-1:999999999999:jobs"),
        ("table", "arn:aws:dynamodb:eu-central-1:999999999999:table/orders"),
        ("function", "999999999999:function:pay"),
        ("function", "999999999999:pay"),
        ("user", "arn:aws:iam::999999999999:user/ann"),
        ("arn", "arn:aws:acm:eu-central-1:999999999999:certificate/x"),
    ],
)
def test_what_is_anothers_is_not_ours(kind: str, said: str) -> None:
    with pytest.raises(NotOurs):
        canonical(kind, said, HERE)
