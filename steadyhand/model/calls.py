"""Calls as values: what may be asked of AWS, what a fix may do, and what AWS answers."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Params = Mapping[str, Any]
Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ref:
    """A value filled in when a call is sent: of the change (step -1), or seen of an earlier step."""

    step: int
    name: str


CHANGE = Ref(-1, "id")
"""The change's id: what we make bears it, so that it is found again where the answer is lost."""

TOKEN = Ref(-1, "token")
"""The same for every attempt of one step in one direction: AWS does it once."""


@dataclass(frozen=True, slots=True)
class Call:
    """One API call, as a value until it may run.

    `action` is spelled as the API does ("s3:GetPublicAccessBlock"), `permission` as IAM does where
    the two differ.
    """

    action: str
    params: Params = field(default_factory=dict)
    permission: str | None = None

    @property
    def service(self) -> str:
        """The client's name: "ec2"."""
        return self.action.partition(":")[0]

    @property
    def operation(self) -> str:
        """The operation's name: "RevokeSecurityGroupIngress"."""
        return self.action.partition(":")[2]

    @property
    def granted_by(self) -> str:
        """The IAM action that allows it."""
        return self.permission or self.action


@dataclass(frozen=True, slots=True)
class Permit:
    """One action a fix may take, and on what.

    `on` are resources as IAM names them, with the call's parameters in braces:
    "security-group/{GroupId}", or whole ARNs. The deployed role gets them with `*` for every
    brace, the session of one change with the values of its plan; of a list of one, with that one.
    "{QueueUrl:last}" takes what follows the last slash or colon, "{Name:path}" leaves out the slash
    it begins with. No `on`: IAM knows no resource for this action. `implies` is
    what the same call needs besides, such as tagging what it makes; `condition` is IAM's. `shape`
    is what its parameters may be (see `engine.shape`): a call of another shape is never sent.
    """

    action: str
    on: tuple[str, ...] = ()
    implies: tuple[Permit, ...] = ()
    condition: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    shape: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def all(self) -> tuple[Permit, ...]:
        """The permit, and what it needs besides."""
        return (self, *self.implies)


class ReadFailed(Exception):
    """AWS said no. `code` is AWS's word for why; `answer` is all it said."""

    def __init__(self, code: str, reason: str, answer: Answer | None = None) -> None:
        super().__init__(reason)
        self.code, self.reason, self.answer = code, reason, answer or {}


class MalformedAnswer(ReadFailed):
    """An answer came, and it is not what the operation answers: cut off, a proxy's page, of another shape."""

    def __init__(self, reason: str, answer: Answer | None = None) -> None:
        super().__init__("MalformedAnswer", reason, answer)


def pick(answer: Any, path: str) -> Iterator[Any]:
    """The values at a dotted path, through lists: "Reservations.Instances". Empty: the answer."""
    name, _, rest = path.partition(".")
    if isinstance(answer, list | tuple):
        for item in answer:
            yield from pick(item, path)
    elif not path:
        yield answer
    elif isinstance(answer, Mapping) and answer.get(name) is not None:
        yield from pick(answer[name], rest)


@dataclass(frozen=True, slots=True)
class Wait:
    """A pause in a conversation."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Once:
    """What several conversations of a look need: the first holds it, and all are sent what it returned."""

    talk: Callable[[datetime], Generator[Call | Wait, Answer, Answer]]


ENDLESS = 1000
"""Pages of one list, after which it is held to have no end."""


def pages(
    call: Call,
    follow: str = "NextToken",
    at_most: int = ENDLESS + 1,
    pause: float = 0.0,
    endless: int = ENDLESS,
) -> Generator[Call | Wait, Answer, list[Answer]]:
    """Ask until no page follows, or the first `at_most`; a token that comes twice leads in a circle.

    `follow` names the page that follows; `pause` is in seconds, before it is asked for. What goes on
    after `endless` pages was not read.
    """
    answers: list[Answer] = []
    more: Mapping[str, str] = {}
    seen: set[str] = set()
    while len(answers) < at_most:
        if len(answers) == endless:
            raise ReadFailed("TooLong", f"{call.action} went on after {endless} pages")
        answer = yield Call(call.action, {**call.params, **more}, call.permission)
        answers.append(answer)
        token = answer.get(follow)
        if not token:
            break
        if token in seen:
            raise ReadFailed("RepeatedPage", f"{call.action} gave the same page twice")
        seen.add(token)
        more = {follow: token}
        if pause and len(answers) < at_most:
            yield Wait(pause)
    return answers
