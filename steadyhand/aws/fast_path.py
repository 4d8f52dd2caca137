"""The fast path: a call like one made before goes without botocore's ceremony.

An operation's first call takes botocore's whole path. The second one too, but it is watched: then
the fast path shows what it would have sent, and what it would have understood. Only where both
are the same, but for time, signature and serial number, does it carry the calls that follow. On
both paths botocore's own parts serialise, sign, send and parse.

The fast path knows one ending: success at the first try. Whatever else comes back is given to the
whole path as what became of *its* first try, and is not sent again. So errors, retries and pauses
are botocore's alone, and nothing is sent twice that botocore would not send twice.

It never carries what hangs on more than operation and parameters: other signatures than v4 (S3),
hosts put together from parameters, streams, checksums, compression. Nor what is answered before it
is sent, as moto does in tests: there is nothing to watch.
"""
# ruff: noqa: SLF001 - botocore calls these parts private; each use of them is proven first

from __future__ import annotations

import re
import uuid
from binascii import crc32
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from botocore.awsrequest import AWSRequest, prepare_request_dict
from botocore.exceptions import BotoCoreError
from botocore.parsers import ResponseParserError

from steadyhand.aws.wire import WITHOUT_BODY, Destination, SignedRequest, Wire

ADDRESSES = 16
"""How many addresses of a client are remembered with their connections."""

SERIAL = ("x-amz-date", "amz-sdk-invocation-id")
"""Headers that differ from call to call."""

RETRIES = ("RetryAttempts", "MaxAttemptsReached")
"""What botocore notes of a call that was not repeated."""

LISTED = re.compile(r"(\w+)\[\*\]\.\[(?:\w+\.\w+(?:, )?)+\]\[\]")
PAIR = re.compile(r"(\w+)\.(\w+)")
"""The one form, of many, in which endpoint rules look into the lists of a call we make."""


def take_fast_path(client: Any) -> None:
    """Let a client take the fast path, operation by operation, where it is proven."""
    wire = client._endpoint.http_session = Wire(client._endpoint.http_session)
    pools = wire.session._manager
    pools.connection_from_url = lru_cache(ADDRESSES)(pools.connection_from_url)
    client._make_api_call = FastPath(client, wire)


class FastPath:
    """What a client calls to make an API call."""

    def __init__(self, client: Any, wire: Wire) -> None:
        self.client, self.wire = client, wire
        self.whole = client._make_api_call
        self.called: set[str] = set()
        self.paths: dict[str, ProvenPath | None] = {}

    def __call__(self, operation: str, params: dict[str, Any]) -> Any:
        if operation in self.paths:
            proven = self.paths[operation]
            return self.take(proven, params) if proven else self.whole(operation, params)
        if operation in self.called:
            return self.watch(operation, params)
        self.called.add(operation)
        return self.whole(operation, params)

    def take(self, proven: ProvenPath, params: dict[str, Any]) -> Any:
        """The fast path; the rest of the whole one, where it did not end in success."""
        asked = dict(params)
        signed = proven.signed(params)
        try:
            reply: Any = self.wire.session.send(signed)
        except BotoCoreError as failed:
            reply = failed
        else:
            if answer := proven.answer(reply):
                return answer
        self.wire.given = reply
        try:
            return self.whole(proven.operation, asked | proven.tokens(params))
        finally:
            self.wire.given = None

    def watch(self, operation: str, params: dict[str, Any]) -> Any:
        """The whole path; after it, the fast one is held against what happened."""
        wire = self.wire
        wire.sent = wire.got = None
        answer = self.whole(operation, params)
        if wire.sent is not None and not answer["ResponseMetadata"]["RetryAttempts"]:
            proven = ProvenPath(self.client, operation)
            self.paths[operation] = proven if proven.is_proven(params, wire, answer) else None
        wire.sent = wire.got = None
        return answer


