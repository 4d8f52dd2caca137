"""What went wrong, in one sentence with the cause and what to do next. Exit codes live here."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

from steadyhand.model import ReadFailed

if TYPE_CHECKING:
    from steadyhand.engine.scan import Interrupted


class Exit(IntEnum):
    """How a command ends.

    An incomplete look wins over findings: who tolerates findings must still learn that not
    everything was seen. An error wins over both, because then nothing was seen.
    """

    CLEAN = 0
    ERROR = 1
    USAGE = 2
    FINDINGS = 3
    INCOMPLETE = 4
    REFUSED = 5


class CliError(Exception):
    """A sentence for a person; `then` is the command that helps."""

    code = Exit.ERROR

    def __init__(self, said: str, then: str = "") -> None:
        super().__init__(said)
        self.then = then


class Misused(CliError):
    """The command line does not fit."""

    code = Exit.USAGE


class NotAllowed(CliError):
    """A guardrail says no."""

    code = Exit.REFUSED


LOGIN = "aws sso login, or set AWS_PROFILE"
CHECK = "steadyhand doctor"

EXPIRED = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "RequestExpired",
        "UnauthorizedSSOTokenError",
        "SSOTokenLoadError",
        "TokenRetrievalError",
        "CredentialRetrievalError",
        "LoginRefreshRequired",
        "LoginTokenLoadError",
    }
)
UNKNOWN = frozenset(
    {
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
        "AuthFailure",
        "InvalidAccessKeyId",
        "IncompleteSignature",
        "MissingAuthenticationToken",
    }
)
MISSING = frozenset({"NoCredentialsError", "PartialCredentialsError"})
UNREACHED = frozenset(
    {
        "EndpointConnectionError",
        "ConnectTimeoutError",
        "ReadTimeoutError",
        "ProxyConnectionError",
        "ConnectionClosedError",
        "ConnectionError",
        "SSLError",
        "HTTPClientError",
    }
)
SKEWED = frozenset({"RequestTimeTooSkewed", "RequestInTheFuture"})
SKEWED_WORDS = ("Signature expired", "Signature not yet current")
"""What AWS says of a signature made minutes before or after its own time; its code is the one of a
wrong secret key: https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html
"""
DENIED = ("AccessDenied", "UnauthorizedOperation", "Forbidden", "NotAuthorized")


def stopped(given_up: Interrupted) -> CliError:
    """Ctrl-C: what a scan had read by then."""
    read = given_up.read
    whole = sum(one.read == one.sources for one in read)
    calls = sum({one.region: one.calls for one in read}.values())
    return CliError(
        f"stopped; nothing was changed. Read: {whole} of {len(read)} regions whole,"
        f" {calls} calls, {given_up.found} findings so far, and they are not all",
        "steadyhand scan, with fewer regions or checks: --region, --check",
    )


def from_aws(failed: ReadFailed, doing: str = "") -> CliError:
    """AWS's word for what is wrong, as a person would say it."""
    code, reason = failed.code, sentence(failed.reason)
    what = f"{doing}: " if doing else ""
    if code in MISSING:
        return CliError(f"{what}there are no AWS credentials", LOGIN)
    if code in SKEWED or any(said in reason for said in SKEWED_WORDS):
        return CliError(
            f"{what}this machine's clock and AWS's differ too much: {reason}",
            "set the clock (NTP), then the same command",
        )
    if code in EXPIRED:
        return CliError(f"{what}your AWS credentials have expired", LOGIN)
    if code in UNKNOWN:
        return CliError(f"{what}AWS does not know these credentials ({code})", LOGIN)
    if code in UNREACHED:
        return CliError(
            f"{what}AWS cannot be reached: {reason}", "check --region and --endpoint-url"
        )
    if code == "OptInRequired":
        return CliError(f"{what}this account does not use that region or service", CHECK)
    if any(said in code for said in DENIED):
        return CliError(f"{what}you may not do that: {reason}", CHECK)
    return CliError(f"{what}{reason}", CHECK)


def sentence(said: Any) -> str:
    """One line without a full stop, as part of a longer sentence."""
    return " ".join(str(said).split()).rstrip(".")
