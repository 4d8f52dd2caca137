"""What a test sees of a page: its skeleton, its words, its pictures."""

from __future__ import annotations

from html.parser import HTMLParser

SILENT = ("style", "script", "title", "head")


class Page(HTMLParser):
    """`skeleton`: each tag with the names of its attributes; `words`: what a reader sees."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.skeleton: list[tuple[str, tuple[str, ...]]] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.comments: list[str] = []
        self.said: list[str] = []
        self.quiet = 0
        self.feed(html)
        self.close()

    @property
    def words(self) -> str:
        return " ".join("".join(self.said).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.skeleton.append((tag, tuple(sorted(name for name, _ in attrs))))
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self.quiet += tag in SILENT
        self.said.append(" " if tag in ("td", "th", "p", "br", "h1", "h2", "h3", "tr") else "")

    def handle_endtag(self, tag: str) -> None:
        self.skeleton.append((f"/{tag}", ()))
        self.quiet -= tag in SILENT
        self.said.append(" " if tag in ("td", "th", "p", "h1", "h2", "h3") else "")

    def handle_data(self, data: str) -> None:
        if not self.quiet:
            self.said.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)
