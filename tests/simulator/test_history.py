"""The history: equal for equal parameters, delivered as declared, true to the lives behind it."""

import hashlib
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pytest

from expectations.feeds import FEEDS
from simulator.catalogue import rows_of
from simulator.errors import SimulatorError
from simulator.history import simulate
from simulator.province import Province, month_start
from simulator.schedule import LATE_USAGE, corrected_month
from tests.simulator.landing import DELIVERED, SMALL, contents, parts, rows, text_lines


def test_the_same_seed_gives_the_same_bytes_and_again_over_itself(home: Path, tmp_path: Path) -> None:
    simulate(SMALL, tmp_path)
    first = contents(tmp_path)
    simulate(SMALL, tmp_path)
    assert contents(tmp_path) == first == contents(home)


def test_another_seed_gives_another_province(home: Path, tmp_path: Path) -> None:
    simulate(replace(SMALL, seed=8, bill_months=1, history_days=10), tmp_path)
    mine, other = (sorted(rows(folder, "boss_usage", "boss_usage_20260304")["USER_ID"]) for folder in (home, tmp_path))
    assert mine != other


def test_a_home_of_another_province_is_refused(home: Path) -> None:
    with pytest.raises(SimulatorError, match="other parameters"):
        simulate(replace(SMALL, seed=8), home)


def test_impossible_parameters_are_refused_all_at_once() -> None:
    with pytest.raises(SimulatorError, match=r"subscribers is 0.*chunk is 3"):
        Province(subscribers=0, chunk=3)


def test_every_feed_is_delivered(home: Path) -> None:
    assert {path.parent.name for path in (home / "landing").glob("*/*/*.chk")} == DELIVERED


def test_every_check_file_tells_the_truth_about_its_files(home: Path) -> None:
    told = set()
    for check in (home / "landing").glob("*/*/*.chk"):
        feed = FEEDS[check.parent.name]
        for line in check.read_text("utf-8").splitlines():
            name, count, size, digest, day = line.split("|")
            content = (check.parent / name).read_bytes()
            assert (int(size), digest) == (len(content), hashlib.md5(content, usedforsecurity=False).hexdigest())
            assert int(count) == len(text_lines(check.parent / name, feed))
            assert name.startswith(f"{feed.name}_{day}_")
            told.add(check.parent / name)
    assert told == {path for path in (home / "landing").glob("*/*/*") if path.suffix != ".chk"}


def test_chunks_change_no_row(home: Path, tmp_path: Path) -> None:
    simulate(replace(SMALL, chunk=70), tmp_path)
    for name, feed in ((name, FEEDS[name]) for name in DELIVERED):
        lines = [sorted(line for part in parts(folder, feed) for line in text_lines(part, feed)) for folder in (home, tmp_path)]
        assert lines[0] == lines[1], name


def test_nothing_of_the_truth_lies_in_the_landing(home: Path) -> None:
    names = {path.parent.name for path in (home / "landing").glob("*/*/*")}
    assert names == DELIVERED
    told = {field.name.lower() for name in DELIVERED for field in FEEDS[name].fields}
    latent = set(pd.read_parquet(home / "truth" / "latent_traits.parquet").columns)
    assert told & latent == {"user_id", "tac"}
    assert all((home / "truth" / f"audience_{name}.csv").exists() for name in ("c10", "c11"))


def test_bills_are_the_sum_of_the_days_fees_and_of_their_items(home: Path) -> None:
    usage = rows(home, "boss_usage")
    usage["fee"] = (usage["DATA_FEE_OUTSIDE"].astype(float) * 100).round().astype(int)
    for month in ("202601", "202602"):
        bills = rows(home, "boss_bill", f"boss_bill_{month}01_01").set_index("USER_ID")
        fen = (bills.filter(regex="_FEE$|OUTSIDE$").astype(float) * 100).round().astype(int)
        days = usage[usage["USE_DATE"].str.startswith(month)].groupby("USER_ID")["fee"].sum()
        assert (fen["DATA_FEE_OUTSIDE"] == days.reindex(fen.index, fill_value=0)).all()
        assert days[days > 0].index.isin(fen.index).all()
        assert (fen["TOTAL_FEE"] == fen.drop(columns=["TOTAL_FEE", "OWED_FEE"]).sum(axis=1)).all()
        assert (bills["ALLOWANCE_USED_BYTES"].astype(int) <= bills["ALLOWANCE_BYTES"].astype(int)).all()


