"""The owner's tokens for who is not AWS: each lies in SSM's Parameter Store, is read when it is used, and kept nowhere.

A parameter that is no SecureString is not used: it lies there in plain text, for whoever may read parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from steadyhand.model import Answer, Call, ReadFailed
from steadyhand.settings.deployed import Tokens


class Asks(Protocol):
    """Who can ask SSM."""

    region: str
    tokens: Tokens | None

    def ask(self, call: Call) -> Answer:
        """One call, one answer."""

    def elsewhere(self, region: str) -> Asks:
        """The same account in another region."""


def token_of(aws: Asks, service: str) -> str:
    """The owner's token for a service, as it is now."""
    if aws.tokens is None or not (name := aws.tokens.names.get(service)):
        raise ReadFailed("NoToken", f"no token of {service} is named under [tokens]")
    there = aws if aws.tokens.region == aws.region else aws.elsewhere(aws.tokens.region)
    return token_at(there.ask, name)


def token_at(ask: Callable[[Call], Answer], name: str) -> str:
    """One token. `ReadFailed` is "NoToken" where there is none; its reason never holds what there is."""
    try:
        answer = ask(Call("ssm:GetParameter", {"Name": name, "WithDecryption": True}))
        said = answer["Parameter"]
    except ReadFailed as failed:
        why = f"no token: {name} may not be read ({failed.code})"
        raise ReadFailed("NoToken", why) from None
    if said.get("Type") != "SecureString":
        raise ReadFailed("NoToken", f"no token: {name} is no SecureString")
    token = str(said["Value"]).strip()
    if not (token.isascii() and token.isprintable() and token and " " not in token):
        raise ReadFailed("NoToken", f"no token: {name} holds something else")
    return token
