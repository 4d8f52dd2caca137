"""An author sees what is read already without opening a file."""

from __future__ import annotations

import pytest

from tests.authoring import reads
from tests.checks.proofs import ROOT


@pytest.mark.parametrize("service", [one.partition(":")[0] for one in reads.services()])
def test_every_source_of_a_service_is_told_by_its_name(service: str) -> None:
    """Whoever imports one finds it in the list; no line is empty."""
    lines = [*reads.told(service)]
    text = (ROOT / "steadyhand" / "sources" / f"{service}.py").read_text("utf-8")
    made = [one for one in lines if one.partition(":")[0] in text]
    assert made == lines
    assert (
        len(lines) == len({one.partition(":")[0] for one in lines}) == len(reads.declared(service))
    )
    assert all(one.partition(": ")[2].partition(",")[0].strip() for one in lines)


def test_a_line_says_the_kind_what_it_hangs_from_what_is_asked_and_what_that_is() -> None:
    assert "EcsServices: report, ecs:DescribeServices" in reads.told("ecs")
    (said,) = (one for one in reads.told("cloudwatch") if one.startswith("FreeStorage:"))
    assert said.startswith(
        "FreeStorage: numbers with their times of DBInstances, AWS/RDS FreeStorageSpace. The bytes"
    )


def test_what_nobody_reads_yet_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert reads.main("nothing") == 2
    assert capsys.readouterr().err == (
        "nothing is read of nothing yet: a source is a value, in steadyhand/sources/nothing.py\n"
    )
    assert reads.main("") == 0
    assert "ecs: What is read of ECS" in capsys.readouterr().out
