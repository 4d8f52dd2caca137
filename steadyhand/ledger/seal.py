"""The key with which the engine seals its changes: a SecureString that only its roles may read.

CloudFormation can make no SecureString (docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/
aws-resource-ssm-parameter.html), so the first function that needs the key makes it. Two that do so at
once get the same one: Parameter Store keeps the first.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from steadyhand.ledger.queries import Client
from steadyhand.model import Call, MalformedAnswer, ReadFailed

PARAMETER = "/steadyhand/seal"
ABSENT = "ParameterNotFound"
THERE = "ParameterAlreadyExists"


@dataclass
class Seal:
    """`seal()` is the key, read once. Where it cannot be had, nothing is written or acted on."""

    aws: Client
    parameter: str = PARAMETER
    known: bytes = field(default=b"", repr=False)

    def __call__(self) -> bytes:
        """The key."""
        if not self.known:
            try:
                self.known = self._read()
            except ReadFailed as failed:
                if failed.code != ABSENT:
                    raise
                self._make()
                self.known = self._read()
        return self.known

    def _read(self) -> bytes:
        asked = {"Name": self.parameter, "WithDecryption": True}
        answer: Any = self.aws.ask(Call("ssm:GetParameter", asked))
        said = answer.get("Parameter") if isinstance(answer, dict) else None
        value = said.get("Value") if isinstance(said, dict) else None
        if not isinstance(value, str) or not value:  # with an empty key nothing would be compared
            raise MalformedAnswer(f"the parameter {self.parameter} answers without a value")
        return value.encode()

    def _make(self) -> None:
        made = {
            "Name": self.parameter,
            "Value": secrets.token_hex(32),
            "Type": "SecureString",
            "Description": "With this key Steadyhand's engine seals what it writes down.",
        }
        try:
            self.aws.ask(Call("ssm:PutParameter", made))
        except ReadFailed as failed:
            if failed.code != THERE:
                raise
