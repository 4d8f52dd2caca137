"""A proof ends when its time is over, says what it did not reach, and a single broken case is told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trust import proofs
from tests.trust.paced.budget import part, proved
from tests.trust.proofs import Case, Group, Proof, Result, prove, told

SHARES = st.floats(0.1, 10)
SECONDS = st.floats(0, 5000)


class Slow:
    """A clock that cases turn: each takes a second, and so does making a group."""

    def __init__(self) -> None:
        self.now, self.tried = 0.0, list[str]()

    def case(self, label: str, wrong: str = "") -> Case:
        def tried() -> list[str]:
            self.now += 1
            self.tried.append(label)
            if wrong == "crash":
                raise OSError("moto is gone")
            return [wrong] if wrong else []

        return tried

    def group(self, name: str, wrong: str = "") -> Group:
        def made() -> list[tuple[str, Case]]:
            self.now += 1
            return [(f"{name} {n}", self.case(name, wrong)) for n in range(3)]

        return made

    def tries(self, names: str, seconds: float, wrong: str = "") -> Result:
        def cases() -> Iterator[Group]:
            return (self.group(name, wrong if name == "b" else "") for name in names)

        return prove(Proof(rows="1", name="p", cases=cases), seconds=seconds)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    made = Slow()
    monkeypatch.setattr(proofs.time, "monotonic", lambda: made.now)
    return made


def test_every_group_comes_before_any_comes_twice(slow: Slow) -> None:
    result = slow.tries("abc", 99)
    assert slow.tried == list("abcabcabc")
    assert (result.tried, result.possible, result.unreached) == (9, 9, 0)
    assert result.holds


def test_its_time_ends_it_though_groups_are_left_and_says_so(slow: Slow) -> None:
    result = slow.tries("abcdef", 5)
    assert slow.now <= 5 + 2
    assert (slow.tried, result.unreached) == (list("abc"), 3)
    assert "no time for 3 more groups" in told([result])
    assert "9+" in told([result])


@pytest.mark.parametrize("wrong", ["it says undone, and is not", "crash"])
def test_one_broken_case_is_enough(slow: Slow, wrong: str) -> None:
    result = slow.tries("abc", 99, wrong)
    assert not result.holds
    assert len(result.broken) == 3
    assert wrong.replace("crash", "moto is gone") in told([result])


def test_what_was_not_tried_holds_nothing(slow: Slow) -> None:
    assert not slow.tries("", 99).holds


@given(SECONDS, st.integers(1, 8), SECONDS, SHARES, st.lists(SHARES))
def test_no_proof_gets_more_than_is_left(
    left: float, workers: int, promised: float, share: float, others: list[float]
) -> None:
    waiting = share + sum(others)
    got = part(left, workers, promised, share, waiting)
    assert 0 <= got <= left
    if others == [] and promised == 0:
        assert got == pytest.approx(left)


def of(case: Case, share: float = 1) -> Proof:
    return Proof(rows="1", name="p", cases=lambda: [lambda: [("c", case)]], share=share)


def test_a_proof_that_dies_or_hangs_is_broken_and_the_others_go_on() -> None:
    """A process may be ended from outside, and a lock may never come: neither is a proof that holds."""

    def dies() -> list[str]:
        os._exit(3)

    def hangs() -> list[str]:
        Event().wait()
        return []

    proofs = [of(list), of(dies, 2), of(hangs, 3), of(list, 4)]
    results = {one.proof.share: one for one in proved(proofs, seconds=0.1, workers=2, overtime=0.3)}
    assert [results[share].holds for share in (1, 2, 3, 4)] == [True, False, False, True]
    assert results[2].broken == {"the proof itself": ["it died"]}
    assert results[3].broken == {"the proof itself": ["it hangs"]}
