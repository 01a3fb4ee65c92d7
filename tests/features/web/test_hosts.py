import csv
import gzip
from pathlib import Path

import pytest

from expectations.errors import ContractError
from features.content import CATEGORIES
from features.web import hosts
from features.web.hosts import category_of, dictionary, domain_of
from features.web.rules import HostRules, Rule, normal_host, rules_of

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.exists(), reason=f"the public sample data is not at {DATA}")

RULES = HostRules(
    [
        Rule("keyword", "book", "reading"),
        Rule("domain", "example.com.cn", "news"),
        Rule("domain", "v.example.com.cn", "video"),
        Rule("full", "example.com.cn", "life"),
        Rule("domain", "10.0.0.172", "other"),
        Rule("domain", "[2409:8c00::17]", "music"),
        Rule("domain", "手机.中国", "shopping"),
        Rule("regexp", r"^cdn[0-9]+\.games\.", "games"),
    ]
)


@pytest.mark.parametrize(
    ("host", "category"),
    [
        ("example.com.cn", "life"),
        ("m.example.com.cn", "news"),
        ("M.Example.com.cn.", "news"),
        ("a.v.example.com.cn", "video"),
        ("notexample.com.cn", "unknown"),
        ("com.cn", "unknown"),
        ("www.notebook.com", "reading"),
        ("book.example.com.cn", "news"),
        ("cdn12.games.net", "games"),
        ("www.cdn12.games.net", "unknown"),
        ("10.0.0.172", "other"),
        ("10.0.0.173", "unknown"),
        ("[2409:8c00::17]", "music"),
        ("[2409:8c00::18]", "unknown"),
        ("手机.中国", "shopping"),
        ("www.xn--kput3i.xn--fiqs8s", "shopping"),
        ("a_b..cn", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_host_has_the_category_of_the_whole_name_then_the_longest_domain_then_a_word_then_a_pattern(host: str, category: str) -> None:
    assert category_of([host], RULES) == [category]


def test_the_registered_domain_is_one_level_below_a_public_suffix_and_an_address_is_its_own() -> None:
    asked = ["m.video.example.com.cn", "example.cn", "com.cn", "10.0.0.172", "[2409:8c00::17]", "www.手机.中国"]
    assert domain_of(asked) == ["example.com.cn", "example.cn", "com.cn", "10.0.0.172", "[2409:8c00::17]", "xn--kput3i.xn--fiqs8s"]


def test_a_name_of_another_script_is_written_as_punycode_and_one_that_cannot_be_stays() -> None:
    assert [normal_host(name) for name in ("手机.中国", "Bücher.DE", "ａ.cn", "-坏-.中国")] == [
        "xn--kput3i.xn--fiqs8s",
        "xn--bcher-kva.de",
        "a.cn",
        "-坏-.中国",
    ]


def test_the_shipped_rules_know_only_categories_that_are_tags() -> None:
    rules = rules_of(hosts.DICTIONARY, "category", set(CATEGORIES) - {"unknown"})
    assert len(rules) > 50
    assert dictionary().group_of(f"www.{rules[0].value}") == rules[0].group


def test_a_wrong_file_of_rules_is_refused_with_every_wrong_line(tmp_path: Path) -> None:
    wrong = tmp_path / "hosts.csv"
    wrong.write_text("kind,value,category\ndomain,a.cn,video\nword,b.cn,politics\ndomain,a.cn,news\nregexp,(,news\nfull,,news\n", "utf-8")
    with pytest.raises(ContractError) as refused:
        rules_of(wrong, "category", ["video", "news"])
    for fault in (
        "line 3: kind 'word', expected full, domain, keyword, regexp",
        "line 3: category 'politics' is not one of video, news",
        "line 4: domain a.cn is listed twice",
        "line 5: no regular expression: missing ), unterminated subpattern at position 0",
        "line 6: the value is empty",
    ):
        assert fault in str(refused.value)


def test_a_file_with_other_columns_is_refused_with_the_columns_expected(tmp_path: Path) -> None:
    wrong = tmp_path / "hosts.csv"
    wrong.write_text("host_or_domain,category\na.cn,video\n", "utf-8")
    with pytest.raises(ContractError, match="expected the columns kind, value, category, got host_or_domain, category"):
        rules_of(wrong, "category", ["video"])


@needs_data
def test_the_rules_of_a_public_catalogue_give_each_listed_host_a_category() -> None:
    with gzip.open(DATA / "domain_categories" / "v2fly_marketing_categories.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        listed = [Rule(row["match_type"], row["value"], row["marketing_category"]) for row in csv.DictReader(lines)]
    rules, sizes = HostRules(listed), {}
    for rule in listed:
        sizes[rule.group] = sizes.get(rule.group, 0) + 1
    assert (len(listed), sizes["video"], sizes["game"], sizes["social"], sizes["news"]) == (14_164, 1_782, 1_628, 1_417, 1_989)
    assert [fault for rule in listed if (fault := rule.fault())] == []
    exact = {normal_host(rule.value): rule.group for rule in reversed(listed) if rule.kind in ("domain", "full")}
    wrong = [host for host in exact if rules.group_of(host) is None]
    assert wrong == []
    below = [rule for rule in listed if rule.kind == "domain"][::10]
    assert all(rules.group_of(f"m.{normal_host(rule.value)}") for rule in below)
