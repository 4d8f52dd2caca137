"""The account says how far it has come, so that nobody gives up on it while it works.

AWS has no such page: it is the emulator's own, for tests and the demo on a busy machine.
"""

from __future__ import annotations

import pytest

from tests.emulator.contract.tools import function, unique, until

pytestmark = pytest.mark.emulator


def counted(aws, what):
    return aws.progress()[0][what]


def test_changes_count_and_reads_do_not(aws):
    sqs = aws.client("sqs")
    before = counted(aws, "changes")
    sqs.create_queue(QueueName=unique("moves"))
    assert until(lambda: counted(aws, "changes") > before)
    after = counted(aws, "changes")
    for _ in range(5):
        sqs.list_queues()
    assert counted(aws, "changes") - after < 5, "others may still be at work"


def test_functions_count_when_they_begin_and_end(aws):
    arn, before = function(aws, "introduce"), counted(aws, "ended")
    aws.client("lambda").invoke(FunctionName=arn)
    assert counted(aws, "ended") == before + 1
    assert counted(aws, "begun") >= counted(aws, "ended")


def test_who_cannot_answer_gives_no_hope(aws, monkeypatch):
    monkeypatch.setattr(aws, "url", "http://127.0.0.1:9")
    assert aws.progress() is None
