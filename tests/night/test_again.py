"""A night that is run again, also after later corrections came in, shows channels the same bytes."""

import shutil
from datetime import date, timedelta
from pathlib import Path

from expectations.feeds import FEEDS
from expectations.tables.ods_bill import BILL
from jobs.runtime.job import job_named
from tests.night.deliveries import deliver, lines_of
from tests.night.homes import NIGHT, fingerprint, fork, list_bytes, runner_of, walk

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


def test_the_list_of_d_rebuilt_after_a_correction_was_loaded_is_the_same(after_night: Path, tmp_path: Path) -> None:
    home = fork(after_night, tmp_path / "home")
    rows = deliver_a_corrected_bill(home)
    for name in ("receive_boss_bill", "refine_bills"):
        runner_of(home).run(job_named(name), NEXT)
    corrected = runner_of(home).lake.whole(BILL).where(f"known_on = DATE'{NEXT}'").count()
    assert corrected == rows
    written = {path: path.stat().st_mtime_ns for path in (home / "outbox").rglob("*")}
    shutil.rmtree(home / "reports")

    assert [end.job for end in walk(home) if end.state != "done"] == []

    assert list_bytes(home) == list_bytes(after_night)
    assert fingerprint(home, f"known_on <= DATE'{NIGHT}'") == fingerprint(after_night)
    assert {path: path.stat().st_mtime_ns for path in (home / "outbox").rglob("*")} == written, "a channel that is reading notices nothing"
    assert (home / "reports" / f"{NIGHT}" / "night.html").exists()