class ProvenPath:
    """The fast path of one operation of one client."""

    def __init__(self, client: Any, operation: str) -> None:
        self.client, self.operation = client, operation
        service = client.meta.service_model
        self.model = service.operation_model(operation)
        self.event = f"{service.service_id.hyphenize()}.{operation}"
        self.parser: Any = None
        self.headers: dict[str, str] = {}
        self.retries: dict[str, Any] = {}
        self.context: dict[str, Any] = {
            "client_region": client.meta.region_name,
            "client_config": client.meta.config,
            "has_streaming_input": False,
            "auth_type": None,
            "unsigned_payload": None,
            "auth_options": service.metadata.get("auth"),
            "signing": {},
        }
        self.members: list[str] = []
        self.lists: list[tuple[str, list[tuple[str, str]]]] = []
        self.places: dict[str, Destination] = {}

    def is_proven(self, params: dict[str, Any], wire: Wire, answer: Any) -> bool:
        """Would it have sent and understood just what the whole path sent and understood?"""
        metadata = answer["ResponseMetadata"]
        try:
            if not is_plain(self.model, self.client.meta.config):
                return False
            self.learn(wire.sent)
            self.retries = {name: metadata[name] for name in RETRIES if name in metadata}
            signed = self.signed(params)
            more = signed.context.keys() - self.context.keys() - {"timestamp"}
            same = seen(signed) == seen(wire.sent) and self.answer(wire.got) == answer
        except (AttributeError, KeyError, TypeError, ValueError):  # a botocore with other insides
            return False
        return same and not more

    def learn(self, sent: Any) -> None:
        """What is the same in every call of this operation."""
        factory = self.client._endpoint._response_parser_factory
        self.parser = factory.create_parser(self.model.service_model.resolved_protocol)
        self.headers = {
            name: said(sent.headers[name]) for name in ("User-Agent", "amz-sdk-request")
        }
        self.members = [one.member_name for one in self.model.context_parameters]
        paths = dict(self.model.operation_context_parameters).values()
        self.lists = [listed(one["path"]) for one in paths]

    def destination(self, params: Mapping[str, Any]) -> Destination:
        """Where a call goes. Its rules are asked again when what they look at is another."""
        looked_at = [params.get(name) for name in self.members]
        for top, pairs in self.lists:
            for item in params[top]:
                looked_at += [item.get(part, {}).get(name) for part, name in pairs]
        key = str(looked_at)
        if key not in self.places:
            self.places = {key: self.resolved(params)}
        return self.places[key]

    def resolved(self, params: Mapping[str, Any]) -> Destination:
        """Where a call goes, as botocore's rules say."""
        context: dict[str, Any] = {"auth_type": None}
        url, headers, *_ = self.client._resolve_endpoint_ruleset(self.model, params, context)
        top: dict[str, Any] = {"url_path": "/", "query_string": "", "headers": {}}
        prepare_request_dict(top, url)
        signer, said = self.client._request_signer, context.get("signing", {})
        name = said.get("signing_name") or signer.signing_name
        region = said.get("region") or signer.region_name
        signing = (name, region, context["auth_type"] or "v4")
        host = signer.get_auth_instance(*signing).headers_to_sign(AWSRequest(url=url))["host"]
        return Destination(url, top["url"], host, headers, signing)

    def signed(self, params: dict[str, Any]) -> SignedRequest:
        """A call, signed. `params` may get what botocore adds: tokens, defaults."""
        client, model, context = self.client, self.model, dict(self.context)
        events, signer, headers = client.meta.events, client._request_signer, self.headers
        events.emit(
            f"before-parameter-build.{self.event}", params=params, model=model, context=context
        )
        destination = self.destination(params)
        request = client._serializer.serialize_to_request(params, model)
        request["headers"].update(destination.headers)
        if request["url_path"] == "/" and not request["query_string"]:
            request |= {"url": destination.top, "context": context}
            request["headers"]["User-Agent"] = headers["User-Agent"]
        else:
            prepare_request_dict(request, destination.url, context, headers["User-Agent"])
        events.emit(
            f"before-call.{self.event}",
            model=model,
            params=request,
            request_signer=signer,
            context=context,
        )
        signed = SignedRequest(request)
        signed.headers["host"] = destination.host  # signed, but said by the connection itself
        signer.get_auth_instance(*destination.signing).add_auth(signed)
        del signed.headers["host"]
        signed.headers["amz-sdk-invocation-id"] = str(uuid.uuid4())
        signed.headers["amz-sdk-request"] = headers["amz-sdk-request"]
        if signed.method not in WITHOUT_BODY:
            signed.headers["Content-Length"] = str(len(signed.body or b""))
        signed.headers = {name: value.encode() for name, value in signed.headers.items()}
        return signed

    def tokens(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """What tells AWS that two tries are one call, and so must not be made up anew."""
        return {name: params[name] for name in self.model.idempotent_members if name in params}

    def answer(self, reply: Any) -> Any:
        """What AWS said; None where it is no plain success."""
        checksum = reply.headers.get("x-amz-crc32")
        if checksum and checksum != str(crc32(reply.content)):
            return None
        if not 200 <= reply.status_code < 300:
            return None
        response = {
            "headers": reply.headers,
            "status_code": reply.status_code,
            "body": reply.content,
            "context": {"operation_name": self.operation},
        }
        try:
            parsed = self.parser.parse(response, self.model.output_shape)
        except ResponseParserError:
            return None
        parsed["ResponseMetadata"] |= self.retries
        self.client.meta.events.emit(
            f"after-call.{self.event}",
            http_response=reply,
            parsed=parsed,
            model=self.model,
            context={},
        )
        return parsed


def is_plain(model: Any, config: Any) -> bool:
    """Is there nothing to an operation but its parameters?"""
    return config.signature_version == "v4" and not (
        model.auth_type
        or model.unsigned_payload
        or model.endpoint
        or model.has_streaming_input
        or model.has_streaming_output
        or model.has_event_stream_input
        or model.has_event_stream_output
        or model.http_checksum
        or model.http_checksum_required
        or model.request_compression
    )


def listed(path: str) -> tuple[str, list[tuple[str, str]]]:
    """`Top[*].[One.Name, Other.Name][]` → ("Top", [("One", "Name"), ("Other", "Name")])."""
    found = LISTED.fullmatch(path)
    if not found:
        raise ValueError(path)
    return found[1], PAIR.findall(path)


def seen(request: Any) -> tuple[str, str, bytes, Mapping[str, str]]:
    """A request as AWS sees it, but for what differs from call to call."""
    headers = {name.lower(): said(value) for name, value in request.headers.items()}
    headers = {name: value for name, value in headers.items() if name not in SERIAL}
    headers["authorization"] = headers["authorization"].partition("Signature=")[0]
    body = request.body or b""
    return request.method, request.url, body.encode() if isinstance(body, str) else body, headers


def said(value: str | bytes) -> str:
    """A header's value as text."""
    return value.decode() if isinstance(value, bytes) else value
