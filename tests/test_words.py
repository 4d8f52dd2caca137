"""Old words stay out: where the field has a word, identifiers, file names, docs, mails and pages use it.

What each is called now: docs/concepts.md. Decisions are amended and not rewritten, so they may say
what things were called then; CHANGELOG says which public words changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("steadyhand", "functions", "stacks", "emulator", "bench", "tests", "docs")
KINDS = ("*.py", "*.md", "*.toml", "*.j2", "*.html", "*.txt")
OLD = {
    "house": "reconciler, context, stack, session: what it holds",
    "bell": "event, event index, event rule",
    "bells": "events, event rules",
    "doorbell": "event",
    "doorbells": "events",
    "rang": "fired",
    "rung": "fired",
    "mend": "fix",
    "mends": "fixes",
    "mended": "fixed",
    "mending": "fixing",
    "road": "client, path",
    "roads": "clients, paths",
    "souvenir": "artifact",
    "souvenirs": "artifacts",
    "errand": "subprocess",
    "errands": "subprocesses",
    "stationery": "templates",
    "lifeline": "parent watch",
    "slim": "compact",
    "pen": "writer",
    "takeback": "undo",
    "defuse": "fix",
    "defused": "fixed",
    "defuses": "fixes",
}
"""Each old word, and what to say in its place. A door is a thing of its own: where people's requests come in."""

PHRASES = (
    *("goes off", "may be felt", "back to an earlier minute", "credentials without a token"),
    *("doors we closed", "is worked off", "let it be", "say yes", "put right", "taken_back"),
    *("gives out its credentials", "gives its credentials"),
)
"""What people read no more."""

ALLOWED = {
    "tests/test_words.py": "names them all",
    "docs/decisions": "amended, not rewritten",
    "tests/cli/test_backlog_command.py": "an owner who moves house, in the owner's own words",
}


def files() -> Iterator[Path]:
    for folder in FOLDERS:
        for kind in KINDS:
            for file in sorted((ROOT / folder).rglob(kind)):
                name = file.relative_to(ROOT).as_posix()
                if "__pycache__" not in name and not name.startswith(tuple(ALLOWED)):
                    yield file.relative_to(ROOT)


def parts(name: str) -> list[str]:
    """The words of an identifier or a file's name."""
    return [one.lower() for one in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


def said(file: Path) -> set[str]:
    """All words of a file: of its name, its identifiers, and its prose."""
    text = f"{file.stem} {(ROOT / file).read_text('utf-8')}"
    return {word for name in set(re.findall(r"[A-Za-z]+", text)) for word in parts(name)}


def test_old_words_are_gone() -> None:
    found = {
        f"{file}: {word}, say {OLD[word]}" for file in files() for word in said(file) & OLD.keys()
    }
    assert not found, "\n".join(sorted(found))


def test_old_phrases_are_gone() -> None:
    found = {
        f"{file}: {phrase}"
        for file in files()
        for text in [(ROOT / file).read_text("utf-8").lower()]
        for phrase in PHRASES
        if phrase in text
    }
    assert not found, "\n".join(sorted(found))


PARTICIPLES = ("told", "said", "shown", "spoken", "kept", "made")


def test_no_module_is_called_by_what_was_done_to_it() -> None:
    """A summary, a request, a row: what the value is."""
    assert not [file for file in files() if file.parts[0] != "tests" and file.stem in PARTICIPLES]


@pytest.mark.parametrize("allowed", ALLOWED)
def test_what_is_allowed_is_there(allowed: str) -> None:
    assert (ROOT / allowed).exists()


def test_no_class_is_called_by_what_was_done_to_it() -> None:
    named = re.compile(rf"^class _?(?:{'|'.join(PARTICIPLES)})\b", re.MULTILINE | re.IGNORECASE)
    assert not [
        f for f in files() if f.parts[0] != "tests" and named.search((ROOT / f).read_text())
    ]
