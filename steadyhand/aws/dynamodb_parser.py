"""Rows of DynamoDB stay as JSON has them: botocore would walk through each value of each row.

What it makes of an item is what JSON said, but for binary values, which it decodes. Nothing of
ours is binary, so the walk, which takes longer than everything else about a page, is spared.
"""

from __future__ import annotations

from typing import Any

from botocore.parsers import JSONParser

ROWS = ("ItemList", "AttributeMap")
"""How DynamoDB's model names the rows of an answer, and each of them."""


class AsWritten(JSONParser):
    """Botocore's parser for JSON, except for rows."""

    def _handle_list(self, shape: Any, node: Any) -> Any:
        if shape.name == ROWS[0] and shape.member.name == ROWS[1]:
            return node
        return super()._handle_list(shape, node)  # type: ignore[misc]  # its stubs hide it
