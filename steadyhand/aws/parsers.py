"""Parsers that take nothing for an answer but an answer: botocore's own, and stricter.

botocore reads JSON that is cut off, XML of another operation and a proxy's web page as an answer
in which everything is missing, that is, as an empty list. Here what is not well-formed in the
protocol of its operation raises `Unparsed`: the root element and result wrapper of the query
protocols, an XML document of AWS, a JSON object, a CBOR map; with a body wherever the operation
has something to say, and no body that holds nothing of it; the list that was asked for, empty or not.

The protocols: https://smithy.io/2.0/aws/protocols/index.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.parsers import (
    EC2QueryParser,
    JSONParser,
    QueryParser,
    ResponseParserError,
    ResponseParserFactory,
    RestJSONParser,
    RestXMLParser,
    RpcV2CBORParser,
)
from botocore.utils import parse_timestamp

from steadyhand.aws.wire import ALWAYS_WRITTEN, answered_with

ROWS = ("ItemList", "AttributeMap")
"""How DynamoDB's model names the rows of an answer, and each of them."""

UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    ResponseParserError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What botocore's parsers raise on an answer that is none."""

AWS_DOCUMENT = ".amazonaws.com/doc/"
"""The namespaces of AWS's XML."""

NO_RESULT = frozenset({"html", "error", "errorresponse", "response"})


class Unparsed(ResponseParserError):
    """What came back is not well-formed in its protocol. `status` is what HTTP said of it."""

    def __init__(self, status: int, what: str) -> None:
        super().__init__(f"what came back is no answer of AWS: status {status} with {what}")
        self.status = status


class Strict:
    """A parser of botocore's that raises `Unparsed`. Made for one call at a time."""

    operation: str = ""
    shape: Any = None
    strict = False
    writes_all = False
    """Does its protocol write lists that are empty?"""

    def parse(self, response: Any, shape: Any) -> Any:
        """The answer. An error of AWS is one too; a web page never is."""
        status = response["status_code"]
        is_error = bool(shape is not None and shape.metadata.get("exception"))
        self.strict = status < 300 and not is_error
        self.operation = response.get("context", {}).get("operation_name", "")
        self.shape = shape
        if status == 300:  # botocore would read it as a success
            raise Unparsed(status, "a redirection")
        try:
            parsed = super().parse(response, shape)  # type: ignore[misc]  # mixed in
            if status > 300 and not is_error and not isinstance(parsed.get("Error"), Mapping):
                parsed["Error"] = {}  # botocore asks it for a code
            if self.strict and shape is not None:
                self.hold(parsed, shape, response.get("body"))
            return parsed
        except Unparsed:
            raise
        except UNREADABLE as unreadable:
            raise Unparsed(status, described(response.get("body"))) from unreadable

    def hold(self, parsed: Mapping[str, Any], shape: Any, body: Any) -> None:
        """To what it must say: an answer without the list that was asked for is no empty list."""
        must, some = answered_with(self.operation, shape)
        if not (self.writes_all or self.operation in ALWAYS_WRITTEN):
            some = frozenset()
        if any(parsed.get(name) is None for name in must) or (
            some and all(parsed.get(name) in (None, "") for name in some)
        ):
            self.refuse(body)

    def refuse(self, body: Any) -> None:
        """It is not what the operation answers."""
        raise Unparsed(200, described(body))

    def said(self) -> Mapping[str, Any]:
        """The members that the body of this answer may have."""
        if self.shape is None:
            return {}
        payload = self.shape.serialization.get("payload")
        if payload:
            inner = self.shape.members[payload]
            return inner.members if inner.type_name == "structure" else {}
        members: Mapping[str, Any] = self.shape.members
        return {name: one for name, one in members.items() if "location" not in one.serialization}

    def has_none_of(self, names: Any) -> bool:
        """Does a body that says something say nothing of what the operation answers?"""
        members = self.said()
        if not names or not members or any(name in members for name in names):
            return False
        known = {one.serialization.get("name", name) for name, one in members.items()}
        return not any(name in known for name in names)


class StrictJson(Strict):
    """An answer in JSON is an object, in it a list is one, and text is text."""

    def _handle_list(self, shape: Any, node: Any) -> Any:
        if type(node) is not list or None in node:
            raise TypeError(node)
        return super()._handle_list(shape, node)  # type: ignore[misc]  # its stubs hide it

    def _handle_string(self, _: Any, value: Any) -> str:
        if type(value) in (dict, list):
            raise TypeError(value)
        return value if type(value) is str else json.dumps(value)

    def _parse_body_as_json(self, body: Any) -> Any:
        if not self.strict:
            found = super()._parse_body_as_json(body)  # type: ignore[misc]
            return found if isinstance(found, dict) else {}
        if not body:
            return self.refuse(body) if self.said() else {}
        found = json.loads(body)
        if not isinstance(found, dict) or self.has_none_of(found):
            self.refuse(body)
        return found


