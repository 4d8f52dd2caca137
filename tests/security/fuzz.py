"""Spoils what parsers of strangers' words are given on a good day, and sees that they live and say so shortly.

`python -m tests.security.fuzz 300` fuzzes each for that many seconds. What makes one of them break is in
the notes of the exception. Slow is broken too: nobody may hold a function with a message.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

from tests.corpus import HOSTILE
from tests.security.every import PARSERS, Parser

SLOWEST = 5.0
"""Seconds of processor time for one value, on a machine that does much else."""
GROWTH = 200
"""MiB that a fuzzed process may grow by: nothing that was read stays."""
TOKENS = (
    b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"[" * 3000, b'{"a":' * 3000, b"9" * 5000, b"-0", b"1e999",
    b"NaN", b"null", b"true", b'""', b"[]", b"{}", b"\n", b"\r", b"=", b'"', b"'''", b"\\u0000",
    b"\\ud800", b"0001-01-01", b"9999-12-31", b"2026-11-23T09:00:00", b"\x30\x80",
    b"\x30\x84\xff\xff\xff\xff",
)  # fmt: skip
TIMES = ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-11-23T09:00:00")
MARKS = ({"$at": "2026-11-23"}, {"$at": 5}, {"$call": []}, {"$ref": {}}, {"$bytes": "x"})
"""What the ledger writes for a time, a call, a reference and bytes, said wrongly."""
OTHERS = (None, -1, 10**400, 1.5, True, [], {}, 1e15, "9" * 5000, "[" * 3000, float("nan"))


def values(parser: Parser, source: random.Random) -> Iterator[Any]:
    """The samples and the corpus as they are; then samples with something in them spoiled."""
    yield from parser.samples
    is_bytes = isinstance(parser.samples[0], bytes)
    for word in HOSTILE:
        yield word.encode("utf-8", "surrogatepass") if is_bytes else word
    while True:
        sample = source.choice(parser.samples)
        yield spoiled(sample, source) if is_bytes else mutated(sample, source, parser.samples)


def spoiled(data: bytes, source: random.Random) -> bytes:
    """Bytes with a few places turned, cut out, said twice, exchanged for a token, or cut off."""
    made = bytearray(data)
    for _ in range(source.choice((1, 1, 2, 4, 16))):
        at = source.randrange(len(made) + 1)
        until = min(len(made), at + source.choice((0, 1, 2, 4, 8, 30)))
        how = source.randrange(7)
        if how == 0 and at < len(made):
            made[at] ^= 1 << source.randrange(8)
        elif how == 1:
            del made[at:until]
        elif how == 2:
            made[at:at] = made[at:until] * source.choice((1, 2, 50))
        elif how == 3:
            made[at:until] = source.choice(TOKENS)
        elif how == 4:
            made[at:until] = source.choice(HOSTILE).encode("utf-8", "surrogatepass")
        elif how == 5 and source.random() < 0.2:
            del made[at:]
        elif at < len(made):
            made[at] = source.randrange(256)
    return bytes(made)


def mutated(value: Any, source: random.Random, others: Sequence[Any]) -> Any:
    """The value with parts of it exchanged, left out, nested or repeated; JSON in a text too."""
    if source.random() < 0.12:
        return anything(source, others)
    if isinstance(value, dict):
        made = {
            key: mutated(inner, source, others) if source.random() < 0.4 else inner
            for key, inner in value.items()
        }
        if made and source.random() < 0.2:
            made.pop(source.choice(list(made)))
        if source.random() < 0.1:
            made[str(anything(source, others))[:50]] = anything(source, others)
        return made
    if isinstance(value, list):
        return [mutated(inner, source, others) for inner in value] * source.choice((0, 1, 1, 2))
    if isinstance(value, str):
        return reworded(value, source, others)
    return value


def reworded(text: str, source: random.Random, others: Sequence[Any]) -> str:
    """A text with parts of the JSON in it exchanged, or spoiled, or as it was."""
    if text[:1] in ("{", "[") and source.random() < 0.7:
        return json.dumps(mutated(json.loads(text), source, others))
    if source.random() < 0.5:
        return text
    return spoiled(text.encode("utf-8", "surrogatepass"), source).decode("utf-8", "replace")


def anything(source: random.Random, others: Sequence[Any]) -> Any:
    """Something of another kind: a word of the corpus, a number of any size, another sample, a depth."""
    deep: Any = source.choice(HOSTILE)
    for _ in range(source.choice((0, 1, 3, 300))):
        deep = source.choice(([deep], {"a": deep}))
    words = (source.choice(HOSTILE), source.choice(others))
    return source.choice((deep, *words, *OTHERS, *TIMES, *MARKS))


def fuzz(name: str, seed: int, *, times: int = 0, seconds: float = 0.0) -> int:
    """How many values it read; an exception tells which one it could not."""
    parser, ends, before = PARSERS[name], time.monotonic() + seconds, grown()
    for number, value in enumerate(values(parser, random.Random(f"{name} {seed}"))):
        if number >= times and time.monotonic() >= ends:
            assert grown() - before < GROWTH, f"{name} keeps {grown() - before:.0f} MiB"
            return number
        began = time.process_time()
        try:
            parser.read(value)
            took = time.process_time() - began
            assert took < SLOWEST, f"{took:.1f} s"
        except BaseException as error:
            error.add_note(f"{name}: {ascii(value)[:2000]}")
            raise
    raise AssertionError("values never end")


def grown() -> float:
    """MiB that this process has had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(seconds: float) -> None:
    """Each parser in turn; a line each."""
    for name in PARSERS:
        count = fuzz(name, int(time.time()), seconds=seconds)
        sys.stdout.write(f"fuzz {name}: {count:,} values, none broke it\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(float(sys.argv[1]))
