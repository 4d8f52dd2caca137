"""Code tells which operations it calls."""

from __future__ import annotations

from pathlib import Path

from stacks.access.operations import operations_in

CODE = '''
"""A docstring that says ec2:TerminateInstances in passing."""
HEARD = (ApiCalled("ec2:RunInstances", "key"),)
READ = Source(operation="ec2:DescribeVolumes", items="Volumes")
STEP = Step(
    Call("ec2:CreateSnapshot", {"a": "b:c"}),
    until=Until(Call("ec2:DescribeSnapshots", {}), "path", "done"),
)
'''


def test_calls_are_found_and_events_are_not(tmp_path: Path) -> None:
    file = tmp_path / "check.py"
    file.write_text(CODE)
    assert operations_in([file]) == {
        "ec2:DescribeVolumes",
        "ec2:CreateSnapshot",
        "ec2:DescribeSnapshots",
    }
    assert operations_in([file], within="Until") == {"ec2:DescribeSnapshots"}
