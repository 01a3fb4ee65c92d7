from dataclasses import replace

import pytest

from expectations.errors import FeedError
from expectations.feeds import FEEDS, one_feed_each

BILL, SUBSCRIBER = FEEDS["boss_bill"], FEEDS["boss_subscriber"]


def test_every_feed_of_a_file_is_found_by_standing_there() -> None:
    assert {"boss_bill", "product_catalog", "org"} <= FEEDS.keys()
    assert list(FEEDS) == sorted(FEEDS)


def test_two_feeds_of_one_name_or_for_the_vault_are_refused_together_and_two_for_one_table_are_not() -> None:
    with pytest.raises(FeedError) as refusal:
        one_feed_each((BILL, replace(BILL, name="our_bill"), SUBSCRIBER, replace(SUBSCRIBER)))
    told = str(refusal.value)
    assert "2 feeds have the name boss_subscriber" in told
    assert "2 feeds fill vault.number: boss_subscriber, boss_subscriber" in told
    assert "To mend it: rename one of them, or keep one of them in expectations/feeds/" in told
    assert list(one_feed_each((BILL, replace(BILL, name="our_bill")))) == ["boss_bill", "our_bill"]


def test_catalogues_alone_have_codes_that_leave_the_vault_with_a_quarantined_row() -> None:
    assert {name: feed.code for name, feed in FEEDS.items() if feed.code} == {
        **{"product_catalog": "product", "tariff_catalog": "product"},
        **{"resource_catalog": "resource", "channel_catalog": "channel", "org": "county"},
        **{"capacity_catalog": "capacity"},
    }