def test_a_corrected_bill_changes_few_outside_fees_and_their_totals(tmp_path: Path) -> None:
    province = replace(SMALL, subscribers=1000, history_days=3, bill_months=4)
    simulate(province, tmp_path)
    stem = f"boss_bill_{corrected_month(province):%Y%m%d}"
    first, second = (rows(tmp_path, "boss_bill", f"{stem}_{sequence}").set_index("USER_ID") for sequence in ("01", "02"))
    differs = first != second
    assert 0 < differs.any(axis=1).mean() < 0.05
    assert differs.columns[differs.any()].tolist() == ["TOTAL_FEE", "DATA_FEE_OUTSIDE"]


def test_some_usage_arrives_late_and_none_of_the_night(home: Path) -> None:
    late = {}
    for part in parts(home, FEEDS["boss_usage"]):
        day = pd.Timestamp(part.name.split("_")[-3])
        late[(pd.Timestamp(SMALL.night) - day).days] = (pd.Timestamp(part.parent.parent.name) - day).days
    assert {back: days for back, days in late.items() if days} == {back: days for back, days in LATE_USAGE.items() if back < 70}
    assert late[0] == 0


def test_some_requests_are_searches_of_the_catalogue_and_some_are_logged_twice(home: Path) -> None:
    log = rows(home, "wap_log")
    asked = {unquote(text) for text in log["URL"].str.extract(r"/search\?q=([^&]+)&")[0].dropna()}
    assert asked
    assert asked <= {row["text"] for row in rows_of("searches")}
    assert 0 < log.duplicated().sum() < 0.01 * len(log)


def test_every_number_in_the_wap_log_belongs_to_who_holds_it_that_day(home: Path) -> None:
    log = rows(home, "wap_log")
    used = rows(home, "boss_usage")
    moved = used["BYTES_2G"].astype(int) + used["BYTES_3G"].astype(int) + used["BYTES_4G"].astype(int) + used["BYTES_WLAN"].astype(int)
    surfed = set(zip(used["USE_DATE"][moved > 0], used["USER_ID"][moved > 0], strict=True))
    truth = pd.read_parquet(home / "truth" / "latent_traits.parquet")
    change = pd.to_datetime(truth["number_change"]).dt.strftime("%Y%m%d").fillna("99991231")
    for day, numbers in log.groupby("data_date")["MSISDN"]:
        holder = truth["number"].where(change > day, truth["next_number"])
        users = truth[holder.isin(set(numbers))]
        assert set(numbers) <= set(holder)
        assert {user for user in users["user_id"] if (day, user) in surfed} >= set(users["user_id"]) - set(_passed_on(truth))
    assert log["REQ_TIME"].str[:8].eq(log["data_date"]).all()


def test_some_requests_show_their_own_number_in_agent_and_host_so_that_a_leak_would_be_seen(home: Path) -> None:
    log = rows(home, "wap_log")
    for column, before in (("USER_AGENT", " TEL/"), ("URL", "http://")):
        shown = [f"{before}{number}" in text for text, number in zip(log[column], log["MSISDN"], strict=True)]
        assert 0 < sum(shown) < len(log) / 20


def _passed_on(truth: pd.DataFrame) -> pd.Series:
    """Users whose number went to another user id."""
    return truth["user_id"][truth["number"].duplicated(keep="last")]


def test_numbers_change_and_are_recycled(home: Path) -> None:
    subscribers = rows(home, "boss_subscriber", "boss_subscriber_20260304")
    shared = subscribers[subscribers["MSISDN"].duplicated(keep=False)]
    assert set(shared["STATE_CODE"]) >= {"70"}
    assert shared.groupby("MSISDN")["STATE_CODE"].apply(lambda states: states.isin(["60", "70"]).sum()).eq(1).all()
    assert ((subscribers["NUMBER_DATE"] > subscribers["OPEN_DATE"]) & (subscribers["NUMBER_DATE"] > "20260120")).any()


def test_a_stop_retention_and_freezing_are_dated_like_the_state_they_belong_to(home: Path) -> None:
    people = rows(home, "boss_subscriber", "boss_subscriber_20260304")
    for state, dated in (("20", "STOP_DATE"), ("30", "RETENTION_DATE"), ("40", "FREEZE_DATE")):
        of_state = people[people["STATE_CODE"] == state]
        assert of_state[dated].eq(of_state["STATE_DATE"]).all()
    live = people["STATE_CODE"] == "10"
    assert people.loc[live, ["STOP_TYPE", "STOP_DATE", "RETENTION_DATE", "FREEZE_DATE"]].eq("").all(axis=None)
    assert (people["STATE_CODE"] == "30").any()


