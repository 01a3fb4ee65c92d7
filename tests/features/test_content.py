import csv
import gzip
import re
from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from expectations.errors import ContractError
from expectations.tables.dwd_content_daily import DWD_CONTENT_DAILY
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features import hosts
from features.content import CATEGORIES, CONTENT_TAGS
from features.hosts import category_of, dictionary
from tests.frames import by_role, frame

D = date(2026, 3, 31)
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SMALL = {"video.example.com.cn": "video", "example.com.cn": "news", "10.0.0.172": "life"}

needs_data = pytest.mark.skipif(not DATA.exists(), reason=f"the public sample data is not at {DATA}")


def test_shares_are_of_all_requests_and_the_top_category_is_one_that_tells_something(spark: SparkSession) -> None:
    content = frame(
        spark,
        DWD_CONTENT_DAILY,
        """
        subscriber_id | day        | category | requests | content_bytes
        viewer        | 2026-03-31 | video    | 3        | 900
        viewer        | 2026-03-20 | news     | 5        | 50
        viewer        | 2026-03-20 | unknown  | 12       | 50
        viewer        | 2026-03-01 | games    | 1000     | 50
        equal         | 2026-03-31 | video    | 2        | 1
        equal         | 2026-03-31 | music    | 2        | 1
        vague         | 2026-03-31 | other    | 4        | 1
        """,
    )
    subscribers = frame(
        spark,
        DWD_SUBSCRIBER,
        "subscriber_id | entry_date\nviewer | 2020-01-01\nequal | 2020-01-01\nvague | 2020-01-01\nsilent | 2020-01-01",
    )
    found = CONTENT_TAGS.table.conform(CONTENT_TAGS.compute(D, subscribers, content=content))
    assert by_role(found, "video_share_7d", "video_share_30d", "unknown_share_30d", "content_requests_30d", "top_category_30d") == {
        "viewer": (1000, 150, 600, 20, "news"),
        "equal": (500, 500, 0, 4, "music"),
        "vague": (0, 0, 0, 4, None),
        "silent": (None, None, None, 0, None),
    }


def test_a_host_is_looked_up_itself_then_by_the_domain_somebody_registered() -> None:
    asked = ["video.example.com.cn", "M.Example.com.cn.", "a.b.example.com.cn", "com.cn", "other.com.cn", "10.0.0.172", "10.0.0.173", ""]
    assert category_of(asked, SMALL) == ["video", "news", "news", "unknown", "unknown", "life", "unknown", "unknown"]


def test_the_dictionary_of_hosts_knows_only_categories_that_are_tags() -> None:
    assert set(dictionary().values()) <= set(CATEGORIES) - {"unknown"}
    host = next(iter(dictionary()))
    assert category_of([f"www.{host}"]) == [dictionary()[host]]


def test_a_wrong_dictionary_is_refused_with_every_wrong_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = tmp_path / "content_hosts.csv"
    wrong.write_text("host_or_domain,category\na.cn,video\nb.cn,politics\na.cn,news\n", encoding="utf-8")
    monkeypatch.setattr(hosts, "DICTIONARY", wrong)
    dictionary.cache_clear()
    with pytest.raises(ContractError) as refused:
        dictionary()
    dictionary.cache_clear()
    assert "b.cn: category 'politics' is not one of video, games" in str(refused.value)
    assert "a.cn is listed twice" in str(refused.value)


@needs_data
def test_domains_of_a_public_catalogue_are_found_from_any_host_below_them() -> None:
    with gzip.open(DATA / "domain_categories" / "v2fly_marketing_categories.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        listed = {row["value"]: row["marketing_category"] for row in csv.DictReader(lines) if row["match_type"] == "domain"}
    registered = [domain for domain in sorted(listed) if re.fullmatch(r"[^.]+\.(com|cn|net)", domain)][::10]
    assert len(registered) > 200
    assert category_of([f"m.www.{domain}" for domain in registered], listed) == [listed[domain] for domain in registered]
