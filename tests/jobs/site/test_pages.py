"""The site has a page for everything that is declared, every link leads somewhere, and it needs no other machine."""

import json
import posixpath
import re

import pytest
from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.channels import CHANNELS
from expectations.feeds import FEEDS
from features.family import Family
from features.library import FAMILIES
from features.tag import Derived
from jobs.made_of import MadeOf, made_of
from jobs.site.home import Home
from jobs.site.lineage import TAGS, Lineage, Node, lineage, tables
from jobs.site.pages import site, tag_html
from models.library import MODELS
from scenarios.library import SCENARIOS
from scenarios.library.c10_data_without_plan import SCENARIO as C10
from scenarios.library.c22_likely_to_leave import SCENARIO as C22
from scenarios.library.c26_content_direct import SCENARIO as C26
from tests.jobs.report.pages import Page


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """Every file of the site of a home without nights, by its path."""
    return dict(site(Home()))


@pytest.fixture(scope="module")
def pages(files: dict[str, str]) -> dict[str, Page]:
    return {path: Page(text) for path, text in files.items() if path.endswith(".html")}


def test_every_tag_family_model_scenario_channel_feed_and_table_has_its_page(files: dict[str, str]) -> None:
    names = {
        "tags": TAGS,
        "families": [family.name for family in FAMILIES],
        "models": [model.name for model in MODELS],
        "scenarios": [scenario.name for scenario in SCENARIOS],
        "channels": CHANNELS,
        "feeds": FEEDS,
        "tables": tables(),
    }
    assert not [name for folder, found in names.items() for name in found if f"{folder}/{name}.html" not in files]
    assert len(TAGS) > 400


def test_every_link_leads_to_a_file_of_the_site_and_to_a_place_in_it(files: dict[str, str], pages: dict[str, Page]) -> None:
    lost = []
    for path, page in pages.items():
        for link in page.links:
            to, _, place = link.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), to)) if to else path
            if target not in files or (place and place not in pages[target].ids):
                lost.append(f"{path}: {link}")
    assert not lost
    assert sum(len(page.links) for page in pages.values()) > 10_000


def test_pages_are_well_formed_and_readable_on_a_phone(files: dict[str, str], pages: dict[str, Page]) -> None:
    assert not [(path, page.faults or page.open) for path, page in pages.items() if page.faults or page.open]
    assert not [path for path in pages if 'name="viewport"' not in files[path]]


def test_no_file_of_the_site_asks_another_machine(files: dict[str, str]) -> None:
    asks = re.compile(r"https?:|[\"'(=]\s*//(?!\s)|@import|url\(|fetch\(|XMLHttpRequest|<iframe|<img|<base", re.IGNORECASE)
    assert not [(path, asks.findall(text)) for path, text in files.items() if asks.search(text)]


def found(files: dict[str, str], *words: str) -> list[str]:
    """The pages of the entries that have all of these words, as the script of the search takes them."""
    entries = json.loads(files["entries.js"].removeprefix("window.CHUDIAN_ENTRIES = ").rstrip(";\n"))
    return [entry[3] for entry in entries if all(word.lower() in " ".join(entry).lower() for word in words)]


@pytest.mark.parametrize("word", ["data_bytes_30d", "流量", "DOU", "dou"])
def test_the_search_finds_a_tag_by_its_name_its_label_and_the_analysts_word(files: dict[str, str], word: str) -> None:
    assert "tags/data_bytes_30d.html" in found(files, word)


@pytest.mark.parametrize(("word", "tag"), [("ARPU", "mean_bill_fen_3m"), ("MOU", "mean_voice_s_3m"), ("DOU", "mean_data_bytes_3m")])
def test_the_search_finds_the_mean_that_an_analyst_asks_for(files: dict[str, str], word: str, tag: str) -> None:
    assert f"tags/{tag}.html" in found(files, word)


def test_the_search_finds_a_feed_by_a_field_of_its_extract_and_a_segment_by_its_label(files: dict[str, str]) -> None:
    assert "feeds/boss_usage.html" in found(files, "BYTES_IDLE")
    assert found(files, "高值外流") == ["segments.html#ss7_high_outflow"]


def test_every_entry_of_the_search_has_its_page(files: dict[str, str], pages: dict[str, Page]) -> None:
    entries = [page.partition("#") for page in found(files)]
    assert not [page for page, _, place in entries if page not in files or (place and place not in pages[page].ids)]


def test_the_page_of_a_tag_says_what_it_means_where_it_comes_from_and_who_uses_it(pages: dict[str, Page]) -> None:
    text = " ".join(pages["tags/idle_bytes_1m.html"].text.split())
    told = ("idle_bytes_1m", "上月闲时流量", "Data volume used in idle hours", "unit 单位 bytes", "S3 boss_usage 业务使用 : BYTES_IDLE")
    used = ("audience", "message of step wave1", "c11_idle_data_without_pack 有闲时流量无闲时包客户营销")
    assert not [words for words in (*told, *used) if words not in text]