def test_some_still_use_the_handset_of_their_month_of_entry_and_some_do_not(home: Path) -> None:
    people = rows(home, "boss_subscriber", "boss_subscriber_20260304")
    known = people[(people["IMEI"] != "") & (people["ENTRY_MONTH_IMEI"] != "")]
    assert known["ENTRY_MONTH_IMEI"].str.fullmatch("[0-9]{15}").all()
    assert 0.2 < (known["ENTRY_MONTH_IMEI"] == known["IMEI"]).mean() < 0.8


def test_few_customers_want_no_marketing_and_the_members_of_a_group_share_its_id(home: Path) -> None:
    people = rows(home, "crm_customer", "crm_customer_20260304")
    assert 0 < (people["CONSENT_FLAG"] != "1").mean() < 0.04
    assert set(people["DND_CHANNELS"]) >= {"", "all"}
    assert 0 < (people["DND_CHANNELS"] != "").mean() < 0.04
    grouped = people[people["GROUP_ID"] != ""]
    assert grouped["GROUP_ROLE"].ne("").all()
    assert grouped["GROUP_ID"].value_counts().max() > 3
    assert people.loc[grouped.index[grouped["GROUP_ROLE"] != "member"], "MANAGER_ID"].str.fullmatch("M[0-9]{4}").all()
    mine = people["USER_IS_HOLDER"] == "1"
    assert (people["USER_NAME"] == people["HOLDER_NAME"])[mine].all()
    assert people["FORMER_NUMBERS"].ne("").any()


def test_everybody_here_has_one_base_plan_and_at_most_one_data_plan(home: Path) -> None:
    orders = rows(home, "boss_subscription").drop_duplicates("ORDER_ID", keep="last")
    held = orders[(orders["EXP_DATE"] == "") | (orders["EXP_DATE"] > "20260304")]
    subscribers = rows(home, "boss_subscriber", "boss_subscriber_20260304")
    here = subscribers["USER_ID"][~subscribers["STATE_CODE"].isin(["50", "51", "52", "60", "70"])]
    per_user = held["USER_ID"][held["PRODUCT_CODE"].str.match("gt|mz|eo")].value_counts()
    assert per_user.reindex(here, fill_value=0).eq(1).all()
    assert held["USER_ID"][held["PRODUCT_CODE"].str.startswith("dp")].is_unique
    assert set(held["USER_ID"]) == set(here)


def test_the_oracle_audience_follows_from_the_extracts(home: Path) -> None:
    orders = rows(home, "boss_subscription").drop_duplicates("ORDER_ID", keep="last")
    held = orders[(orders["EXP_DATE"] == "") | (orders["EXP_DATE"] > "20260304")]
    with_data = set(held["USER_ID"][held["PRODUCT_CODE"].str.startswith("dp") | held["PRODUCT_CODE"].isin(["gt088", "gt128", "mz028"])])
    bills = rows(home, "boss_bill", f"boss_bill_{SMALL.last_settled_month:%Y%m%d}_01")
    paid = set(bills["USER_ID"][bills["DATA_FEE_OUTSIDE"].astype(float) > 0])
    told = pd.read_csv(home / "truth" / "audience_c10.csv", dtype=str)["user_id"]
    assert set(told) == (paid & set(held["USER_ID"])) - with_data


def test_months_are_counted_over_the_turn_of_the_year() -> None:
    assert f"{month_start(SMALL.night, 3)} {month_start(SMALL.night, -10)}" == "2025-12-01 2027-01-01"


def test_planted_faults_are_rows_of_their_files_and_are_on_record(tmp_path: Path) -> None:
    simulate(replace(SMALL, history_days=10, bill_months=1, bad_rows_per_million=20_000), tmp_path)
    planted = pd.read_csv(tmp_path / "truth" / "planted_faults.csv")
    assert set(planted["kind"]) == {"figure", "date", "code", "columns", "bytes"}
    for fault in planted.head(60).itertuples():
        feed = FEEDS[fault.feed]
        part = next((tmp_path / "landing").glob(f"*/{fault.feed}/{fault.file}"))
        line = text_lines(part, feed)[fault.line - 1 - int(feed.header)]
        marks = {"figure": b"12x4", "date": b"20261399", "code": b"ZZ", "bytes": b"\xff\xff"}
        right = line.count(feed.delimiter.encode()) == len(feed.fields) - 1
        assert right == (fault.kind != "columns")
        assert fault.kind == "columns" or marks[fault.kind] in line
