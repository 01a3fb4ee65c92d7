"""A correction that comes in after the night of D, and what a re-run of D must leave alone."""

from datetime import date, timedelta
from pathlib import Path

from expectations.feeds import FEEDS
from expectations.tables.ods_bill import ODS_BILL
from jobs.register import all_jobs
from tests.night.deliveries import deliver, lines_of
from tests.night.homes import NIGHT, runner_of

NEXT = NIGHT + timedelta(days=1)


def deliver_a_corrected_bill(home: Path) -> int:
    """On D+1 last month's bill comes again, everybody's data fee outside doubled; the number of rows."""
    feed = FEEDS["boss_bill"]
    (check,) = (home / "landing").glob("*/boss_bill/boss_bill_20260201_01.chk")
    (part,) = check.parent.glob("boss_bill_20260201_01_*.txt.gz")
    rows = [line.decode().split(",") for line in lines_of(part)]
    for row in rows:
        row[5] = f"{2 * float(row[5]) + 1:.2f}"
    deliver(home, feed, [",".join(row).encode() for row in rows], sequence=2, known_on=NEXT, data_date=date(2026, 2, 1))
    return len(rows)


def take_in_a_corrected_bill(home: Path) -> None:
    """Deliver it, and receive it as the night of D+1 does."""
    rows, runner = deliver_a_corrected_bill(home), runner_of(home)
    runner.run(all_jobs()["receive_boss_bill"], NEXT)
    assert runner.lake.whole(ODS_BILL).where(f"known_on = DATE'{NEXT}'").count() == rows


def modified(folder: Path) -> dict[Path, int]:
    """When each file was last written."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
