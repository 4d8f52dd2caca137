"""The key that seals changes: made once by whoever needs it first, and had by nobody where AWS refuses.

Parameter Store, as its reference says: GetParameter answers ParameterNotFound for what is not there, and PutParameter
without Overwrite ParameterAlreadyExists for what is (docs.aws.amazon.com/systems-manager/latest/APIReference).
"""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.ledger.seal import PARAMETER, Seal
from steadyhand.model import Call, ReadFailed


class Store:
    """Parameter Store with one name in it, for all who ask. `rival` makes it just before a put arrives."""

    def __init__(self, *, rival: str = "", fails: str = "") -> None:
        self.values: dict[str, str] = {}
        self.rival, self.fails, self.asked = rival, fails, list[str]()

    def ask(self, call: Call) -> Any:
        self.asked.append(call.operation)
        name = call.params["Name"]
        if call.operation == self.fails:
            raise ReadFailed("AccessDeniedException", "no")
        if call.operation == "PutParameter":
            self.values |= {name: self.rival} if self.rival else {}
            if name in self.values:
                raise ReadFailed("ParameterAlreadyExists", "there")
            assert call.params["Type"] == "SecureString"
            self.values[name] = call.params["Value"]
            return {}
        if name not in self.values:
            raise ReadFailed("ParameterNotFound", "not there")
        assert call.params["WithDecryption"] is True
        return {"Parameter": {"Value": self.values[name]}}


def test_the_first_makes_a_long_key_and_everybody_has_the_same() -> None:
    store = Store()
    first, second = Seal(store)(), Seal(store)()  # type: ignore[arg-type]
    assert first == second == store.values[PARAMETER].encode()
    assert len(bytes.fromhex(first.decode())) == 32
    assert Seal(Store())() != first  # type: ignore[arg-type]
    assert store.asked == ["GetParameter", "PutParameter", "GetParameter", "GetParameter"]


def test_of_two_that_make_it_at_once_the_first_one_s_counts() -> None:
    assert Seal(Store(rival="theirs"))() == b"theirs"  # type: ignore[arg-type]


def test_it_is_read_once() -> None:
    store = Store()
    seal = Seal(store)  # type: ignore[arg-type]
    assert seal() == seal()
    assert store.asked.count("GetParameter") == 2
    assert seal().decode() not in repr(seal)


@pytest.mark.parametrize("fails", ["GetParameter", "PutParameter"])
def test_where_it_is_refused_there_is_none_and_none_is_made_up(fails: str) -> None:
    store = Store(fails=fails)
    for _ in range(2):
        with pytest.raises(ReadFailed) as failed:
            Seal(store)()  # type: ignore[arg-type]
        assert failed.value.code == "AccessDeniedException"
    assert store.values == {}
    assert ("PutParameter" in store.asked) is (fails == "PutParameter")
