"""Answers of Cost Explorer, held to botocore's model of the operation on the way in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.validate import ParamValidator

from ...http.answers import RefusedError, answer
from ...http.operations import model

if TYPE_CHECKING:
    from collections.abc import Callable


def vouched(operation: str) -> Callable[[Callable], Callable]:
    """Answer a Cost Explorer operation, held to botocore's model of it."""

    def declare(function: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable:
        def answered(asked: dict[str, Any]) -> dict[str, Any]:
            described = model("ce").operation_model(operation)
            wrong = ParamValidator().validate(asked, described.input_shape)
            if wrong.has_errors():
                raise RefusedError("ValidationException", wrong.generate_report())
            said = function(asked)
            lies = ParamValidator().validate(said, described.output_shape)
            if lies.has_errors():
                raise RefusedError("InternalFailure", lies.generate_report())
            return said

        return answer("ce", operation)(answered)

    return declare
