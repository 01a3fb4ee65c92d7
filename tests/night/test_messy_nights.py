"""Nights with late, corrected and repeated deliveries end in the same tables as the same days loaded in good order."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from expectations.contract import Table
from expectations.tables.tag_dictionary import TAG_DICTIONARY
from features.recognition import LABELS
from jobs.register import history_jobs, night_jobs
from jobs.runtime.job import Job
from jobs.runtime.reads import Known
from jobs.runtime.sequence import run_sequence
from jobs.runtime.vault import make_demo_key
from simulator.history import simulate
from simulator.province import Province
from tests.night.homes import NIGHT, fork, runner_of, walk
from tests.night.messy import make_late, mess_up

PROVINCE = Province(
    subscribers=60,
    night=NIGHT,
    history_days=20,
    wap_days=12,
    event_days=12,
    location_days=5,
    bill_months=1,
    wap_rows=2,
    bad_rows_per_million=4000,
)
FEW = {
    *("receive_boss_subscriber", "receive_crm_customer", "receive_boss_usage", "receive_wap_log"),
    *("resolve_numbers", "refine_content", "refine_subscribers", "advance_usage_sums", "compute_usage_tags"),
}
# What needs S1 and S2, besides them.
OF_LATE = {
    *("receive_boss_subscriber", "receive_boss_subscription", "receive_crm_customer", "receive_wap_log"),
    *("receive_product_catalog", "receive_tariff_catalog"),
    *("resolve_numbers", "refine_content", "refine_subscribers", "refine_subscriptions"),
}
# A night's own memory of the nights before it, in which something was still missing, and when it was told. The home in good order has run
# one night of tags only.
REMEMBERED = {
    "lifecycle_stage_since",
    "steady_stage",
    "known_on",
    "handset_since",
    "identity_since",
    "identity_days",
    "segment",
    "since_date",
}
REMEMBERED |= {f"{label}_label_since" for label in LABELS}
SEED = 16


def jobs_of(names: set[str] | None) -> list[Job]:
    """The jobs of a night up to the tags, or those of them that are named."""
    upto = [job for job in night_jobs() if job.stage in ("receive", "refine", "tag") and not job.always]
    return [job for job in upto if names is None or job.name in names]


def both_ways(
    root: Path, nights: int, names: set[str] | None, late: dict[str, date] | None = None, province: Province = PROVINCE
) -> tuple[Path, Path]:
    """A home in good order and one after so many messy nights; the nights before them are the same.

    `late` has deliveries, by feed, without which their night is not whole, and nothing else is messy.
    """
    good, jobs = root / "good", jobs_of(names)
    bulk = [job for job in history_jobs() if names is None or job.name in names]
    make_demo_key(good / "vault", province.seed)
    simulate(province, good)
    before = NIGHT - timedelta(days=nights)
    run_sequence(runner_of(good), bulk, before, lambda _: None, province.first_day)
    messy = fork(good, root / "messy")
    run_sequence(runner_of(good), bulk, NIGHT, lambda _: None, before + timedelta(days=1))
    assert [end for end in walk(good, NIGHT, [job for job in jobs if job.stage != "receive"]) if end.state != "done"] == []
    if late is None:
        done = mess_up(messy / "landing", before + timedelta(days=1), NIGHT, SEED)
        assert all(done.values()), done
    for feed, night in (late or {}).items():
        make_late(messy / "landing", feed, night)
    for night in (NIGHT - timedelta(days=back) for back in reversed(range(nights))):
        unfinished = [end.job for end in walk(messy, night, jobs) if end.state not in ("done", "skipped")]
        missing = {f"receive_{feed}" for feed, missed in (late or {}).items() if missed == night}
        assert missing <= set(unfinished), "a night without them is not whole"
        assert missing or not unfinished
    return good, messy


def tables_of(names: set[str] | None) -> list[Table]:
    written = {table.name: table for job in jobs_of(names) for table in job.writes}
    return [table for table in written.values() if table.layer not in ("ops", "vault") and table != TAG_DICTIONARY]


def content(home: Path, table: Table, on: date) -> tuple[int, str]:
    """Count and hash of a fact as known on the night, or of the night's own snapshot, without what is remembered."""
    lake = runner_of(home).lake
    rows = lake.read(Known(table), on) if table.kind == "fact" else lake.whole(table).where(f"business_date = DATE'{on}'")
    cells = [F.to_json(F.struct(column.name)) for column in table.columns if column.name not in REMEMBERED and column.name in rows.columns]
    count, total = rows.agg(F.count("*"), F.sum(F.xxhash64(*cells).cast("decimal(38,0)"))).collect()[0]
    return count, f"{total}"


def differing(good: Path, messy: Path, names: set[str] | None) -> dict[str, tuple[object, object]]:
    """Tables that are not the same, with count and hash of each; and those without a row in either."""
    found = {table.name: (content(good, table, NIGHT), content(messy, table, NIGHT)) for table in tables_of(names)}
    return {name: both for name, both in found.items() if both[0] != both[1]}


def test_four_messy_nights_of_a_few_feeds_end_in_the_tables_of_the_days_in_good_order(spark: SparkSession, tmp_path: Path) -> None:
    good, messy = both_ways(tmp_path, 4, FEW)
    assert differing(good, messy, FEW) == {}
    assert all(content(good, table, NIGHT)[0] for table in tables_of(FEW))


def test_nights_after_a_late_day_of_s1_or_s2_make_the_lake_whole(spark: SparkSession, tmp_path: Path) -> None:
    late = {"boss_subscriber": NIGHT - timedelta(days=2), "boss_subscription": NIGHT - timedelta(days=1)}
    good, messy = both_ways(tmp_path, 3, OF_LATE, late)
    assert differing(good, messy, OF_LATE) == {}
    assert all(content(good, table, NIGHT)[0] for table in tables_of(OF_LATE))


@pytest.mark.prove
def test_ten_messy_nights_end_in_the_tables_of_the_days_in_good_order(spark: SparkSession, tmp_path: Path) -> None:
    # Ten nights need S1 and S5 of each, and the bills of the month before.
    good, messy = both_ways(tmp_path, 10, None, province=replace(PROVINCE, full_days=12, bill_months=2))
    assert differing(good, messy, None) == {}
