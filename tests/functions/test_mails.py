"""Whoever changed something by hand hears once that it was set back, and at most ten times a day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from functions import mails
from steadyhand.connect.mail import Delivery, Unsure
from steadyhand.model import ChangeState, ReadFailed
from steadyhand.settings.values import Settings
from tests.connect.test_set_back import ANN, DOMAINS, change
from tests.functions.opened import Deploy
from tests.reconcilers import REGION

pytestmark = pytest.mark.moto
HERE = Settings(regions=[REGION], home=REGION, mail_from="s@leaflab.example", drift_tell=DOMAINS)


@pytest.fixture
def sent(deploy: Deploy, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Each mail that was given to be sent: to whom, and its name."""
    deploy(HERE)
    found = list[tuple[str, str]]()

    def deliver(mail: Any, envelope: Any, **_: Any) -> Delivery:
        found.append((envelope.to[0], mail.name))
        return Delivery(sent=True, why="it was sent")

    monkeypatch.setattr(mails, "deliver", deliver)
    return found


def test_only_what_we_set_back_by_ourselves_and_saw_done(sent: list[tuple[str, str]]) -> None:
    done = change()
    mails.set_back([
        replace(done, by="arn:aws:iam::123456789012:user/ann"),
        replace(done, state=ChangeState.DOING),
        replace(done, state=ChangeState.UNDONE),
        replace(done, finding=replace(done.finding, check="open_admin_ports")),
    ])  # fmt: skip
    assert sent == []
    mails.set_back([done])
    assert sent == [(ANN, "set-back-ch-0123456789")]


def test_ten_a_day_and_the_same_one_takes_no_second_place(sent: list[tuple[str, str]]) -> None:
    many = [replace(change(), id=f"ch-{number:010}") for number in range(mails.A_DAY + 2)]
    mails.set_back([many[0], *many, many[0]])
    names = [name for _, name in sent]
    assert set(names) == {f"set-back-{one.id}" for one in many[: mails.A_DAY]}


@pytest.mark.parametrize("failed", [ReadFailed("MessageRejected", "not verified"), Unsure("?")])
def test_a_mail_that_fails_holds_nothing_up(
    deploy: Deploy, monkeypatch: pytest.MonkeyPatch, failed: Exception
) -> None:
    deploy(HERE)

    def deliver(*_: Any, **__: Any) -> Delivery:
        raise failed

    monkeypatch.setattr(mails, "deliver", deliver)
    mails.set_back([change()])