class StrictXml(Strict):
    """An answer in XML is a document of AWS."""

    def _parse_xml_string_to_dom(self, xml: Any) -> Any:
        root = super()._parse_xml_string_to_dom(xml)  # type: ignore[misc]
        if self.strict and not self.is_expected(root):
            self.refuse(xml)
        return root

    def is_expected(self, root: Any) -> bool:
        """Of the query protocols: the root is named after the operation."""
        return local(root.tag) == f"{self.operation}Response"


class AsWritten(JSONParser):
    """Botocore's parser for JSON, except for rows of DynamoDB, which stay as JSON has them.

    botocore would walk through each value of each row. What it makes of an item is what JSON said, but
    for binary values, which it decodes. Nothing of ours is binary, so the walk, which takes longer than
    everything else about a page, is spared.
    """

    def _handle_list(self, shape: Any, node: Any) -> Any:
        if shape.name == ROWS[0] and shape.member.name == ROWS[1]:
            return node
        return super()._handle_list(shape, node)  # type: ignore[misc]  # its stubs hide it


class Json(StrictJson, AsWritten):
    """JSON 1.0 and 1.1."""


class RestJson(StrictJson, RestJSONParser):
    """REST with JSON."""


class Query(StrictXml, QueryParser):
    """The query protocol."""

    writes_all = True


class Ec2(StrictXml, EC2QueryParser):
    """EC2's own query protocol."""

    writes_all = True


class RestXml(StrictXml, RestXMLParser):
    """REST with XML, whose roots no model names: it is AWS's namespace, or a member we know."""

    def _initial_body_parse(self, body: Any) -> Any:
        if self.strict and not body and self.said():
            self.refuse(body)
        return super()._initial_body_parse(body)  # type: ignore[misc]  # its stubs hide it

    def is_expected(self, root: Any) -> bool:
        if local(root.tag).lower() in NO_RESULT:
            return False
        if AWS_DOCUMENT in root.tag:
            return True
        members = self.said()
        return not members or not self.has_none_of([local(one.tag) for one in root] or [root.tag])


class Cbor(Strict, RpcV2CBORParser):
    """RPC v2 with CBOR: one map, and nothing after it."""

    def _initial_body_parse(self, body: Any) -> Any:
        if not self.strict:
            found = super()._initial_body_parse(body)  # type: ignore[misc]  # its stubs hide it
            return found if isinstance(found, dict) else {}
        if not body:
            return self.refuse(body) if self.said() else {}
        stream = self.get_peekable_stream_from_bytes(body)
        found = self.parse_data_item(stream)
        if not isinstance(found, dict) or stream.read(1) or self.has_none_of(found):
            self.refuse(body)
        return found


PROTOCOLS: Mapping[str, Any] = {
    "json": Json,
    "rest-json": RestJson,
    "query": Query,
    "ec2": Ec2,
    "rest-xml": RestXml,
    "smithy-rpc-v2-cbor": Cbor,
}


class Parsers(ResponseParserFactory):
    """Makes the parser of a protocol."""

    def create_parser(self, protocol_name: str) -> Any:
        """A new one, since it remembers what it reads."""
        return PROTOCOLS[protocol_name](**self._defaults)  # type: ignore[attr-defined]


def local(tag: str) -> str:
    """A tag without its namespace."""
    return tag.rpartition("}")[2]


def described(body: Any) -> str:
    """What came instead of an answer, in words: never its text, which strangers may have written."""
    if not body:
        return "nothing in it"
    start = bytes(body[:200]).lstrip().lower() if isinstance(body, bytes) else b""
    return next(kinds(start), "something that cannot be read")


def kinds(start: bytes) -> Iterator[str]:
    """What a body looks like by its first bytes."""
    if start.startswith((b"<!doctype html", b"<html")):
        yield "a web page, as a proxy sends it"
    if start.startswith(b"<"):
        yield "XML that is cut off, or of something else"
    if start.startswith((b"{", b"[")):
        yield "JSON that is cut off, or of something else"


def moment(text: str | float) -> datetime:
    """A time as AWS writes it, in UTC where it names no zone. botocore's parser tries four ways for each."""
    if not isinstance(text, str):
        return datetime.fromtimestamp(text, UTC)
    try:
        moment: datetime = datetime.fromisoformat(text)
    except ValueError:
        moment = parse_timestamp(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
