"""Jobs read exactly the partitions that the night needs."""

import re
from datetime import date, timedelta
from pathlib import Path

from features.billing import BILLING
from features.usage import USAGE
from jobs.register import all_jobs
from tests.night.homes import NIGHT, runner_of


def partitions(home: Path, job: str, read: str) -> dict[str, str]:
    """event date -> known_on of the files that the read opens."""
    frame = runner_of(home).lake.read(all_jobs()[job].reads[read], NIGHT)
    found = [re.search(r"/(?:day|month)=([\d-]+)/known_on=([\d-]+)/", file) for file in frame.inputFiles()]
    return {match[1]: match[2] for match in found if match}


def test_usage_tags_open_the_days_of_their_windows_alone(after_night: Path) -> None:
    opened = partitions(after_night, "compute_usage_tags", "source")
    assert sorted(opened) == [f"{day}" for day in USAGE.needs(NIGHT) or []]
    assert opened[f"{NIGHT - timedelta(days=9)}"] == f"{NIGHT - timedelta(days=8)}", "a late day is read from the load that brought it"


def test_bill_tags_open_three_months_and_of_a_corrected_one_the_newest_load(after_night: Path) -> None:
    opened = partitions(after_night, "compute_billing_tags", "source")
    assert sorted(opened) == [f"{month}" for month in BILLING.needs(NIGHT) or []]
    before = runner_of(after_night).lake.read(all_jobs()["compute_billing_tags"].reads["source"], date(2025, 12, 10))
    corrected = [file for file in before.inputFiles() if "month=2025-11-01" in file]
    assert corrected
    assert all("known_on=2025-12-03" in file for file in corrected), "before the correction was known, the first load is read"


def test_a_full_extract_is_read_for_one_day_alone(after_night: Path) -> None:
    assert list(partitions(after_night, "refine_subscribers", "delivered")) == [f"{NIGHT}"]
