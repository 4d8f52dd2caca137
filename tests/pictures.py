"""The README's pictures, from what the demo left: `make pictures` plays it and takes them."""

from __future__ import annotations

from pathlib import Path

from tests import browser as eye

ROOT = Path(__file__).resolve().parents[1]
PICTURES = {
    "docs/scan.png": ("scan.html", 900, 700),
    "docs/digest.png": ("mail/01-monthly.html", 700, 900),
    "docs/first.png": ("mail/01-first.html", 700, 670),
    "docs/pages.png": ("portal/index.html", 1200, 900),
}
"""Each picture: a page below the demo's folder, and how much of its top is shown."""


def main(folder: Path) -> None:
    """Take them all."""
    with eye.opened() as browser:
        for name, (page, width, height) in PICTURES.items():
            with eye.page(browser, width=width) as opened:
                opened.goto((folder / page).resolve().as_uri())
                opened.screenshot(
                    path=ROOT / name,
                    full_page=True,
                    clip={"x": 0, "y": 0, "width": width, "height": height},
                )


if __name__ == "__main__":
    main(ROOT / "demo-output")
