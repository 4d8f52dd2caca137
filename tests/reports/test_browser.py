"""Mails as a reader sees them: on a phone and on a desk, light and dark."""

from __future__ import annotations

import pytest

from tests import browser as eye
from tests.reports import stories

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
WIDTHS = (360, 700)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_mail_fits_and_can_be_read_by_everybody(browser, width, dark):
    with eye.page(browser, width=width, dark=dark) as page:
        page.set_content(stories.usual().mail().page)
        assert eye.sideways(page) == 0
        assert eye.accessibility(page) == []
