"""The deployed function as the command line meets it: `lambda:Invoke`, and STS behind it.

moto runs no code without Docker, so the handler runs here, in the environment that the stack gives it, as
"Invoke" says (docs.aws.amazon.com/lambda/latest/api/API_Invoke.html): a payload of JSON comes in and goes out, an
exception is an answer with `FunctionError`, a function that is not there a ResourceNotFoundException.
"""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from functions import ask as function
from steadyhand.aws import proof
from steadyhand.aws.client import Botocore
from steadyhand.engine.ask.request import FUNCTION
from steadyhand.model import Answer, Call, ReadFailed
from steadyhand.settings.deployed import TABLE, Deployed
from steadyhand.settings.values import Settings
from tests.functions.conftest import Context, forget
from tests.sts import Sts

REGION = "eu-central-1"
ACCOUNT = "123456789012"
INES = f"arn:aws:iam::{ACCOUNT}:user/ines"
OPERATED = Settings(operators=(INES,), home=REGION, regions=(REGION,))


@dataclass
class Function:
    """What is deployed, if anything is."""

    settings: Settings | None = None
    version: str = "1.0"
    protocol: int = 0
    breaks: bool = False

    def invoke(self, params: Any) -> Answer:
        """One synchronous invocation."""
        if self.settings is None or FUNCTION not in params["FunctionName"]:
            raise ReadFailed("ResourceNotFoundException", "Function not found")
        actor = f"arn:aws:iam::{ACCOUNT}:role/steadyhand-actor"
        told = Deployed(
            settings=self.settings, home=REGION, table=TABLE, actor=actor, version=self.version
        )
        own = told.as_variables() | {
            "POWERTOOLS_SERVICE_NAME": "s",
            "POWERTOOLS_METRICS_NAMESPACE": "S",
        }
        forget()
        with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()):
            for name, value in own.items():
                patch.setenv(name, value)
            if self.breaks:
                return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": body({})}
            said = function.handler(json.loads(params["Payload"]), Context())
        said |= {"protocol": self.protocol} if self.protocol else {}
        return {"StatusCode": 200, "Payload": body(said)}


def body(said: Any) -> io.BytesIO:
    """A payload, as JSON and nothing else."""
    return io.BytesIO(json.dumps(said).encode())


DEPLOYED = Function()


def install(patch: pytest.MonkeyPatch) -> None:
    """Nothing is deployed yet; the credentials at hand are Ines's."""
    DEPLOYED.__init__()  # type: ignore[misc]
    credentials = boto3.Session().get_credentials().get_frozen_credentials()
    secret, token = credentials.secret_key, credentials.token or ""
    sts = Sts({credentials.access_key: (secret, token, INES)})
    patch.setattr(proof, "fetch", sts.fetch)
    real = Botocore.ask

    def asked(aws: Botocore, call: Call) -> Answer:
        if call.action == "lambda:Invoke":
            aws.client(call.service)
            return aws.paced(call, lambda: DEPLOYED.invoke(call.params))
        return real(aws, call)

    patch.setattr(Botocore, "ask", asked)
