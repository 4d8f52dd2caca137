"""Mails are kept as they would arrive: the real MIME, attachments and inline images included.

ministack keeps subject and body only and drops the rest.
"""

import base64
import json
import time
import uuid
from email.message import EmailMessage
from typing import Any

from ..http.call import Call
from ..http.gateway import Gateway

_sent: list[dict[str, Any]] = []


def install(gateway: Gateway) -> None:
    """Keep sent mails, and show them."""
    gateway.recorders.append(keep)
    gateway.pages["/_bridge/mails"] = lambda _: json.dumps(_sent).encode()


def keep(call: Call) -> None:
    """Keep the mail that a call sent."""
    if call.service != "ses" or call.failed or call.operation is None:
        return
    match call.operation.service_model.service_name, call.operation.name:
        case "sesv2", "SendEmail":
            _keep_v2(call)
        case "ses", "SendRawEmail":
            raw = base64.b64decode(call.params["RawMessage"]["Data"])
            _keep(call, raw, call.params.get("Source", ""), call.params.get("Destinations", []))
        case "ses", "SendEmail":
            asked = call.params
            simple = {"Subject": asked["Message"]["Subject"], "Body": asked["Message"]["Body"]}
            to = asked["Destination"]
            _keep(call, written(asked["Source"], to, simple), asked["Source"], _everybody(to))


def _keep_v2(call: Call) -> None:
    asked, content = call.params, call.params["Content"]
    to, sender = asked.get("Destination", {}), asked.get("FromEmailAddress", "")
    if raw := content.get("Raw"):
        _keep(call, base64.b64decode(raw["Data"]), sender, _everybody(to))
    elif simple := content.get("Simple"):
        _keep(
            call,
            written(sender, to, simple, asked.get("ReplyToAddresses", ())),
            sender,
            _everybody(to),
        )


def _keep(call: Call, mime: bytes, sender: str, recipients: list[str]) -> None:
    _sent.append(
        {
            "id": call.result.get("MessageId", str(uuid.uuid4())),
            "sent_at": time.time(),
            "sender": sender,
            "recipients": recipients,
            "region": call.region,
            "mime": base64.b64encode(mime).decode(),
        }
    )


def _everybody(to: dict[str, list[str]]) -> list[str]:
    return [a for kind in ("ToAddresses", "CcAddresses", "BccAddresses") for a in to.get(kind, [])]


def written(sender: str, to: dict[str, Any], simple: dict[str, Any], reply_to: Any = ()) -> bytes:
    """The MIME that SES makes of simple content."""
    message = EmailMessage()
    message["Subject"] = simple["Subject"]["Data"]
    message["From"] = sender
    for header, kind in (("To", "ToAddresses"), ("Cc", "CcAddresses")):
        if to.get(kind):
            message[header] = ", ".join(to[kind])
    if reply_to:
        message["Reply-To"] = ", ".join(reply_to)
    for header in simple.get("Headers", []):
        message[header["Name"]] = header["Value"]
    text, html = simple["Body"].get("Text"), simple["Body"].get("Html")
    if text or not html:
        message.set_content(text["Data"] if text else "")
    if html:
        _add_html(message, html["Data"], simple.get("Attachments", []), alone=not text)
    for attached in simple.get("Attachments", []):
        if not (html and attached.get("ContentDisposition") == "INLINE"):
            content, named = _part(attached)
            message.add_attachment(content, **named)
    return message.as_bytes()


def _add_html(message: EmailMessage, html: str, attachments: list[dict], *, alone: bool) -> None:
    if alone:
        message.set_content(html, subtype="html")
        part = message
    else:
        message.add_alternative(html, subtype="html")
        part = message.get_payload()[-1]
    for attached in attachments:
        if attached.get("ContentDisposition") == "INLINE":
            content, named = _part(attached)
            part.add_related(content, **named, disposition="inline")


def _part(attached: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    kind, _, subtype = attached.get("ContentType", "application/octet-stream").partition("/")
    content = base64.b64decode(attached["RawContent"])
    part = {
        "maintype": kind,
        "subtype": subtype.partition(";")[0] or "octet-stream",
        "filename": attached["FileName"],
    }
    if cid := attached.get("ContentId"):
        part["cid"] = f"<{cid}>"
    return content, part
