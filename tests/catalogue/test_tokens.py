"""A check that asks somebody with a token looks only where the owner named one."""

from __future__ import annotations

import pytest

from functions import sweep
from steadyhand.catalogue import discovery as catalogue
from steadyhand.catalogue.tokens import may_be_asked, services_of
from steadyhand.cli.choice import chosen
from steadyhand.settings.deployed import Deployed
from steadyhand.settings.values import Settings

NAMED = Settings(tokens={"cloudflare": "/steadyhand/cloudflare-token"})
ALL = catalogue.load()
ASKING = {check.id for check in ALL if services_of(check)}


def test_without_a_token_exactly_those_that_need_one_are_left_out() -> None:
    assert "cloudflare_ssl_mode" in ASKING
    assert {check.id for check in may_be_asked(ALL, ())} == set(catalogue.names()) - ASKING
    every = {service for check in ALL for service in services_of(check)}
    assert may_be_asked(ALL, every) == ALL


def test_a_scan_looks_with_it_where_it_is_named_or_the_check_is() -> None:
    """Somebody who names the check is told what is missing, by what could not be read."""
    assert not ASKING & {check.id for check in chosen(Settings())}
    assert not ASKING & {check.id for check in chosen(Settings(), kinds=["certificates"])}
    assert [check.id for check in chosen(Settings(), ids=["cloudflare_ssl_mode"])] == [
        "cloudflare_ssl_mode"
    ]
    assert "cloudflare_ssl_mode" in {check.id for check in chosen(NAMED)}


@pytest.mark.parametrize(("settings", "looks"), [(Settings(), False), (NAMED, True)])
def test_so_does_a_sweep_and_writes_down_no_other(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, looks: bool
) -> None:
    told = Deployed(settings=settings, home="eu-west-1")
    monkeypatch.setattr(sweep, "deployed", lambda: told)
    monkeypatch.setattr(sweep, "check", lambda name: catalogue.load([name])[0])
    due = {check.id for check in sweep.due("eu-west-1", None)}
    assert ("cloudflare_ssl_mode" in due) is looks
    assert "cloudflare_ssl_mode" not in {check.id for check in sweep.due("us-east-1", None)}
