"""Rows of DynamoDB are left as JSON says them: botocore would walk through each value of each row.

What it makes of an item is what JSON said, but for binary values, which it decodes. Nothing of
ours is binary, so the walk, which takes longer than everything else about a page, is spared.
"""

from __future__ import annotations

from typing import Any

from botocore.parsers import JSONParser, ResponseParserFactory

ROWS = ("ItemList", "AttributeMap")
"""How DynamoDB's model names the rows of an answer, and each of them."""


class Parsers(ResponseParserFactory):
    """Makes botocore's parsers, and ours where JSON is spoken."""

    def create_parser(self, protocol_name: str) -> Any:
        """The parser of a protocol."""
        if protocol_name == "json":
            return AsWritten(**self._defaults)  # type: ignore[attr-defined]  # its stubs hide it
        return super().create_parser(protocol_name)


class AsWritten(JSONParser):
    """Botocore's parser for JSON, except for rows."""

    def _handle_list(self, shape: Any, node: Any) -> Any:
        if shape.name == ROWS[0] and shape.member.name == ROWS[1]:
            return node
        return super()._handle_list(shape, node)  # type: ignore[misc]  # its stubs hide it
