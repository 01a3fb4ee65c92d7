"""The night says what pandas says of the same files, subscriber by subscriber."""

from pathlib import Path

import pytest

from expectations.tables.mkt_decision import MKT_DECISION
from features.billing import BILLING_TAGS
from features.content import CONTENT_TAGS
from features.family import Family
from features.lifecycle import LIFECYCLE_TAGS
from features.product import PRODUCT_TAGS
from features.usage import USAGE_TAGS
from jobs.runtime.reads import Snapshot
from tests.night.homes import NIGHT, runner_of
from tests.night.oracle import Oracle, token

SCENARIOS = {"c10": ("c10_data_without_plan", "data_plan"), "c11": ("c11_idle_data_without_pack", "idle_pack")}


@pytest.mark.parametrize("short", SCENARIOS)
def test_the_audience_is_who_the_extracts_say(after_night: Path, oracle: Oracle, short: str) -> None:
    name, _ = SCENARIOS[short]
    decided = runner_of(after_night).lake.read(Snapshot(MKT_DECISION), NIGHT).where(f"scenario = '{name}'").collect()
    expected = {token(oracle.key, "user", user) for user in oracle.audience(short)}
    assert {row.subscriber_id for row in decided} == expected
    assert len(expected) > 20


@pytest.mark.parametrize("short", SCENARIOS)
def test_the_product_is_the_one_under_which_real_use_costs_least(after_night: Path, oracle: Oracle, short: str) -> None:
    name, kind = SCENARIOS[short]
    decided = runner_of(after_night).lake.read(Snapshot(MKT_DECISION), NIGHT).where(f"scenario = '{name}'").collect()
    expected = {token(oracle.key, "user", user): fit for user, fit in oracle.best_fit(kind).items()}
    came = {row.subscriber_id: (row.offer, row.figures["saving_fen"] or 0) for row in decided}
    assert came == {subscriber: expected[subscriber] for subscriber in came}
    assert any(product for product, _ in came.values())
    assert any(product is None for product, _ in came.values())


TAGS = (
    *((USAGE_TAGS, tag) for tag in ("data_bytes_30d", "idle_bytes_30d", "wlan_bytes_30d", "sms_count_30d", "data_fee_outside_fen_30d")),
    *((LIFECYCLE_TAGS, tag) for tag in ("tenure_days", "is_high_value")),
    *((PRODUCT_TAGS, tag) for tag in ("holds_data_plan", "holds_idle_pack")),
    (BILLING_TAGS, "bill_fen_3m"),
    *((CONTENT_TAGS, tag) for tag in ("content_requests_30d", "content_bytes_30d")),
)


@pytest.mark.parametrize(("family", "tag"), TAGS, ids=[tag for _, tag in TAGS])
def test_the_tag_is_what_the_extracts_add_up_to(after_night: Path, oracle: Oracle, family: Family, tag: str) -> None:
    came = {row.subscriber_id: row[tag] for row in runner_of(after_night).lake.read(Snapshot(family.table), NIGHT).collect()}
    expected = {token(oracle.key, "user", str(user)): value for user, value in oracle.facts[tag].items()}
    assert set(came) == set(expected)
    differing = {
        s: (came[s], expected[s])
        for s in came
        if (came[s] is None) != (expected[s] != expected[s]) or (came[s] is not None and came[s] != expected[s])
    }
    assert differing == {}


def test_late_and_corrected_deliveries_were_in_the_landing(oracle: Oracle) -> None:
    """Otherwise the tests above would say nothing about what was known when."""
    late = [
        p for p in (oracle.home / "landing").glob("*/boss_usage/*.chk") if p.parent.parent.name.replace("-", "") != p.stem.split("_")[2]
    ]
    corrected = {check.stem.split("_")[2] for check in (oracle.home / "landing").glob("*/boss_bill/*_02.chk")}
    assert late
    assert corrected & {f"{first:%Y%m%d}" for first, _ in oracle.months()}, "a month of the bill tags"
