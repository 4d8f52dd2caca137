"""A link to the private pages stands beside the command that gets them, once."""

from __future__ import annotations

from tests.reports.accounts import stories

URL = "https://bucket.example/portal/today.html?X-Amz-Signature=1&X-Amz-Expires=2"


def test_every_mail_can_carry_a_link() -> None:
    for cadence in ("weekly", "monthly"):
        plain = stories.usual().mail(cadence)
        mail = plain.linked(URL)
        assert mail.html.count("X-Amz-Signature=1&amp;X-Amz-Expires=2") == 1
        assert URL in mail.text
        assert URL not in plain.text
        assert mail.name == plain.name
        assert "steadyhand portal" in mail.text
