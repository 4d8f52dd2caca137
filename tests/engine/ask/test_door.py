"""Nobody gets in but who AWS says they are, for this request, once; and what they are let do is what was shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from steadyhand.aws import proof
from steadyhand.aws.client import Botocore
from steadyhand.catalogue import discovery as catalogue
from steadyhand.engine.ask import request
from steadyhand.engine.ask.door import Door
from steadyhand.ledger import codec
from steadyhand.settings.values import Settings
from tests.functions.test_functions import is_open, open_ssh
from tests.reconcilers import ACCOUNT, REGION, Clock, check_named, models, reconciler, table
from tests.sts import Sts

pytestmark = pytest.mark.moto
ROLE = f"arn:aws:iam::{ACCOUNT}:role/team/ops"
INES = f"arn:aws:sts::{ACCOUNT}:assumed-role/ops/ines"
KEYS = {
    "ASIAINES": ("secret-of-ines", "token/of+ines==", INES),
    "AKIATOM": ("secret-of-tom", "", f"arn:aws:iam::{ACCOUNT}:user/tom"),
    "ASIAFOREIGN": ("secret", "t", "arn:aws:sts::210987654321:assumed-role/ops/ines"),
}
FUNCTION = request.function_arn("aws", REGION, ACCOUNT)


class Account:
    """A door in an account, and a port that is open in it."""

    def __init__(self, sts: Sts, **more: Any) -> None:
        self.sts, self.clock = sts, Clock()
        self.settings = Settings(operators=(ROLE,), home=REGION, **more)
        self.engine = reconciler(self.settings, self.clock)
        self.door = Door(
            account=ACCOUNT,
            partition="aws",
            home=REGION,
            version="1",
            settings=self.settings,
            ledger=self.engine.ledger,
            reconcilers=lambda region: self.engine,
            checks=check_named,
            now=self.clock,
        )
        self.group = open_ssh()
        outcome = self.engine.sweep(catalogue.load(["open_admin_ports"]))
        (self.finding,) = outcome.findings
        steps = tuple(check_named("open_admin_ports").plan(self.finding))
        self.words = {"finding": self.finding.id, "plan": codec.plan_hash(steps)}

    def signed(self, verb: str = "fix", *, signer: str = "ASIAINES", **said: Any) -> dict[str, Any]:
        """A request as the command line makes it."""
        secret, token, _ = KEYS[signer]
        credentials = {"aws_access_key_id": signer, "aws_secret_access_key": secret}
        if token:
            credentials["aws_session_token"] = token
        aws = Botocore(REGION, session=models(), identity=INES, credentials=credentials)
        body = request.written(verb, said or self.words)
        return request.whole(body, proof.proof(aws, FUNCTION, body), "1")

    def untouched(self) -> bool:
        return is_open(self.group) and not self.engine.ledger.changes()


@pytest.fixture(scope="module")
def sts() -> Iterator[Sts]:
    made = Sts(KEYS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proof, "fetch", made.fetch)
        yield made


@pytest.fixture
def here(sts: Sts) -> Iterator[Account]:
    with mock_aws():
        table()
        yield Account(sts)


@pytest.fixture(scope="module")
def still(sts: Sts) -> Iterator[Account]:
    """One account for all requests that must do nothing; moto has one account, so no test of `here` comes after."""
    with mock_aws():
        table()
        yield Account(sts)


def why(answer: dict[str, Any]) -> str:
    return str(answer["denied"]["said"])


def test_an_operator_s_fix_is_done_in_their_name_and_undone(here: Account) -> None:
    answer = here.door.answer(here.signed())
    assert answer["change"]["by"] == INES
    assert not is_open(here.group)
    (change,) = here.engine.ledger.changes()
    plan = codec.plan_hash(change.steps)
    back = here.door.answer(here.signed("undo", change=change.id, plan=plan))
    assert back["change"]["state"] == "undone"
    assert is_open(here.group)
    assert json.loads(json.dumps(back)) == back


def test_only_the_sts_of_this_region_is_ever_asked(here: Account) -> None:
    here.sts.asked.clear()
    here.door.answer(here.signed())
    assert here.sts.asked == [f"sts.{REGION}.amazonaws.com"]


def test_what_was_done_once_is_not_done_again(here: Account) -> None:
    asked = here.signed()
    assert "change" in here.door.answer(asked)
    (before,) = here.engine.ledger.changes()
    assert "once" in why(here.door.answer(asked))
    assert here.engine.ledger.changes() == [before]


def test_who_asked_what_stands_in_the_ledger(here: Account) -> None:
    here.door.answer(here.signed())
    (row,) = here.engine.ledger._of_kind("asked")
    assert codec.value(row["body"])["by"] == INES
    assert float(row["expires"]) > here.clock.at.timestamp() + proof.SECONDS


def test_an_exemption_is_written_as_all_times_of_the_ledger_are(here: Account) -> None:
    """Its end is compared as a text with our clock's, whose zone is UTC."""
    until = "2998-06-24T18:00:00-07:00"
    said = {"scope": here.finding.id, "until": until, "because": "x"}
    assert here.door.answer(here.signed("exempt", **said))["wrote"] == 1
    (row,) = here.engine.ledger._of_kind("exemption")
    assert row["until"] == "2998-06-25T01:00:00+00:00"


def test_a_stale_plan_is_refused(here: Account) -> None:
    here.words["plan"] = "0" * 16
    assert here.door.answer(here.signed())["refused"]["held"][0] == "stale"
    assert here.untouched()
    here.door.answer(
        here.signed("react", region=REGION, key=here.group, checks=["open_admin_ports"])
    )
    assert here.untouched()  # its mode is observe


