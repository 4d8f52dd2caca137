"""People who sign in with a password alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from steadyhand.checks.access.console_without_mfa import ConsoleWithoutMfa
from steadyhand.sources.iam import ROOT, Credential, Credentials, SecondFactors
from tests.checks.access.users import NOW, user
from tests.verbs import found, spot

CHECK = ConsoleWithoutMfa()
RARE = "a made-up credential report is no CSV"
EVENT = ("iam:DeactivateMFADevice", {"UserName": "ann", "SerialNumber": "arn:aws:iam::1:mfa/ann"})


def signs_in(name: str, *, second_factor: bool = False, password: bool = True) -> Credential:
    return replace(user(name), by_password=password, second_factor=second_factor)


BAD = {
    Credentials: [signs_in("ann"), replace(signs_in("bob"), signed_in=NOW)],
    SecondFactors: [("cleo", {"UserName": "cleo", "SerialNumber": "arn:aws:iam::1:mfa/cleo"})],
}
GOOD = {
    Credentials: [
        signs_in("cleo"),  # registered one since the report was written
        signs_in("dan", second_factor=True),
        signs_in("machine", password=False),
        signs_in(ROOT),  # root_account tells of it
    ],
    SecondFactors: BAD[SecondFactors],
}


def test_says_who_and_when() -> None:
    assert [one.summary for one in found(CHECK, BAD)] == [
        "ann signs in to the console with a password alone",
        f"bob signs in to the console with a password alone, last on {NOW:%d %B %Y}",
    ]


@pytest.mark.moto
def test_on_moto() -> None:
    def plant(client: Any, name: str, *, device: bool = False, password: bool = True) -> str:
        iam = client("iam")
        iam.create_user(UserName=name)
        if password:
            iam.create_login_profile(UserName=name, Password="Made-up-and-l0ng")
        if device:
            made = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
            iam.enable_mfa_device(
                UserName=name,
                SerialNumber=made["SerialNumber"],
                AuthenticationCode1="123456",
                AuthenticationCode2="654321",
            )
        return name

    spot(
        CHECK,
        lambda client: [plant(client, "ann")],
        lambda client: [plant(client, "cleo", device=True), plant(client, "bot", password=False)],
    )
