"""The portal as people use it: on a phone and a desk, by keyboard, with and without a script."""

from __future__ import annotations

import pytest

from tests import browser as eye
from tests.portal.pages import pages, written
from tests.reports.accounts import extremes, stories
from tests.reports.test_poison import POISON

pytestmark = [pytest.mark.browser]
LOOKED_AT = (
    *("index", "findings", "calendar", "backlog", "changes", "incidents", "exemptions"),
    *("reviews", "checks", "checks/open_admin_ports", "today"),
)


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    return written(pages(stories.usual()), tmp_path_factory.mktemp("site"))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_everybody_can_read_every_page(browser, portal, width, dark):
    with eye.page(browser, width=width, dark=dark, bypass_csp=True) as page:
        for name in LOOKED_AT:
            page.goto((portal / f"{name}.html").as_uri())
            for details in page.locator("details").all():
                details.evaluate("one => { one.open = true }")
            assert eye.sideways(page) == 0, name
            assert eye.accessibility(page) == [], name


def test_the_page_that_stands_alone_has_its_style(browser, portal):
    with eye.page(browser) as page:
        page.goto((portal / "today.html").as_uri())
        weight = "getComputedStyle(document.querySelector('h1')).fontWeight"
        assert page.evaluate(weight) == "600", "the policy lets its own style in"


def test_every_link_can_be_followed(browser, portal):
    with eye.page(browser) as page:
        page.goto((portal / "index.html").as_uri())
        for name in page.locator("nav a").all_inner_texts():
            page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
            current = page.locator("a[aria-current=page]")
            assert current.inner_text() == name
            assert page.locator("h1").inner_text()


def test_lanes_and_environments_filter_without_a_script(browser, portal):
    with eye.page(browser, java_script_enabled=False) as page:
        page.goto((portal / "findings.html").as_uri())
        rows = page.locator("tr.row:visible")
        every = rows.count()
        assert every > 5
        assert not page.locator("#narrow").is_visible(), "no search box that would do nothing"
        later = page.locator("#later tr.row").count()
        page.get_by_role("link", name="Later").click()
        assert 0 < rows.count() == later < every
        page.go_back()
        assert rows.count() == every
        page.get_by_label("development").check()
        left = rows.count()
        assert 0 < left < every
        assert all("development" in text for text in rows.all_inner_texts())


def test_words_filter_with_a_script(browser, portal):
    with eye.page(browser) as page:
        page.goto((portal / "findings.html").as_uri())
        every = page.locator("tr.row:visible").count()
        page.get_by_label("Words").fill("certificate")
        shown = page.locator("tr.row:visible").count()
        assert 0 < shown < every
        assert page.locator("#count").inner_text() == f"{shown} of {every}"
        page.get_by_label("Words").fill("")
        assert page.locator("tr.row:visible").count() == every


def test_a_keyboard_is_enough(browser, portal):
    with eye.page(browser) as page:
        page.goto((portal / "findings.html").as_uri())
        page.keyboard.press("Tab")
        focused = "document.activeElement.textContent"
        assert page.evaluate(focused) == "Skip to the content"
        page.keyboard.press("Enter")
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.tagName") == "SUMMARY":
                break
        page.keyboard.press("Enter")
        assert page.locator("details[open]").count() == 1


def skeleton(page):
    return page.evaluate(
        "() => [...document.querySelectorAll('*')].map(one => one.tagName + ' ' +"
        " [...one.attributes].map(a => a.name).join(' '))"
    )


@pytest.fixture(scope="module")
def poisoned():
    """The pages with each hostile name in them, the harmless first."""
    return [pages(extremes.poisoned(poison)) for poison in ("harmless", *POISON)]


@pytest.mark.parametrize("name", ["index", "findings", "backlog", "changes", "incidents"])
def test_hostile_names_stay_text(browser, tmp_path, poisoned, name):
    with eye.page(browser) as page:
        shapes = []
        for number, made in enumerate(poisoned):
            file = tmp_path / f"{number}.html"
            file.write_bytes(made[f"{name}.html"])
            (tmp_path / "steadyhand.css").write_bytes(made["steadyhand.css"])
            (tmp_path / "findings.js").write_bytes(made["findings.js"])
            page.goto(file.as_uri())
            shapes.append(skeleton(page))
        assert all(shape == shapes[0] for shape in shapes)