def test_a_change_is_undone_by_the_calls_that_were_shown_or_not(here: Account) -> None:
    here.door.answer(here.signed())
    (change,) = here.engine.ledger.changes()
    answer = here.door.answer(here.signed("undo", change=change.id, plan="0" * 16))
    assert answer["refused"]["held"][0] == "stale"
    assert not is_open(here.group)


@pytest.mark.parametrize("seconds", [-3600, -120, -62, 62, 120, 840])
def test_a_proof_of_another_minute_is_none(still: Account, seconds: int) -> None:
    asked = still.signed()
    still.clock.at = datetime.now(UTC) + timedelta(seconds=seconds)
    try:
        assert "seconds" in why(still.door.answer(asked))
    finally:
        still.clock.at = datetime.now(UTC)
    assert still.untouched()


@pytest.mark.parametrize(
    ("signer", "says"), [("AKIATOM", "not among the operators"), ("ASIAFOREIGN", "another account")]
)
def test_who_is_not_on_the_list_is_not_let_in(still: Account, signer: str, says: str) -> None:
    assert says in why(still.door.answer(still.signed(signer=signer)))
    assert still.untouched()


def test_a_proof_for_another_function_is_none(still: Account) -> None:
    asked = still.signed()
    for other in (FUNCTION.replace("ask", "other"), FUNCTION.replace(ACCOUNT, "210987654321")):
        aws = Botocore(
            REGION, session=models(), identity=INES,
            credentials={
                "aws_access_key_id": "ASIAINES",
                "aws_secret_access_key": KEYS["ASIAINES"][0],
                "aws_session_token": KEYS["ASIAINES"][1],
            },
        )  # fmt: skip
        asked["proof"] = proof.proof(aws, other, asked["body"])
        assert "SignatureDoesNotMatch" in why(still.door.answer(asked))
    assert still.untouched()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=5,
)


def places(value: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every place in a request; a body is opened."""
    if at:
        yield at
    inner = json.loads(value) if at == ("body",) else value
    if isinstance(inner, dict):
        for name in inner:
            yield from places(inner[name], (*at, name))


def with_(value: Any, at: tuple[str, ...], new: Any) -> Any:
    """The same request, but for one place."""
    if not at:
        return new
    if isinstance(value, str):
        return json.dumps(with_(json.loads(value), at, new), separators=(",", ":"), sort_keys=True)
    return {**value, at[0]: with_(value[at[0]], at[1:], new)}


@given(st.data())
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_request_that_is_changed_anywhere_does_nothing(
    still: Account, data: st.DataObject
) -> None:
    asked = still.signed()
    at = data.draw(st.sampled_from([one for one in places(asked) if one != ("version",)]))
    old: Any = asked
    for name in at:
        old = json.loads(old)[name] if isinstance(old, str) else old[name]
    near = st.nothing()
    if isinstance(old, str) and old:
        near = st.tuples(st.integers(0, len(old) - 1), st.characters()).map(
            lambda change: old[: change[0]] + change[1] + old[change[0] + 1 :]
        )
    new = data.draw(
        (JSON | near).filter(lambda value: value != old or type(value) is not type(old))
    )
    answer = still.door.answer(with_(asked, at, new))
    assert answer.keys() == {"protocol", "version", "denied"}, answer
    assert "\n" not in why(answer)
    assert still.untouched()


@given(JSON)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_no_request_is_answered_in_a_sentence(still: Account, event: Any) -> None:
    assert why(still.door.answer(event))
    assert still.untouched()


def test_half_a_character_is_no_request(still: Account) -> None:
    """JSON can spell one, and no bytes of it can be signed: a sentence, and no broken function."""
    asked = still.signed()
    body = asked["body"].replace('"said":{', '"said":{"\ud800":1,')
    assert body != asked["body"]
    assert why(still.door.answer(asked | {"body": body}))
    assert still.untouched()


@pytest.mark.parametrize("protocol", [0, 2, "1", True, None])
def test_another_protocol_is_told_and_nothing_is_guessed(still: Account, protocol: Any) -> None:
    answer = still.door.answer({**still.signed(), "protocol": protocol})
    assert answer["denied"]["why"] == "protocol"
    assert (answer["protocol"], answer["version"]) == (request.PROTOCOL, "1")
    assert still.untouched()


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ("delete", {}),
        ("fix", {"finding": "fi-0000000000"}),
        ("fix", {"finding": 7, "plan": "0" * 16}),
        ("move", {"item": "it-0000000000", "lane": "never", "because": "x"}),
        ("move", {"item": "../x", "lane": "now", "because": "x"}),
        ("exempt", {"scope": "open_admin_ports", "until": "soon", "because": "x"}),
        ("exempt", {"scope": "open_admin_ports", "until": "2999-01-01", "because": "x"}),
        (
            "exempt",
            {"scope": "open_admin_ports", "until": "9999-12-31T23:00+00:00", "because": "x"},
        ),
        ("react", {"region": REGION, "key": "k", "checks": "open_admin_ports"}),
        ("react", {"region": REGION, "key": "k", "checks": ["no_such_check"]}),
    ],
)
def test_an_operator_who_asks_for_nonsense_is_told(still: Account, verb: str, said: Any) -> None:
    assert why(still.door.answer(still.signed(verb, **(said or {"x": "y"}))))
    assert still.untouched()


def test_a_region_that_nobody_named_is_left_alone(still: Account) -> None:
    said = {"region": "us-east-1", "key": "sg-1", "checks": ["open_admin_ports"]}
    assert still.door.answer(still.signed("react", **said))["refused"]["held"][0] == "region"
