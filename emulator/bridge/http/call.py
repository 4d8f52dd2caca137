"""One API call that was answered: what was asked for and what came back, in the API's own words."""

import functools
from dataclasses import dataclass
from typing import Any

import botocore.model
import botocore.parsers

from . import operations, parameters
from .request import HttpRequest


@dataclass
class Call(HttpRequest):
    """One request and its answer."""

    status: int
    answer_headers: dict[str, str]
    answer: bytes
    client: str

    @functools.cached_property
    def operation(self) -> botocore.model.OperationModel | None:
        """What was asked for, None where no model knows it."""
        return operations.find(self)

    @functools.cached_property
    def params(self) -> dict[str, Any]:
        """The parameters as the API spells them."""
        return parameters.read(self, self.operation) if self.operation else {}

    @functools.cached_property
    def result(self) -> dict[str, Any]:
        """The answer as the API spells it; has `Error` where the call failed."""
        shape = self.operation.output_shape
        raw = {"status_code": self.status, "headers": self.answer_headers, "body": self.answer}
        if self.operation.has_streaming_output:
            return {}
        if self.status < 300 and shape is None:
            return {}
        return botocore.parsers.create_parser(self.protocol).parse(raw, shape)

    @property
    def protocol(self) -> str:
        """How the operation is written down."""
        return self.operation.service_model.resolved_protocol

    @property
    def failed(self) -> bool:
        """Whether AWS refused."""
        return self.status >= 300
