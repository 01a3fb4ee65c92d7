from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pytest

from expectations.errors import ContractError
from features.web import terms
from features.web.mine import mine
from features.web.terms import keywords, searched

SENSITIVE = [
    *("如何上访", "参加示威", "肺癌早期", "艾滋病检测", "抑郁怎么办", "怀孕能吃什么", "市第一医院 挂号", "Hospital near me"),
    *("佛教 电影", "附近教堂", "清真餐厅", "成人电影下载", "同性恋交友", "ｐｏｒｎ"),
    *("网贷平台", "信用卡逾期", "高利贷 手机", "赌博 手游"),
]


def mined(*columns: list[str | None]) -> list[tuple[str | None, str | None, list[str] | None]]:
    """Host, app and keywords of requests: their hosts, URLs, agents and titles."""
    found = mine(*(pa.array(column, pa.string()) for column in columns))
    return list(zip(*(found[name].to_pylist() for name in ("host", "app", "terms")), strict=True))


@pytest.mark.parametrize(
    ("url", "text"),
    [
        (f"http://a.cn/s?q={quote('玄幻小说')}", "玄幻小说"),
        (f"http://a.cn/s?from=wap&WD={quote('小说'.encode('gb18030'))}#x", "小说"),
        ("http://a.cn/s?keyword=hello+world", "hello world"),
        ("http://a.cn/s?uid=13900000000&pq=x", ""),
        ("http://a.cn/q=1", ""),
        ("http://a.cn/s?q=%ff%ff", ""),
    ],
)
def test_the_text_of_a_search_is_read_from_the_query_in_either_encoding(url: str, text: str) -> None:
    assert searched(url) == text


def test_keywords_are_whole_words_of_the_reviewed_list_and_nothing_else_of_the_text() -> None:
    assert keywords().terms_of("张三的玄幻小说和武侠电影 13900000000") == ["小说", "武侠", "玄幻", "电影"]
    assert keywords().terms_of("手机游戏") is None
    assert keywords().terms_of("张三 13900000000") is None


@pytest.mark.parametrize("text", SENSITIVE)
def test_a_text_about_a_sensitive_topic_has_no_keyword(text: str) -> None:
    assert keywords().is_sensitive(text)
    assert keywords().terms_of(f"{text} 小说") is None


@pytest.mark.parametrize(
    "host",
    ["www.bjyiyuan.com", "city-hospital.cn", "fojiao.net", "m.sex8.cn", "wangdai123.com", "a.church.org", "m.39.net", "www.haodf.com"],
)
def test_a_sensitive_host_is_withheld_with_its_app_and_keywords(host: str) -> None:
    url = f"http://{host}/s?q={quote('小说')}"
    assert mined([host], [url], ["MicroMessenger/5"], ["电影"]) == [("withheld", None, None)]


def test_a_sensitive_word_with_spaces_or_elsewhere_in_the_query_drops_the_keywords() -> None:
    urls = [f"http://so.cn/s?q={quote('艾 滋 病 电影')}", f"http://so.cn/s?text={quote('艾滋病')}&q={quote('电影')}"]
    assert [found[2] for found in mined(["so.cn"] * 2, urls, [None] * 2, [None] * 2)] == [None, None]
    assert mined(["www.churchill.com"], ["http://www.churchill.com/"], [None], [None])[0][0] == "www.churchill.com"


def test_a_request_has_its_host_as_punycode_its_app_and_the_keywords_of_search_and_title() -> None:
    url = f"http://手机.中国/s?q={quote('小说')}"
    assert mined(["手机.中国", None], [url, url], ["MicroMessenger/5", None], ["一部电影", None]) == [
        ("xn--kput3i.xn--fiqs8s", "wechat", ["小说", "电影"]),
        (None, None, None),
    ]


def test_wrong_words_are_refused_with_every_wrong_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "terms.csv").write_text("term,category\n小说,books\n网贷攻略,games\n", "utf-8")
    (tmp_path / "sensitive.csv").write_text("topic,kind,value\nmoney,word,网贷\nmedical,suffix,clinic\n", "utf-8")
    monkeypatch.setattr(terms, "KEYWORDS", tmp_path / "terms.csv")
    monkeypatch.setattr(terms, "SENSITIVE", tmp_path / "sensitive.csv")
    with pytest.raises(ContractError) as refused:
        keywords.__wrapped__()
    for fault in (
        "terms.csv line 2: category 'books' is not one of video",
        "terms.csv: 网贷攻略 has a sensitive word",
        "sensitive.csv line 2: topic 'money' is not one of political",
        "sensitive.csv line 3: kind 'suffix', expected word, full, domain",
    ):
        assert fault in str(refused.value)
