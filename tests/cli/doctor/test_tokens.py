"""What the doctor says of the tokens with which checks ask who is not AWS."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.cli.doctor.line import Line, Sign
from steadyhand.cli.doctor.tokens import of_tokens
from steadyhand.model import Call, ReadFailed
from steadyhand.settings.values import Settings
from tests.checks.access.test_loose_ci_trust import like, role

NAME = "/steadyhand/cloudflare-token"
ZONE = "0" * 32
NAMED = Settings(tokens={"cloudflare": NAME})
NARROW = ReadFailed("TokenTooNarrow", "Cloudflare: the token may not read that (403)")
ANSWERS: dict[str, Any] = {
    "parameter": {"Parameter": {"Type": "SecureString"}},
    "/zones": [{"id": ZONE, "name": "example.com", "status": "active"}],
    f"/zones/{ZONE}/settings/ssl": {"value": "strict"},
    f"/zones/{ZONE}/dns_records": [],
}


class Account:
    """An account with one parameter, and Cloudflare behind its token."""

    def __init__(self, said: dict[str, Any]) -> None:
        self.said = ANSWERS | said

    def ask(self, call: Call) -> Any:
        if call.service == "ssm":
            assert "WithDecryption" not in call.params, "the token itself is for the client alone"
            answer = self.said["parameter"]
        elif call.service == "iam":
            return {"Roles": self.said["roles"]}
        else:
            answer = self.said[call.params["Path"].partition("?")[0]]
        if isinstance(answer, ReadFailed):
            raise answer
        return answer if call.service == "ssm" else {"result": answer}


def line(settings: Settings = NAMED, **said: Any) -> Line:
    told: list[Line] = list(of_tokens(Account(said), settings))  # type: ignore[arg-type]
    assert [one.name for one in told] == ["cloudflare", "github", "gitlab"]
    assert {one.sign for one in told[1:]} == {Sign.LATER}
    return told[0]


def test_it_tells_what_the_token_may_read() -> None:
    one = line()
    assert one.sign is Sign.OK
    assert one.said == (
        "the token may read /zones, /zones/*/settings/ssl and /zones/*/dns_records"
    ), "by name, no zone of the owner's is told"


@pytest.mark.parametrize(
    ("answer", "roles", "sign", "words"),
    [
        ({"login": "acme"}, [role("r", like("repo:acme/app:*"))], Sign.OK, "may read /users/*"),
        (ReadFailed("NotFound", "404"), [role("r", like("repo:acme/a:*"))], Sign.OK, "/users/*"),
        (
            NARROW,
            [role("r", like("repo:acme/app:*"))],
            Sign.MISSING,
            "may read nothing; /users/*: ",
        ),
        (NARROW, [], Sign.LATER, "nothing here that it is asked about"),
    ],
)
def test_what_hangs_from_aws_is_asked_of_the_first_it_speaks_of(
    answer: Any, roles: list[Any], sign: Sign, words: str
) -> None:
    here = Account({"/users/acme": answer, "roles": [role("other", {}), *roles]})
    (_, one, _) = of_tokens(here, Settings(tokens={"github": "/gh"}))  # type: ignore[arg-type]
    assert (one.sign, words in one.said) == (sign, True), one


def test_without_one_it_tells_what_does_not_look() -> None:
    one = line(Settings())
    assert one.sign is Sign.LATER
    assert one.said == "no token is named, so 1 check does not look: cloudflare_ssl_mode"


@pytest.mark.parametrize(
    ("said", "sign", "words"),
    [
        ({"parameter": ReadFailed("ParameterNotFound", "")}, Sign.MISSING, f"no parameter {NAME}"),
        ({"parameter": ReadFailed("AccessDeniedException", "")}, Sign.UNREAD, "may not be read"),
        ({"parameter": {"Parameter": {"Type": "String"}}}, Sign.MISSING, "in plain text"),
        ({"/zones": ReadFailed("TokenRefused", "no such token")}, Sign.MISSING, "no such token"),
        ({f"/zones/{ZONE}/settings/ssl": NARROW}, Sign.MISSING, "/zones/*/settings/ssl: Cloud"),
        ({f"/zones/{ZONE}/dns_records": NARROW}, Sign.MISSING, "may read /zones and /zones/*/set"),
    ],
)
def test_what_is_missing_is_told_with_what_to_do(said: Any, sign: Sign, words: str) -> None:
    one = line(**said)
    assert (one.sign, words in one.said, bool(one.then)) == (sign, True, True), one
