"""A night that is run again, also after later corrections came in, shows channels the same bytes."""

import gzip
import hashlib
import shutil
from datetime import timedelta
from pathlib import Path

from expectations.feeds import FEEDS
from expectations.tables.ods_bill import BILL
from jobs.runtime.job import job_named
from tests.night.homes import NIGHT, fingerprint, fork, list_bytes, runner_of, walk

NEXT = NIGHT + timedelta(days=1)


def deliver_a_corrected_bill(home: Path) -> int:
    """On D+1 last month's bill comes again, everybody's data fee outside doubled; the number of rows."""
    feed = FEEDS["boss_bill"]
    (check,) = (home / "landing").glob("*/boss_bill/boss_bill_20260201_01.chk")
    (part,) = check.parent.glob("boss_bill_20260201_01_*.txt.gz")
    rows = [line.split(",") for line in gzip.decompress(part.read_bytes()).decode().splitlines()]
    for row in rows:
        row[5] = f"{2 * float(row[5]) + 1:.2f}"
    folder = home / "landing" / f"{NEXT}" / "boss_bill"
    folder.mkdir(parents=True)
    content = gzip.compress("\n".join(",".join(row) for row in rows).encode() + b"\n", mtime=0)
    name = f"boss_bill_20260201_02_001.{feed.suffix}"
    (folder / name).write_bytes(content)
    md5 = hashlib.md5(content).hexdigest()
    (folder / "boss_bill_20260201_02.chk").write_text(f"{name}|{len(rows)}|{len(content)}|{md5}|20260201\n")
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
