"""Pages within a conversation: what a `Report` says to get a list whole."""

from __future__ import annotations

from collections.abc import Generator, Mapping

from steadyhand.model import Answer, Call
from steadyhand.source import Wait


def pages(
    call: Call, follow: str = "NextToken", at_most: int = 1000
) -> Generator[Call | Wait, Answer, list[Answer]]:
    """Ask until no page follows, or `at_most` times. `follow` names the page that follows."""
    answers: list[Answer] = []
    more: Mapping[str, str] = {}
    while len(answers) < at_most:
        answer = yield Call(call.action, {**call.params, **more}, call.permission)
        answers.append(answer)
        if not answer.get(follow):
            break
        more = {follow: answer[follow]}
    return answers
