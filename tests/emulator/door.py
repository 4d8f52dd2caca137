"""Commands as a person types them: a process of its own, with that person's credentials."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.emulator.living import Living

CLI = "import sys; from steadyhand.cli import main; sys.exit(main())"
SETTINGS = Path(__file__).parent / "steadyhand.toml"
OPERATORS = "leaflab-operators"


def say(here: Living, who: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """A command, as the person who has these credentials."""
    environment = {**here.aws.environment, **who, "NO_COLOR": "1", "COLUMNS": "100"}
    command = [sys.executable, "-c", CLI, *words, "--settings", str(SETTINGS)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def operator(here: Living) -> Mapping[str, str]:
    """A session of the role that the owner named: it may read the ledger and call the function, no more."""
    account = here.aws.account
    iam = here.aws.client("iam")
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": "sts:AssumeRole",
    }
    table = f"arn:aws:dynamodb:{here.aws.region}:{account}:table/steadyhand"
    function = f"arn:aws:lambda:{here.aws.region}:{account}:function:steadyhand-ask"
    may = [
        {
            "Effect": "Allow",
            "Action": ["dynamodb:Query", "dynamodb:GetItem"],
            "Resource": [table, f"{table}/*"],
        },
        {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": function},
    ]
    with suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName=OPERATORS, AssumeRolePolicyDocument=document(trust))
    iam.put_role_policy(RoleName=OPERATORS, PolicyName="ask", PolicyDocument=document(*may))
    role = f"arn:aws:iam::{account}:role/{OPERATORS}"
    got = here.aws.client("sts").assume_role(RoleArn=role, RoleSessionName="tomas")["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": got["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": got["SecretAccessKey"],
        "AWS_SESSION_TOKEN": got["SessionToken"],
    }


def document(*statements: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
