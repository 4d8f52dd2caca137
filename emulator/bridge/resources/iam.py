"""IAM under AUTH: transport that counts as TLS, who a session is, who a mail is from, actions by their names.

We serve plain HTTP on the loopback, so a policy that denies `aws:SecureTransport=false`, as CDK writes
for its buckets and queues, would deny everything.
"""

import json
import re
from email.utils import parseaddr
from typing import Any

import ministack.app
from ministack.core import iam_actions, iam_evaluator

CALLED = {
    "budgets:DescribeBudgets": "budgets:ViewBudget",
    "budgets:DescribeNotificationsForBudget": "budgets:ViewBudget",
}
"""Operations that IAM calls otherwise:
docs.aws.amazon.com/service-authorization/latest/reference/list_awsbudgetservice.html"""


SESSION = re.compile(r"arn:([^:]+):sts::(\d+):assumed-role/([^/]+)/.+")


def install() -> None:
    """IAM is asked about the right things, from now on."""
    resolved = iam_evaluator._resolve_condition_key

    def resolve(key: str, context: Any) -> Any:
        """`aws:PrincipalArn` of a session is its role's ARN ("AWS global condition context keys")."""
        value = resolved(key, context)
        if key.lower() != "aws:principalarn":
            return value
        return SESSION.sub(r"arn:\1:iam::\2:role/\3", str(value))

    iam_evaluator._resolve_condition_key = resolve
    pinned = ministack.app.pin_request_origin
    ministack.app.pin_request_origin = lambda address, _secure: pinned(address, True)
    named = iam_actions._ses_v2_resource_arn

    def sender(method: str, path: str, body: bytes, region: str, account: str) -> str:
        if path.rstrip("/").endswith("/v2/email/outbound-emails"):
            return f"arn:aws:ses:{region}:{account}:identity/{_identity(body, region, account)}"
        return named(method, path, body, region, account)

    iam_actions._ses_v2_resource_arn = sender
    extracted = iam_actions.extract_iam_action

    def action(*request: Any) -> str | None:
        found: str | None = extracted(*request)
        return CALLED.get(found or "", found)

    iam_actions.extract_iam_action = action


def _identity(body: bytes, region: str, account: str) -> str:
    """The verified identity a mail is sent as: its address, or else its domain."""
    from ministack.services import ses_v2

    address = parseaddr(_from(body))[1]
    domain = address.rpartition("@")[2]
    known = ses_v2._identities
    if known.get_scoped(account, region, address) is None and known.get_scoped(
        account, region, domain
    ):
        return domain
    return address


def _from(body: bytes) -> str:
    try:
        asked: Any = json.loads(body)
    except ValueError:
        return ""
    return str(asked.get("FromEmailAddress", ""))
