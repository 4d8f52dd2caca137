"""What a person's command says to the door, and how it is read: a few words, and a proof of who says them."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from steadyhand.ledger import codec

PROTOCOL = 1
"""Another number on the other side means: one of the two is older, and nothing is guessed."""

FUNCTION = "steadyhand-ask"
LONGEST = 20_000
NONCE = re.compile(r"[0-9a-f]{32}")
KEYS = frozenset({"verb", "said", "nonce"})


class MalformedRequest(Exception):
    """What came in is no request. One sentence."""


class OtherProtocol(Exception):
    """Who asks speaks another version of this. One sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a person asks of the engine. `body` is what was signed, as text; `said` are the words of `verb`."""

    verb: str
    said: Mapping[str, Any]
    nonce: str
    body: str
    proof: Any


def function_arn(partition: str, region: str, account: str) -> str:
    """The door's own name, which every request is signed for."""
    return f"arn:{partition}:lambda:{region}:{account}:function:{FUNCTION}"


def written(verb: str, said: Mapping[str, Any]) -> str:
    """What is signed, as text. No two are the same."""
    return codec.text({"verb": verb, "said": said, "nonce": secrets.token_hex(16)})


def whole(body: str, proof: Mapping[str, str], version: str) -> dict[str, Any]:
    """What is sent."""
    return {"protocol": PROTOCOL, "version": version, "body": body, "proof": proof}


def read(event: Any) -> Request:
    """The inverse: `OtherProtocol` or `MalformedRequest` where it is none of ours."""
    if not isinstance(event, Mapping) or "protocol" not in event:
        raise MalformedRequest("this is no request of the steadyhand command")
    if event["protocol"] is True or event["protocol"] != PROTOCOL:
        raise OtherProtocol(f"protocol {PROTOCOL} is spoken here")
    body = event.get("body")
    if not isinstance(body, str) or len(body) > LONGEST or event.keys() - {
        "protocol", "version", "body", "proof"
    }:  # fmt: skip
        raise MalformedRequest("this request has another shape than ours")
    try:
        body.encode()  # half a surrogate pair has no bytes that could be signed
        inner = json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedRequest("the body of this request is not JSON") from None
    if not isinstance(inner, dict) or inner.keys() != KEYS:
        raise MalformedRequest("the body of this request has another shape than ours")
    verb, said, nonce = inner["verb"], inner["said"], inner["nonce"]
    if not (isinstance(verb, str) and isinstance(said, dict) and isinstance(nonce, str)):
        raise MalformedRequest("the body of this request has another shape than ours")
    if not NONCE.fullmatch(nonce):
        raise MalformedRequest("the body of this request has no nonce of ours")
    return Request(verb=verb, said=said, nonce=nonce, body=body, proof=event.get("proof"))


def word(said: Mapping[str, Any], name: str, shape: re.Pattern[str] | None = None) -> str:
    """One word of a request; `MalformedRequest` where it is not there, or not so."""
    found = said.get(name)
    if not isinstance(found, str) or not found.strip() or len(found) > LONGEST:
        raise MalformedRequest(f"this request has no {name}")
    if shape and not shape.fullmatch(found):
        raise MalformedRequest(f"the {name} of this request is none")
    return found
