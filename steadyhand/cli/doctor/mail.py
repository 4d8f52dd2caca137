"""May we write, as whom, and to whom? Leads through SES: each step says what to run or click next.

Identities and the sandbox belong to one region ("Regions and Amazon SES"): all commands name it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email.utils import parseaddr
from typing import Any

from steadyhand.aws.cli_command import command
from steadyhand.cli.doctor.line import Line, Sign, asked
from steadyhand.engine.reading import Aws
from steadyhand.model import Answer, Call
from steadyhand.settings.values import Settings

CONSOLE = "the SES console of {region}, Account dashboard or Identities"
FEW = 4
"""So many addresses are led through at once."""


def mail(aws: Aws, settings: Settings) -> Line:
    """The address that mails come from."""
    if not settings.mail_from or not settings.mail_to:
        then = "mail_from and mail_to in steadyhand.toml"
        return Line("mail", Sign.MISSING, "nobody is named to write to, or from", then)
    sender = parseaddr(settings.mail_from)[1]
    known = _identities(aws, sender)
    for name, identity in known:
        if identity.get("VerifiedForSendingStatus"):
            return Line("mail", Sign.OK, f"{name} is verified in SES in {aws.region}")
    said = f"{sender} is not verified in SES in {aws.region}"
    if known:
        said += f": {_state(*known[0])}"
    return Line("mail", Sign.MISSING, said, "\n".join(_verify(aws, sender, known)))


def sandbox(aws: Aws, settings: Settings) -> Line:
    """May SES send at all, and to whom? New accounts may only write to verified addresses."""
    answer = asked(aws, "sesv2:GetAccount", {}) or {}
    account_status = str(answer.get("EnforcementStatus", "HEALTHY"))
    if account_status != "HEALTHY":
        said = f"SES says {account_status}: too many mails of this account bounced or were complained of"
        return Line("mail sandbox", Sign.MISSING, said, CONSOLE.format(region=aws.region))
    if not answer.get("SendingEnabled", True):
        on = Call("sesv2:PutAccountSendingAttributes", {"SendingEnabled": True})
        return Line(
            "mail sandbox",
            Sign.MISSING,
            "sending is paused in this account",
            command(on, aws.region),
        )
    if answer.get("ProductionAccessEnabled"):
        return Line("mail sandbox", Sign.OK, "SES may write to anybody")
    people = [parseaddr(one)[1] for one in settings.mail_to]
    known = {one: _identities(aws, one) for one in people}
    strangers = [one for one in people if not any(map(_is_verified, known[one]))]
    if people and not strangers:
        return Line("mail sandbox", Sign.OK, "a sandbox, but everybody in mail_to is verified")
    said = f"SES writes to verified addresses only, not to {', '.join(strangers) or 'others'}"
    then = [step for one in strangers[:FEW] for step in _verify(aws, one, known[one])]
    then += _production(aws, answer)
    return Line("mail sandbox", Sign.MISSING, said, "\n".join(then))


Known = Sequence[tuple[str, Answer]]
"""The identities by which SES may know an address, each with what SES says of it."""


def _identities(aws: Aws, address: str) -> Known:
    """The address itself, and its domain."""
    names = (address, address.rpartition("@")[2])
    answers = (
        (name, asked(aws, "sesv2:GetEmailIdentity", {"EmailIdentity": name})) for name in names
    )
    return [(name, answer) for name, answer in answers if answer is not None]


def _is_verified(known: tuple[str, Answer]) -> bool:
    return bool(known[1].get("VerifiedForSendingStatus"))


def _state(name: str, identity: Answer) -> str:
    """What SES says of an identity that is not verified."""
    said = str(identity.get("VerificationStatus", "PENDING")).lower().replace("_", " ")
    return f"SES says of {name}: {said}"


def _verify(aws: Aws, address: str, known: Known) -> Iterator[str]:
    """The next step until an address is verified: from nothing, or from where it got stuck.

    An address is verified by the link in SES's mail, which is good for 24 hours; a domain by its DKIM
    records in the DNS, which SES looks for during 72 hours ("Creating and verifying identities").
    """
    if not known:
        made = Call("sesv2:CreateEmailIdentity", {"EmailIdentity": address})
        yield command(made, aws.region)
        yield f"then the link in the mail that SES sends to {address}, within 24 hours"
        return
    name, identity = known[0]
    if "@" not in name:
        dkim: Any = identity.get("DkimAttributes") or {}
        zone = dkim.get("SigningHostedZone") or "dkim.amazonses.com"
        for token in dkim.get("Tokens", ()):
            yield f"DNS: {token}._domainkey.{name} CNAME {token}.{zone}"
        if not dkim.get("Tokens"):
            yield f"publish the records that SES names: {CONSOLE.format(region=aws.region)}"
        return
    yield f"the link in the mail that SES sent to {name}, within 24 hours of it; to get another:"
    for action in ("sesv2:DeleteEmailIdentity", "sesv2:CreateEmailIdentity"):
        yield command(Call(action, {"EmailIdentity": name}), aws.region)


def _production(aws: Aws, account: Answer) -> Iterator[str]:
    """The way out of the sandbox, or where the request for it is ("PutAccountDetails")."""
    review = ((account.get("Details") or {}).get("ReviewDetails") or {}).get("Status")
    if review == "PENDING":
        yield "production access is asked for already; AWS answers within a day"
        return
    if review in {"DENIED", "FAILED"}:
        yield f"production access was {str(review).lower()}; the case of AWS Support says why"
        return
    details = {
        "MailType": "TRANSACTIONAL",
        "WebsiteURL": "https://YOUR-SITE",
        "ProductionAccessEnabled": True,
    }
    yield f"or ask for production access: {command(Call('sesv2:PutAccountDetails', details), aws.region)}"
