"""The site in a real browser, opened from disk: the search finds, markup is text, and no page is wider than a phone."""

import html
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from jobs.runtime.settings import settings
from jobs.site.folder import write_pages

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.prove,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium; on Debian, apt-get install chromium"),
]
PHONE = 400
# It shows each page in a frame of a phone's width, and writes how far the page reaches beyond it.
FRAMES = """<!DOCTYPE html><meta charset="utf-8"><ul id="wide"></ul><script>
var pages = %s;
pages.forEach(function (page) {
  var frame = document.createElement("iframe");
  frame.width = %d; frame.height = 800; frame.src = page;
  frame.onload = function () {
    var item = document.createElement("li"), root = frame.contentDocument.documentElement;
    item.textContent = page + " " + (root.scrollWidth - root.clientWidth);
    document.getElementById("wide").append(item);
  };
  document.body.append(frame);
});
</script>"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site of a home without nights."""
    return write_pages(settings({"CHUDIAN_HOME": str(tmp_path_factory.mktemp("home"))})).parent


def seen(address: str, profile: Path) -> str:
    """The page as the browser has it when its scripts have run. The browser finds no other machine, and may read pages beside a page."""
    asked = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", f"--user-data-dir={profile}"]
    asked += ["--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=20000", "--dump-dom", address]
    return subprocess.run(asked, capture_output=True, text=True, check=True, timeout=120).stdout


def found(folder: Path, profile: Path, word: str) -> list[str]:
    """The pages that the search lists, best first."""
    listed = re.search('<ul id="found".*?</ul>', seen(f"{folder.as_uri()}/index.html?q={word}", profile), re.DOTALL)
    assert listed
    return [html.unescape(link) for link in re.findall('href="([^"]*)"', listed[0])]


@pytest.mark.parametrize(
    ("word", "best"),
    [
        ("data_bytes_30d", ["tags/data_bytes_30d.html"]),
        ("ARPU", ["tags/bill_fen_1m.html"]),
        ("高值外流", ["segments.html#ss7_high_outflow"]),
        ("近30天 闲时流量", ["tags/idle_bytes_30d.html"]),
        ("<script>", []),
    ],
)
def test_the_search_of_the_page_on_disk_finds_the_best_first(folder: Path, tmp_path: Path, word: str, best: list[str]) -> None:
    assert found(folder, tmp_path, word)[:1] == best


def test_a_short_word_is_not_found_within_a_longer_word(folder: Path, tmp_path: Path) -> None:
    hits = found(folder, tmp_path, "DOU")
    assert "tags/data_bytes_30d.html" in hits
    assert "tags/identity_lead.html" not in hits, "its meaning has the word doubtful"


def test_no_kind_of_page_is_wider_than_a_phone(folder: Path, tmp_path: Path) -> None:
    pages = [*sorted(path.name for path in folder.glob("*.html"))]
    for kind in ("families", "tags", "models", "scenarios", "channels", "feeds", "tables"):
        longest = max((folder / kind).iterdir(), key=lambda path: path.stat().st_size)
        pages.append(f"{kind}/{longest.name}")
    (folder / "frames.html").write_text(FRAMES % (pages, PHONE), "utf-8")
    told = dict(re.findall(r"<li>(\S+) (-?\d+)</li>", seen(f"{folder.as_uri()}/frames.html", tmp_path)))
    assert told == dict.fromkeys(pages, "0")
