"""An interrupt as a chat message: a custom notification of Amazon Q Developer, for Slack and Teams.

The shape is the documented one (Custom notifications, Amazon Q Developer in chat applications
Administrator Guide). A stranger's words must neither call people nor become links there: what
chat programs read as more than text is written with letters that look alike.
"""

from __future__ import annotations

import re
from typing import Any

from steadyhand.rhythm.core import words
from steadyhand.rhythm.incidents.urgent import Cause, Interrupt

VERSION, SOURCE = "1.0", "custom"
TITLE, STORY, STEP, MOST = 200, 1000, 400, 5
"""Characters of a title, a story and a step, and how many resources are named."""

INERT = str.maketrans(
    {
        "<": "‹",
        ">": "›",
        "&": "＆",
        "@": "＠",
        "#": "＃",
        "*": "∗",
        "~": "∼",
        "`": "'",
        "[": "［",
        "]": "］",
        "|": "¦",
        "!": "ǃ",
    }
)
SCHEME = re.compile(r"(?<=[a-zA-Z0-9]):(?=//|\\\\)|(?<=\bwww)\.|(?<=mailto):", re.IGNORECASE)
SLANTED = re.compile(r"(?<!\w)_+|_+(?!\w)")
COMMAND = re.compile(r"`([^`]*)`")
KEYWORDS = {
    Cause.INCIDENT: "Incident",
    Cause.DEAD_LETTERS: "Dead letters",
    Cause.SILENCE: "Silence",
    Cause.CHANGE: "Change",
    Cause.DECISION: "Decision",
    Cause.BOMB: "Time bomb",
    Cause.HELD: "Held back",
    Cause.STOPPED: "Kill switch",
}


def inert(text: str, most: int = STORY) -> str:
    """One line that calls nobody, links nowhere and is set in no other way than it reads."""
    return _calm(words.clean(text, most))


def step(text: str) -> str:
    """A sentence of ours with its command, which stays one where every letter of it is harmless.

    More backticks than ours are a stranger's.
    """
    parts = COMMAND.split(words.clean(text, STEP))
    if text.count("`") != 2 or len(parts) != 3:
        return inert(text, STEP)
    return "".join(_command(part) if at % 2 else _calm(part) for at, part in enumerate(parts))


def _command(text: str) -> str:
    calm = _calm(text)
    return f"`{text}`" if calm == text else calm


def _calm(text: str) -> str:
    said = SCHEME.sub("·", text.translate(INERT))
    return SLANTED.sub(lambda found: "＿" * len(found[0]), said)


def notification(one: Interrupt, *, account: str, left: str) -> dict[str, Any]:
    """The message, as Amazon Q takes it from the topic. `left`: what is left of the budget."""
    title = inert(one.title, TITLE)
    return {
        "version": VERSION,
        "source": SOURCE,
        "id": inert(one.subject, TITLE),
        "content": {
            "textType": "client-markdown",
            "title": title,
            "description": f"{inert(one.story)}\n{left}".strip(),
            "nextSteps": [step(text) for text in one.steps],
            "keywords": ["Steadyhand", KEYWORDS[one.cause]],
        },
        "metadata": {
            "threadId": inert(one.subject, TITLE),
            "summary": title,
            "eventType": f"steadyhand-{one.cause}",
            "relatedResources": [inert(name, TITLE) for name in one.resources[:MOST]],
            "additionalContext": {
                "account": account,
                "region": one.region,
                "rows": ", ".join(one.ids[:MOST]),
            },
        },
    }
