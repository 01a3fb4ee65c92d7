"""Jobs read exactly the partitions that the night needs."""

from datetime import date, timedelta
from pathlib import Path

from features.billing import BILLING_TAGS
from features.usage import USAGE_TAGS
from jobs.register import all_jobs
from models.following import CUT_OFFS_BACK
from tests.night.homes import NIGHT, PROVINCE, runner_of

USAGE_SUMS = USAGE_TAGS.sums["usage"]


def partitions(home: Path, job: str, read: str, on: date = NIGHT) -> list[tuple[str, str]]:
    """(event date, known_on) of the files that the read opens, each once, in order."""
    lake, declared = runner_of(home).lake, all_jobs()[job].reads[read]
    event_date = str(declared.table.event_date)
    return sorted({(f"{file.partition[event_date]}", f"{file.partition['known_on']}") for file in lake.files(declared, on)})


def test_usage_sums_open_the_days_of_their_windows_alone(after_night: Path) -> None:
    """No night before this one left sums to go on from, so all days enter."""
    opened = partitions(after_night, "advance_usage_sums", "rows")
    assert [day for day, _ in opened] == [f"{day}" for day in USAGE_SUMS.days(NIGHT) if day >= PROVINCE.first_day]
    late = (f"{NIGHT - timedelta(days=9)}", f"{NIGHT - timedelta(days=8)}")
    assert late in opened, "a late day is read from the load that brought it"


def test_a_night_with_sums_of_the_night_before_opens_the_days_that_move(after_night: Path) -> None:
    next_night = NIGHT + timedelta(days=1)
    opened = [day for day, _ in partitions(after_night, "advance_usage_sums", "rows", next_night)]
    lengths = sorted((window.length for window in USAGE_SUMS.windows if window.kind == "days"), reverse=True)
    assert opened == [f"{next_night - timedelta(days=length)}" for length in lengths], "the next day has not been delivered"


def test_usage_tags_scan_the_days_of_tags_that_are_no_sums(after_night: Path) -> None:
    opened = [day for day, _ in partitions(after_night, "compute_usage_tags", "usage")]
    assert opened == [f"{day}" for day in USAGE_TAGS.days_scanned("usage", NIGHT)]


def test_what_a_cut_off_knew_has_nothing_that_came_after_it(after_night: Path) -> None:
    """The day before the newest cut-off came three days late."""
    cut_off = NIGHT - timedelta(days=min(CUT_OFFS_BACK))
    late = cut_off - timedelta(days=1)
    opened = [day for day, _ in partitions(after_night, "advance_usage_sums", "rows", cut_off)]
    assert opened == [f"{day}" for day in USAGE_SUMS.days(cut_off) if PROVINCE.first_day <= day != late]
    assert (f"{late}", f"{late + timedelta(days=3)}") in partitions(after_night, "advance_usage_sums", "rows", late + timedelta(days=3))


def test_bill_tags_open_three_months_and_of_a_corrected_one_the_newest_load(after_night: Path) -> None:
    opened = partitions(after_night, "compute_billing_tags", "bills")
    assert [month for month, _ in opened] == [f"{month}" for month in BILLING_TAGS.days("bills", NIGHT)]
    assert ("2025-12-01", "2026-01-23") in opened
    before = partitions(after_night, "compute_billing_tags", "bills", date(2026, 1, 22))
    assert ("2025-12-01", "2026-01-03") in before, "before the correction was known, the first load is read"


def test_a_full_extract_is_read_for_one_day_alone(after_night: Path) -> None:
    assert partitions(after_night, "refine_subscribers", "delivered") == [(f"{NIGHT}", f"{NIGHT}")]
