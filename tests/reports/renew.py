"""The mails that are kept to compare with. `python -m tests.reports.renew` writes them again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.reports.accounts import ledger_rows, stories

GOLDEN = Path(__file__).parent / "golden"


def goldens() -> Iterator[tuple[str, bytes]]:
    """Each kept file and what it should hold. Pictures are left out: another CPU may round."""
    usual = stories.usual().mail()
    yield "monthly.html", usual.html.encode()
    yield "monthly.txt", usual.text.encode()
    yield "monthly.json", usual.values.encode()
    yield "monthly.explain.json", usual.explained().encode()
    yield "monthly.ics", usual.attachments["calendar.ics"]
    week = stories.usual().on(ledger_rows.MONDAY).mail("weekly")
    yield "weekly.html", week.html.encode()
    yield "weekly.txt", week.text.encode()
    yield "weekly-quiet.txt", stories.quiet().mail("weekly").text.encode()
    yield "monthly-first.txt", stories.first_month().mail().text.encode()
    yield "monthly-blank.txt", stories.blank().mail().text.encode()


def main() -> None:
    """Write them all."""
    for name, held in goldens():
        (GOLDEN / name).write_bytes(held)


if __name__ == "__main__":
    main()
