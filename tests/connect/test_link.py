"""A link to the private pages stands beside the command that gets them, once."""

from __future__ import annotations

from tests.reports.accounts import doubles, first, first_answers, stories

URL = "https://bucket.example/portal/today.html?X-Amz-Signature=1&X-Amz-Expires=2"


def test_every_mail_can_carry_a_link() -> None:
    day_one = first.made(first_answers.USUAL, ledger=doubles.Ledger()).mail
    for plain in (day_one, *map(stories.usual().mail, ("weekly", "monthly"))):
        mail = plain.linked(URL)
        assert mail.html.count("X-Amz-Signature=1&amp;X-Amz-Expires=2") == 1
        assert URL in mail.text
        assert URL not in plain.text
        assert mail.name == plain.name
        assert "steadyhand portal" in mail.text
