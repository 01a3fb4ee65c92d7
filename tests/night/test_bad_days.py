"""Bad deliveries: each is refused or quarantined with a text that teaches, and nothing is lost."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from expectations.contract import Table
from expectations.errors import ChudianError, FeedError
from expectations.feed import Feed
from expectations.feeds import FEEDS
from expectations.tables.ods_usage import ODS_USAGE
from expectations.tables.ops import OPS_LOAD, OPS_QUARANTINE, OPS_RUN
from expectations.tables.vault import VAULT_QUARANTINE
from jobs.receive.missing import gaps
from jobs.register import all_jobs, history_jobs, job_named
from jobs.runtime.reads import Known
from jobs.runtime.sequence import HistoryError, run_sequence
from tests.night.deliveries import deliver, delivery, lines_of
from tests.night.homes import NIGHT, PROVINCE, fork, runner_of, walk


@pytest.fixture(scope="module")
def home(before_night: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fork(before_night, tmp_path_factory.mktemp("bad") / "home")


@pytest.fixture
def usage(home: Path) -> "tuple[Feed, list[bytes]]":
    """D's usage as it was delivered; the folder is put back before the next test."""
    return FEEDS["boss_usage"], lines_of(delivery(home, FEEDS["boss_usage"])[0])


@pytest.fixture(autouse=True)
def put_back(home: Path) -> "object":
    landing = home / "landing" / f"{NIGHT}"
    kept = {path: path.read_bytes() for path in landing.rglob("*") if path.is_file()}
    yield
    for path in [path for path in landing.rglob("*") if path.is_file()]:
        path.unlink()
    for path, content in kept.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def loads(home: Path, feed: Feed) -> list[SimpleNamespace]:
    found = [SimpleNamespace(**row) for row in runner_of(home).lake.log(OPS_LOAD, feed=feed.name) if row["known_on"] == NIGHT]
    return sorted(found, key=lambda load: load.sequence)


def kept(home: Path, table: Table, load: SimpleNamespace) -> list[SimpleNamespace]:
    """What a log of kept-back rows has of a load."""
    return [SimpleNamespace(**row) for row in runner_of(home).lake.log(table) if row["load_id"] == load.load_id]


def receive(home: Path, feed: Feed) -> str:
    """Receive the feed; the refusal's text, empty when there was none."""
    all_jobs()
    try:
        runner_of(home).run(job_named(f"receive_{feed.name}"), NIGHT)
    except ChudianError as refusal:
        return str(refusal)
    return ""


