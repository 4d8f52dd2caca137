"""STS as it answers a presigned GetCallerIdentity: it verifies the signature, and every signed header.

Written from "Signature Version 4 signing process" and "Authenticating requests: using query parameters"
(docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html), not with botocore, which
signs on the other side. As AWS does, it knows nothing of X-Amz-Expires: a signature is good for 15 minutes.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, urlsplit

ANSWER = (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
    "<GetCallerIdentityResult><Arn>{arn}</Arn><UserId>AIDAEXAMPLE</UserId><Account>{account}</Account>"
    "</GetCallerIdentityResult></GetCallerIdentityResponse>"
)
ERROR = "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code></Error></ErrorResponse>"


@dataclass
class Sts:
    """`keys` by id: the secret, the session's token, whose it is. `asked` are the hosts that were."""

    keys: dict[str, tuple[str, str, str]]
    asked: list[str] = field(default_factory=list)

    def fetch(
        self, host: str, path: str, headers: Mapping[str, str], endpoint: str = ""
    ) -> tuple[int, str]:
        """In place of `proof.fetch`."""
        assert not endpoint
        self.asked.append(host)
        query = dict(parse_qsl(urlsplit(path).query, keep_blank_values=True, strict_parsing=True))
        signature = query.pop("X-Amz-Signature", "")
        key, date, region, service, end = query["X-Amz-Credential"].split("/")
        if key not in self.keys:
            return 403, ERROR.format(code="InvalidClientTokenId")
        secret, token, arn = self.keys[key]
        if query.get("X-Amz-Security-Token", "") != token:
            return 403, ERROR.format(code="InvalidClientTokenId")
        at = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if abs(datetime.now(UTC) - at) > timedelta(minutes=15):
            return 403, ERROR.format(code="SignatureDoesNotMatch")
        assert (service, end, host) == ("sts", "aws4_request", f"sts.{region}.amazonaws.com")
        sent = {"host": host} | {name.lower(): value for name, value in headers.items()}
        signed = query["X-Amz-SignedHeaders"].split(";")
        canonical = "\n".join(
            (
                "GET",
                urlsplit(path).path,
                "&".join(
                    f"{quote(n, safe='-_.~')}={quote(v, safe='-_.~')}"
                    for n, v in sorted(query.items())
                ),
                *(f"{name}:{sent[name].strip()}" for name in signed),
                "",
                ";".join(signed),
                hashlib.sha256(b"").hexdigest(),
            )
        )
        scope = f"{date}/{region}/{service}/{end}"
        hashed = hashlib.sha256(canonical.encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{query['X-Amz-Date']}\n{scope}\n{hashed}"
        made = f"AWS4{secret}".encode()
        for part in (date, region, service, end):
            made = hmac.new(made, part.encode(), hashlib.sha256).digest()
        if not hmac.compare_digest(
            hmac.new(made, text.encode(), hashlib.sha256).hexdigest(), signature
        ):
            return 403, ERROR.format(code="SignatureDoesNotMatch")
        if query.get("Action") != "GetCallerIdentity":
            return 400, ERROR.format(code="InvalidAction")
        return 200, ANSWER.format(arn=arn, account=arn.split(":")[4])