def test_the_page_of_a_tag_and_the_page_of_the_wiki_show_what_people_think_of_it(pages: dict[str, Page]) -> None:
    tag, wiki = (" ".join(pages[path].text.split()) for path in ("tags/is_handset_changed_30d.html", "wiki.html"))
    told = (
        "trial 试用: used by scenario c08_new_handset",
        "747 of 1000 (experts 专家 719, people 用户 793, compared 层次分析 –)",
        "emerging 萌芽需求",
    )
    said = ("恭喜您换了新手机", "at_once 即时, sms", "actionability 可操作性 9", "founder_data: 4 of 5 stars 星. A borrowed handset")
    assert not [words for words in (*told, *said) if words not in tag]
    nothing = " ".join(pages["tags/highest_bill_fen_6m.html"].text.split())
    none = ("need stage 需求阶段 none yet 暂无", "advice 营销建议 none yet 暂无", "Ratings and comments 评论 none yet 暂无")
    assert not [words for words in none if words not in nothing]
    assert "is_handset_changed_30d 近30天是否换机 747 2 ratings" in wiki
    assert "consistency ratio 一致性比率 0.0068" in wiki


def test_the_page_of_a_scenario_shows_each_variant_of_its_words_and_who_gets_it(pages: dict[str, Page]) -> None:
    call, books, plain = (" ".join(pages[f"scenarios/{c.name}.html"].text.split()) for c in (C22, C26, C10))
    assert "variant 版本 call, only outbound_call 仅此渠道 您好,这里是10086。" in call
    assert "new_books variant 版本 news 您常看的" in books
    assert "new_books variant 版本 question 今晚看什么?" in books
    assert "each customer gets one by chance 随机" in books
    assert "by chance 随机" not in plain


def test_the_lineage_of_a_tag_is_drawn_from_the_field_of_its_extract_to_its_lists(files: dict[str, str]) -> None:
    drawn = files["tags/idle_bytes_1m.html"].partition("<svg")[2].partition("</svg>")[0]
    path = ("feeds/boss_usage", "tables/ods.usage", "scenarios/c11_idle_data_without_pack", "channels/sms")
    assert not [page for page in path if f'href="../{page}.html"' not in drawn]
    assert "<title>feed boss_usage: BYTES_IDLE</title>" in drawn


def test_the_page_of_a_segment_and_of_a_label_says_how_to_treat_its_members(pages: dict[str, Page]) -> None:
    assert "solve the complaint first" in pages["segments.html"].text
    assert "no queue, the account manager by name" in pages["labels.html"].text


def test_markup_in_a_docstring_or_a_label_is_shown_and_never_run() -> None:
    family = Family(name="bad", owner="nobody", label="<b>坏</b>")

    @family.derived("string", label="<script>alert(1)</script>", null_means="<img src=x>")
    def bad_tag() -> Column:
        """Meaning with <script>alert(2)</script>.

        And more: <script>alert(3)</script> "quoted".
        """
        return F.lit(None)

    (tag,) = family.tags
    assert isinstance(tag, Derived)
    html = tag_html(family, tag, MadeOf("<script>alert(4)</script>", ()), Lineage([]), Home())
    assert "<script" not in html
    assert "<img" not in html
    assert "<b>坏" not in html
    assert html.count("&lt;script&gt;alert(") >= 4


def test_the_site_says_which_column_of_which_table_a_tag_names() -> None:
    assert [(one.table, one.column) for one in made_of()["data_bytes_30d"].columns] == [("ods.usage", "data_bytes")]
    assert {(one.table, one.column) for one in made_of()["idle_share_30d"].columns} == {
        ("tag.usage", "idle_bytes_30d"),
        ("tag.usage", "data_bytes_30d"),
    }


def test_the_lineage_of_a_tag_reaches_its_feed_and_its_scenarios_and_their_lists() -> None:
    node = Node("tag", "idle_bytes_1m")
    assert lineage().above(node) == {Node("feed", "boss_usage"), Node("table", "ods.usage")}
    reached = lineage().below(node)
    assert {Node("scenario", "c11_idle_data_without_pack"), Node("channel", "sms"), Node("tag", "idle_share_1m")} <= reached


def test_the_lineage_goes_through_other_families_refined_tables_and_models() -> None:
    above = lineage().above(Node("scenario", "c10_data_without_plan"))
    wanted = {Node("model", "data_plan_propensity"), Node("tag", "mean_bill_fen_3m"), Node("table", "ods.bill"), Node("feed", "boss_bill")}
    assert wanted <= above
    assert Node("feed", "wap_log") in lineage().above(Node("table", "dwd.content_daily"))
    assert {node.name for node in lineage().nodes if node.kind == "channel"} == CHANNELS.keys()


def test_no_thing_is_made_of_itself() -> None:
    assert not [node for node in lineage().nodes if lineage().above(node) & lineage().below(node)]
