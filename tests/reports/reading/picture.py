"""Reads a PNG: enough to count pixels. Eight bits, three or four channels, not interlaced."""

from __future__ import annotations

import struct
import zlib


def pixels(png: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height, and a row of RGBA or RGB bytes for each line."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, data, head = 8, b"", b""
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        head = body if kind == b"IHDR" else head
        data += body if kind == b"IDAT" else b""
        at += 12 + length
    width, height, bits, colour, _, _, laced = struct.unpack(">IIBBBBB", head)
    assert (bits, laced) == (8, 0)
    size = {2: 3, 6: 4}[colour]
    return width, height, unfiltered(zlib.decompress(data), width * size, height, size)


def unfiltered(raw: bytes, wide: int, height: int, size: int) -> list[bytes]:
    rows: list[bytes] = []
    above = bytearray(wide)
    for y in range(height):
        kind, row = raw[y * (wide + 1)], bytearray(raw[y * (wide + 1) + 1 : (y + 1) * (wide + 1)])
        for x in range(wide if kind else 0):
            left = row[x - size] if x >= size else 0
            corner = above[x - size] if x >= size else 0
            row[x] = (row[x] + guess(kind, left, above[x], corner)) & 255
        rows.append(bytes(row))
        above = row
    return rows


def guess(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 4:
        far = left + up - corner
        return min((left, up, corner), key=lambda one: abs(far - one))
    return {1: left, 2: up, 3: (left + up) // 2}[kind]


def differing(one: bytes, other: bytes, by: int = 40) -> int:
    """How many pixels differ clearly in one of their first three channels."""
    (wide, _, here), (also, _, there) = pixels(one), pixels(other)
    assert wide == also
    size = len(here[0]) // wide
    return sum(
        any(abs(a[x + c] - b[x + c]) > by for c in range(3))
        for a, b in zip(here, there, strict=True)
        if a != b
        for x in range(0, len(a), size)
    )
