"""Who is meant by the owner's list: roles without their path, users with it, nobody besides."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.engine.ask.operators import as_operator, is_operator
from steadyhand.settings.fields import OPERATOR

HERE = "123456789012"
NAME = st.from_regex(re.compile(r"[A-Za-z0-9_+=,.@-]{1,20}", re.ASCII), fullmatch=True)
PATH = st.lists(NAME, max_size=3).map(lambda parts: "".join(f"{part}/" for part in parts))


def session(role: str, account: str = HERE, partition: str = "aws", name: str = "ines") -> str:
    return f"arn:{partition}:sts::{account}:assumed-role/{role}/{name}"


@given(NAME, PATH, NAME)
def test_a_session_is_its_role_whatever_the_role_s_path(role: str, path: str, name: str) -> None:
    named = f"arn:aws:iam::{HERE}:role/{path}{role}"
    assert OPERATOR.fullmatch(named)
    assert is_operator(session(role, name=name), [named])
    assert not is_operator(session(f"{role}x", name=name), [named])
    assert not is_operator(session(role, account="210987654321"), [named])
    assert not is_operator(session(role, partition="aws-cn"), [named])
    assert not is_operator(session(role), [named.replace(":role/", ":user/")])


@given(NAME, PATH)
def test_a_user_is_compared_as_a_whole(user: str, path: str) -> None:
    named = f"arn:aws:iam::{HERE}:user/{path}{user}"
    assert is_operator(named, [named])
    assert not is_operator(f"{named}x", [named])
    assert not is_operator(named, [f"arn:aws:iam::{HERE}:user/other/{path}{user}"])


@pytest.mark.parametrize(
    "caller",
    [
        f"arn:aws:iam::{HERE}:root",
        f"arn:aws:sts::{HERE}:federated-user/ops",
        f"arn:aws:iam::{HERE}:role/ops",
        f"arn:aws:sts::{HERE}:assumed-role/ops",
        f"arn:aws:sts::{HERE}:assumed-role/ops/ines/more",
        "",
        "*",
    ],
)
def test_who_is_neither_is_nobody(caller: str) -> None:
    named = [f"arn:aws:iam::{HERE}:role/ops", f"arn:aws:iam::{HERE}:user/ops", caller]
    assert not is_operator(caller, named)
    assert not is_operator(caller, [])


def test_nobody_is_named_by_default() -> None:
    assert not is_operator(session("ops"), ())


@given(NAME, NAME)
def test_what_init_offers_is_who_asks(role: str, name: str) -> None:
    for caller in (session(role, name=name), f"arn:aws:iam::{HERE}:user/{name}"):
        named = as_operator(caller)
        assert OPERATOR.fullmatch(named)
        assert is_operator(caller, [named])