Spoil = Callable[[Path, Feed, list[bytes]], None]
REFUSED: dict[str, tuple[str, Spoil, list[str]]] = {
    "a wrong row count": ("boss_subscriber", lambda h, f, ls: deliver(h, f, ls, rows=len(ls) + 1), ["rows by the check file, got"]),
    "a wrong md5": ("boss_subscriber", lambda h, f, ls: deliver(h, f, ls, md5="0" * 32), ["md5 0000"]),
    "a wrong size": ("boss_subscriber", lambda h, f, ls: deliver(h, f, ls, size=7), ["7 bytes by the check file"]),
    "no rows": ("boss_subscriber", lambda h, f, ls: deliver(h, f, []), ["is empty", "no may_be_empty"]),
    "another encoding": (
        "boss_subscriber",
        lambda h, f, ls: deliver(h, f, [line.decode("gb18030", "replace").encode() for line in ls]),
        ["expected encoding gb18030, the content is utf-8"],
    ),
    "a missing column": (
        "crm_customer",
        lambda h, f, ls: deliver(h, f, [line.rsplit(b",", 1)[0] for line in ls]),
        ["expected 26 columns, got", "expectations/feeds/crm_customer.py"],
    ),
    "no files": (
        "boss_subscriber",
        lambda h, f, ls: [path.unlink() for path in delivery(h, f)],
        ["none was accepted", "place boss_subscriber_"],
    ),
    "no check file": ("boss_subscriber", lambda h, f, ls: delivery(h, f)[1].unlink(), ["no check file lists"]),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_a_delivery_with(home: Path, fault: str) -> None:
    """Refused by name, with what was expected, what came and what to do; the table keeps what it had."""
    name, spoil, words = REFUSED[fault]
    feed = FEEDS[name]
    lines = lines_of(delivery(home, feed)[0])
    spoil(home, feed, lines)
    told = receive(home, feed)
    for word in [*words, feed.name, "To mend it"]:
        assert word in told
    assert [load.state for load in loads(home, feed)] in ([], ["refused"])
    assert runner_of(home).lake.whole(feed.table).where(f"known_on = DATE'{NIGHT}'").count() == 0
    for line in lines[:20]:
        for cell in line.decode(feed.encoding, "replace").split(feed.delimiter)[:2]:
            assert cell not in told, "an error tells no subscriber's values"


def test_rows_with_bad_figures_and_dates_are_quarantined_with_every_reason(home: Path, usage: "tuple[Feed, list[bytes]]") -> None:
    feed, lines = usage
    cells = [line.split(b"|") for line in lines]
    cells[1][2] = b"twelve"
    cells[2][1] = b"20260230"
    cells[3][6], cells[3][12] = b"-4", b"1.999"
    cells[4] = cells[4][:-1]
    cells[5] = list(cells[6])
    deliver(home, feed, [b"|".join(row) for row in cells])
    assert receive(home, feed) == ""

    (load,) = loads(home, feed)
    assert load.rows_delivered == load.rows_loaded + load.rows_quarantined == len(lines)
    held = {row.line: row.reasons for row in kept(home, OPS_QUARANTINE, load)}
    assert held == {
        2: ["VOICE_LOCAL_SEC: expected a whole number"],
        3: ["USE_DATE: expected the data date of the delivery"],
        4: ["SMS_COUNT: expected between 0 and 1000000", "DATA_FEE_OUTSIDE: expected an amount in yuan with at most two decimals"],
        5: ["expected 13 columns, got 12"],
        7: ["repeats the key (subscriber_id) of an earlier row"],
    }
    texts = {row.line: row.text for row in kept(home, VAULT_QUARANTINE, load)}
    assert texts[7] == b"|".join(cells[6]).decode()
    assert texts[5] == b"|".join(cells[4]).decode()


def test_rows_with_a_code_that_nobody_declared_or_none_are_quarantined_and_not_taken_for_a_known_one(home: Path) -> None:
    feed = FEEDS["boss_subscriber"]
    cells = [line.split(b"|") for line in lines_of(delivery(home, feed)[0])]
    brand, state = ([field.name for field in feed.fields].index(name) for name in ("BRAND_CODE", "STATE_CODE"))
    cells[1][state] = b"99"
    cells[2][brand] = b"4"
    cells[3][brand], cells[3][state] = b"gotone", b"1"
    cells[4][state] = b""
    deliver(home, feed, [b"|".join(row) for row in cells])
    assert receive(home, feed) == ""

    (load,) = loads(home, feed)
    assert (load.rows_delivered, load.rows_quarantined, load.rows_loaded) == (len(cells), 4, len(cells) - 4)
    brands = "BRAND_CODE: expected one of 1 (gotone), 2 (mzone), 3 (easyown)"
    states = "STATE_CODE: expected one of 10 (active), 20 (stopped), 25 (cancel_booked), 30 (retention), 40 (frozen), "
    states += "50 (cancelled), 51 (cancelled_debt), 52 (cancelled_forced), 60 (transferred), 70 (recycled)"
    assert {row.line: row.reasons for row in kept(home, OPS_QUARANTINE, load)} == {
        2: [states],
        3: [brands],
        4: [brands, states],
        5: ["STATE_CODE: expected a value"],
    }


def test_a_run_again_that_loads_nothing_takes_back_what_the_first_had_quarantined(home: Path, usage: "tuple[Feed, list[bytes]]") -> None:
    feed, lines = usage
    held = {"feed": feed.name, "known_on": NIGHT}
    deliver(home, feed, [lines[0].replace(b"|", b"||", 1), *lines[1:]])
    assert receive(home, feed) == ""
    assert len(runner_of(home).lake.log(OPS_QUARANTINE, **held)) == 1
    deliver(home, feed, lines, md5="0" * 32)
    assert receive(home, feed) == ""
    assert [load.state for load in loads(home, feed)] == ["refused"]
    for table in (OPS_QUARANTINE, VAULT_QUARANTINE):
        assert runner_of(home).lake.log(table, **held) == [], table.name


def test_the_same_delivery_again_is_a_duplicate_and_a_corrected_one_wins(home: Path, usage: "tuple[Feed, list[bytes]]") -> None:
    feed, lines = usage
    deliver(home, feed, lines, sequence=1)
    deliver(home, feed, lines, sequence=2)
    deliver(home, feed, lines[: len(lines) // 2], sequence=3)
    assert receive(home, feed) == ""
    assert [load.state for load in loads(home, feed)] == ["loaded", "duplicate", "loaded"]
    assert runner_of(home).lake.read(Known(ODS_USAGE, lambda _: [NIGHT]), NIGHT).count() == len(lines) // 2


@pytest.mark.parametrize("nights", [1, 3], ids=["in one night", "in three"])
def test_a_correction_that_is_taken_back_counts_its_rows_once_in_a_bulk_load_too(
    home: Path, usage: "tuple[Feed, list[bytes]]", nights: int
) -> None:
    feed, lines = usage
    known = [NIGHT + timedelta(days=10 + (step if nights == 3 else 0)) for step in range(3)]
    for step, rows in enumerate((lines, lines[: len(lines) // 2], lines)):
        deliver(home, feed, rows, sequence=step + 1, known_on=known[step])
    runner = runner_of(home)
    runner.run(job_named("receive_boss_usage"), known[-1], known[0] - timedelta(days=1))
    read = Known(ODS_USAGE, lambda _: [NIGHT])
    try:
        assert runner.lake.read(read, known[-1]).count() == len(lines)
    finally:
        for step in range(3):
            for path in delivery(home, feed, known[step], NIGHT, step + 1):
                path.unlink()
        runner.run(job_named("receive_boss_usage"), known[-1], known[0] - timedelta(days=1))


def test_a_delivery_refused_beside_one_that_is_loaded_is_told_and_one_that_nothing_replaces_is_missed(
    home: Path, usage: "tuple[Feed, list[bytes]]"
) -> None:
    feed, lines = usage
    yesterday, receive_it = NIGHT - timedelta(days=1), job_named("receive_boss_usage")
    deliver(home, feed, lines, sequence=2, md5="0" * 32)
    night = runner_of(home).run(receive_it, NIGHT)
    assert [text.splitlines()[0] for text in night.refused] == [f"refused: landing/{NIGHT}/boss_usage/boss_usage_20260304_02:"]
    assert night.missed == [], "the first delivery of the date is loaded"
    for path in delivery(home, feed):
        path.unlink()
    deliver(home, feed, lines, sequence=3, md5="0" * 32, data_date=yesterday)
    night = runner_of(home).run(receive_it, NIGHT)
    assert night.missed == [f"landing/{NIGHT}/boss_usage/boss_usage_20260304_02"], "of yesterday there is a load, of this date none"


def test_usage_that_is_late_within_its_allowance_is_no_error(home: Path, usage: "tuple[Feed, list[bytes]]") -> None:
    feed, _ = usage
    for path in delivery(home, feed):
        path.unlink()
    assert receive(home, feed) == ""


def test_a_settlement_that_slips_is_a_warning_at_first_and_an_error_ten_nights_later(home: Path) -> None:
    bills = job_named("receive_boss_bill")
    in_time = runner_of(home).run(bills, date(2026, 4, 4)).warnings
    assert not [text for text in in_time if "is due" in text]
    (said,) = [text for text in runner_of(home).run(bills, date(2026, 4, 14)).warnings if "is due" in text]
    assert said == "feed boss_bill: the delivery for 2026-03-01 is due; it may be 10 night(s) late"
    with pytest.raises(FeedError, match="expected a delivery for 2026-03-01 by the night of 2026-04-15"):
        runner_of(home).run(bills, date(2026, 4, 15))


def test_history_taken_in_afterwards_is_not_held_to_what_its_night_should_have_had(home: Path) -> None:
    tuesday, receive_it = date(2026, 2, 17), job_named("receive_boss_subscriber")
    with pytest.raises(FeedError, match=f"expected a delivery for {tuesday}"):
        runner_of(home).run(receive_it, tuesday)
    assert runner_of(home).run(receive_it, tuesday, tuesday).warnings == []


def test_a_delivery_that_no_night_looked_at_is_named(home: Path, usage: "tuple[Feed, list[bytes]]") -> None:
    feed, lines = usage
    yesterday = NIGHT - timedelta(days=1)
    deliver(home, feed, lines, known_on=yesterday, data_date=yesterday, sequence=7)
    try:
        warned = runner_of(home).run(job_named("receive_boss_usage"), NIGHT).warnings
    finally:
        for path in delivery(home, feed, yesterday, yesterday, 7):
            path.unlink()
    (said,) = [text for text in warned if "is not in ops.load" in text]
    assert f"landing/{yesterday}/boss_usage/{feed.check_name(yesterday, 7)}" in said
    assert f"chudian load --from {yesterday} --to {yesterday}" in said


def test_days_that_never_came_are_gaps_of_what_happened_and_not_of_what_holds() -> None:
    needed = date(2026, 3, 1)
    loaded = {date(2026, 2, day) for day in (20, 21, 24, 28)} | {needed}
    assert gaps(FEEDS["boss_usage"], loaded, needed) == [date(2026, 2, day) for day in (22, 23, 25, 26, 27)]
    assert gaps(FEEDS["boss_subscriber"], loaded, needed) == []
    assert gaps(FEEDS["boss_usage"], set(), needed) == []
    assert len(gaps(FEEDS["boss_usage"], {date(2025, 3, 1)}, needed)) == 364


def test_a_bulk_load_over_nights_that_were_loaded_otherwise_is_refused_before_it_starts(home: Path) -> None:
    first, last = PROVINCE.first_day, NIGHT - timedelta(days=1)
    before = len(runner_of(home).lake.log(OPS_RUN))
    with pytest.raises(HistoryError, match=f"{first} to {last} was loaded in one pass"):
        run_sequence(runner_of(home), history_jobs(), NIGHT, lambda _: None, first)
    assert len(runner_of(home).lake.log(OPS_RUN)) == before


def test_what_does_not_depend_on_a_missing_feed_still_runs(home: Path) -> None:
    jobs = all_jobs()
    chosen = [jobs[name] for name in ("receive_crm_customer", "receive_terminal", "refine_subscribers", "compute_terminal_tags")]
    delivery(home, FEEDS["crm_customer"])[1].unlink()
    ended = {end.job: end.state for end in walk(home, jobs=[jobs["receive_boss_subscriber"], *chosen, jobs["resolve_numbers"]])}
    assert ended == {
        "receive_boss_subscriber": "done",
        "receive_crm_customer": "failed",
        "receive_terminal": "done",
        "refine_subscribers": "kept back",
        "compute_terminal_tags": "kept back",
        "resolve_numbers": "done",
    }
