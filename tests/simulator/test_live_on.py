"""Later days: nothing earlier changes, and a contact moves only those it reached."""

import gzip
import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from expectations.feeds import FEEDS
from simulator.errors import SimulatorError
from simulator.history import live_on, live_up_to, simulate
from simulator.province import Province
from simulator.truth import Truth, province_in
from tests.simulator.landing import DELIVERED, SMALL, contents, rows

NEXT, AFTER = date(2026, 3, 5), date(2026, 3, 6)


def test_living_on_changes_no_earlier_byte_and_is_the_same_again(home: Path, tmp_path: Path) -> None:
    mine = tmp_path / "home"
    shutil.copytree(home, mine)
    before = contents(mine)
    live_on(SMALL, mine, NEXT)
    live_on(SMALL, mine, AFTER)
    after = contents(mine)
    assert {name: after[name] for name in before} == before
    assert {name.split("/")[1] for name in after.keys() - before.keys() if name.startswith("landing/")} == {"2026-03-05", "2026-03-06"}
    live_on(SMALL, mine, NEXT)
    assert contents(mine) == after


def test_a_day_lived_in_the_history_reads_as_a_day_lived_on(home: Path, tmp_path: Path) -> None:
    mine = tmp_path / "home"
    shutil.copytree(home, mine)
    live_on(SMALL, mine, AFTER)
    assert not (mine / "landing" / "2026-03-05").exists()
    feeds = {path.name for path in (mine / "landing" / "2026-03-06").iterdir()}
    assert feeds == {name for name in DELIVERED if FEEDS[name].cadence == "daily"}


def test_living_up_to_a_day_writes_each_day_that_is_not_there_for_the_province_of_the_home(home: Path, tmp_path: Path) -> None:
    mine = tmp_path / "home"
    shutil.copytree(home, mine)
    live_on(SMALL, mine, AFTER)
    (mine / "landing" / f"{AFTER}" / "boss_usage").rename(mine / "landing" / f"{AFTER}" / "left alone")
    assert province_in(mine) == SMALL
    live_up_to(province_in(mine), mine, date(2026, 3, 7))
    days = {path.name for path in (mine / "landing").iterdir()}
    assert {"2026-03-05", "2026-03-06", "2026-03-07"} <= days
    assert "2026-03-08" not in days
    assert not (mine / "landing" / f"{AFTER}" / "boss_usage").exists()
    with pytest.raises(SimulatorError, match="has no simulated province"):
        province_in(tmp_path)


def test_the_bill_of_the_month_comes_on_the_third(home: Path, tmp_path: Path) -> None:
    mine = tmp_path / "home"
    shutil.copytree(home, mine)
    live_on(SMALL, mine, date(2026, 4, 3))
    assert len(rows(mine, "boss_bill", "boss_bill_20260301_01")) > 200


def test_a_day_of_the_history_or_another_province_is_refused(home: Path, tmp_path: Path) -> None:
    with pytest.raises(SimulatorError, match="already has this day"):
        live_on(SMALL, home, SMALL.night)
    with pytest.raises(SimulatorError, match="run simulate"):
        live_on(SMALL, tmp_path, NEXT)


def test_some_enter_on_each_day_after_the_night_and_live_on(home: Path, tmp_path: Path) -> None:
    mine = tmp_path / "home"
    shutil.copytree(home, mine)
    for day in (NEXT, AFTER):
        live_on(SMALL, mine, day)
    entered = {}
    for day in (NEXT, AFTER):
        people = rows(mine, "boss_subscriber", f"boss_subscriber_{day:%Y%m%d}")
        entered[day] = set(people["USER_ID"][people["OPEN_DATE"] == f"{day:%Y%m%d}"])
        orders = rows(mine, "boss_subscription", f"boss_subscription_{day:%Y%m%d}")
        assert entered[day] <= set(orders["USER_ID"][orders["PRODUCT_CODE"].str.match("gt|mz|eo")]), "who enters orders a base plan"
    assert [len(users) for users in entered.values()] == [SMALL.entrants_a_day] * 2
    assert entered[NEXT] <= set(people["USER_ID"]), "who entered the day before is still there"
    assert people["MSISDN"][~people["STATE_CODE"].isin(["60", "70"])].is_unique
    before = set(rows(home, "boss_subscriber", "boss_subscriber_20260304")["USER_ID"])
    assert not before & (entered[NEXT] | entered[AFTER])


def _publish(home: Path, numbers: list[str], finished: bool = True) -> None:
    """A list as the pipeline publishes one: the 30 yuan data plan by SMS to those numbers, and a city without rows."""
    folder = home / "outbox" / "sms" / "c10_data_without_plan" / "wave1" / "2026-03-04"
    folder.mkdir(parents=True, exist_ok=True)
    text = "\n".join(["rank|number|product|message", *(f"{rank}|{number}|dp030|您好" for rank, number in enumerate(numbers, 1))]) + "\n"
    (folder / "9901.csv.gz").write_bytes(gzip.compress(text.encode("gb18030"), mtime=0))
    files = [{"city": "9901", "file": "9901.csv.gz"}, {"city": "9902", "file": None}]
    manifest = {"delimiter": "|", "encoding": "gb18030", "compression": "gz", "header": True, "files": files}
    manifest["columns"] = ["rank", "number", "product", "message"]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    if finished:
        (folder / ".ok").touch()


def test_a_contact_raises_take_up_only_of_the_contacted(tmp_path: Path) -> None:
    province = replace(SMALL, subscribers=2000, history_days=3, wap_days=1, bill_months=1)
    calm, stirred, unfinished = (tmp_path / name for name in ("calm", "stirred", "unfinished"))
    simulate(province, calm)
    shutil.copytree(calm, stirred)
    shutil.copytree(calm, unfinished)
    truth = pd.read_parquet(calm / "truth" / "latent_traits.parquet")
    contacted = truth[truth["data_plan"].isna() & truth["state"].eq("active") & truth["number_change"].isna()].iloc[::2]
    _publish(stirred, contacted["number"].tolist())
    _publish(unfinished, contacted["number"].tolist(), finished=False)
    for folder in (calm, stirred, unfinished):
        live_on(province, folder, NEXT)
    before, after, passed = (_orders(folder) for folder in (calm, stirred, unfinished))
    added = after[~after["ORDER_ID"].isin(before["ORDER_ID"])]
    assert passed.equals(before)
    assert set(before["ORDER_ID"]) <= set(after["ORDER_ID"])
    assert set(added["USER_ID"]) <= set(contacted["user_id"])
    assert set(zip(added["PRODUCT_CODE"], added["CHANNEL_CODE"], added["ORDER_SOURCE"], strict=True)) == {("dp030", "sms", "1")}
    low, high = json.loads((calm / "truth" / "effects.json").read_text("utf-8"))["c10"].values()
    assert low < len(added) / len(contacted) < high


def _orders(home: Path) -> pd.DataFrame:
    return rows(home, "boss_subscription", "boss_subscription_20260305")


def test_a_home_of_another_version_or_with_other_catalogues_is_refused_with_the_cure(tmp_path: Path) -> None:
    stamp, province = tmp_path / "truth" / "province.json", Province(subscribers=1)
    Truth(province, tmp_path).claim()
    assert province_in(tmp_path) == province
    for changed in ({"subscribers": 1, "night": "2026-03-04"}, {**json.loads(stamp.read_text()), "catalogues": "of before"}):
        stamp.write_text(json.dumps(changed))
        with pytest.raises(SimulatorError, match="another version"):
            province_in(tmp_path)
