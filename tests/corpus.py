"""Words that strangers choose: names, tags, reasons, descriptions, alarms, replies, events.

One corpus for every field and every output; who finds a new trick adds it here, and every room tries it.
"""

from __future__ import annotations

HARMLESS = "harmless"

HOSTILE: tuple[str, ...] = (
    # HTML, XML, MJML and templates
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</mj-text></mj-column><mj-raw><script>",
    "]]>&amp;<![CDATA[&xxe;",
    "<!-- x --><b>",
    "--><b>",
    "<![endif]-->",
    "{{ 7*7 }}{% for x in y %}${7*7} %s {0} %0a",
    "&lt;b&gt; &#60;b&#62; &amp;lt;b",
    # Markdown, trackers and chat: links, mentions, closing words, fences, tables
    "javascript:alert(1) https://evil.example/ @here <!channel> <@U1> <https://evil.example|x>",
    "[x](javascript:alert(1)) ![i](https://evil.example/i.png) **bold** # head",
    "@team fixes #12 GH-12 acme/other#3 www.evil.example ftp://evil.example/x mailto:a@b.example xmpp:a@b.c/d",
    "```\n~~~\n</details>\n# not a heading\n```",
    "a | b | `c` | \\",
    "/close\n/label ~infra",
    # Spreadsheets (OWASP, "CSV injection"), in narrow and in full width
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "+1",
    "-2",
    "\t=1",
    '"=1+1"',
    "\uff1dcmd|x!A1",
    "\uff0b1",
    "\uff0d2",
    "\uff20SUM(1)",
    "%0a=1",
    # Terminals: colours, title, clipboard (OSC 52), hyperlinks (OSC 8), device control, C1
    "\x1b[31mred\x1b[0m\x07\x00",
    "\x1b]0;owned\x07\x1b[2J\x1b[1;1H",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1bP1$r\x1b\\ \x9b31m \x9d52;c;x\x9c \x90q",
    "over\rwritten \x08\x08\x7f",
    # Lines, headers, calendars, logs
    "name\r\nBcc: everybody@evil.example\r\n\r\nhello",
    "name\nEND:VEVENT\nBEGIN:VEVENT\nUID:evil",
    '{"level":"ERROR"}\n{"level":"INFO","message":"forged"}',
    "a\u2028b\u2029c\x85d\x0be\x0cf",
    # Unicode that hides or turns
    "\u202egnp.exe\u2066 \u200f\u061c",
    "\u200b\u00ad\ufeff\u2060hidden\ufe0f",
    "\U0001f3f4\U000e0067\U000e0062\U000e007f",
    "half \ud800 pair \udfff",
    "\ufffe\uffff\U0010ffff",
    "e\u0301" * 60,
    "\u0635\u0648\u0631 \u05d0\u05d1\u05d2",
    # Sizes, shapes, paths, shells
    "a" * 300,
    "\U0001d54f" * 300,
    "&" * 300,
    "\"'<>" * 80,
    "../../etc/passwd",
    "'; DROP TABLE--",
    "$(touch owned) `touch owned` ; touch owned & | > owned",
    "$at",
    "::add-mask::production",
    "##[set-output name=region;]evil",
    "",
    " ",
)

COMMANDS = (
    "::set-output name=region::evil",
    "::ADD-MASK::production",
    "::error file=a.py,line=1::forged",
    "::stop-commands::x",
    "##[set-output name=region;]evil",
    "##[add-mask]production",
    "####[add-mask]production",
)
"""What the runner of GitHub Actions obeys where it is printed."""

SHOWN = tuple(ascii(one)[:28] for one in HOSTILE)
"""What a test run calls them."""
