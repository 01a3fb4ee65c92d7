"""What every page under reports must be: well formed, and complete without another machine."""

import re
from html.parser import HTMLParser

EMPTY = ("meta", "link", "img", "br", "rect", "input", "hr")
# An address with a host, a host without a scheme, whatever loads by itself, an id that counts visitors.
ELSEWHERE = re.compile(
    r"""https?:|["'(=]\s*//|@import|url\(|<script|<iframe|<object|<embed|<link|<base|utm_|UA-\d|\bgtag\b""", re.IGNORECASE
)


class Page(HTMLParser):
    """Tags that must close do, in order; links, ids and text are kept."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "srcset", "data", "action")]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in EMPTY:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += f" {data}"


def elsewhere(html: str) -> list[str]:
    """Everything in a page that would ask another machine."""
    return ELSEWHERE.findall(html)
