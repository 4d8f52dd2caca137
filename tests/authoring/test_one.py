"""What a check or its test raises while it is judged is a sentence with a line of theirs, and no traceback."""

from __future__ import annotations

import pytest

from tests.authoring.one import EVIDENCE, raised

FILE, TEST = "steadyhand/checks/jobs/mine.py", "tests/checks/jobs/test_mine.py"


def error_of(text: str, file: str, call: str = "") -> Exception:
    """What this text raises, as a file of somewhere."""
    names: dict[str, object] = {}
    try:
        exec(compile(text, f"/somewhere/{file}", "exec"), names)
        if call:
            names[call]({})  # type: ignore[operator]
    except Exception as error:  # noqa: BLE001 - whatever it is
        return error
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(
    ("text", "file", "call", "said"),
    [
        ("def plan(said):\n    return said['url']\n", FILE, "plan",
         f"{FILE}:2: `plan` raises KeyError: 'url'; {EVIDENCE}"),
        ("def find(said):\n    return said['url']\n", FILE, "find", f"{FILE}:2: `find` raises KeyError: 'url'"),
        ("\nfrom steadyhand.sources.sqs import Nothing\n", TEST, "",
         f"{TEST}:2: ImportError: cannot import name 'Nothing' from 'steadyhand.sources.sqs'"),
        ("a = 1\ndef plan(:\n", FILE, "", f"{FILE}:2: SyntaxError: invalid syntax"),
        ("1 / 0\n", "steadyhand/engine/survey.py", "", ""),
    ],
)  # fmt: skip
def test_it_names_the_line(text: str, file: str, call: str, said: str) -> None:
    found = raised(error_of(text, file, call), [FILE, TEST])
    assert found.startswith(said)
    assert bool(found) == bool(said), "what others raise is a bug of ours, and shown whole"


def test_a_plan_hears_of_every_word_that_is_no_evidence() -> None:
    import inspect

    from steadyhand.check import Check

    own = inspect.signature(Check.finding).parameters.keys() - {"self", "account", "evidence"}
    assert not {one for one in own if one not in EVIDENCE}
