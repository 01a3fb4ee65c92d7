"""A product, a channel and a scenario more are lines of the simulator's catalogues, and no code."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pandas as pd
import pytest

from expectations.channel import Channel, ListForm
from expectations.channels import CHANNELS
from simulator import catalogue
from simulator.answers import uplift_of
from simulator.errors import SimulatorError
from simulator.history import live_on, simulate
from simulator.reach import reach
from tests.simulator.landing import SMALL, rows

FAIR = Channel(
    name="fair",
    label="展会",
    modes=("active",),
    medium="script",
    publish_by=time(9, 0),
    form=ListForm(columns=("number", "product_name"), file_name="{date}.txt", delimiter="\t", header=False),
)
LINES = {
    "product_catalog": "club,手机玩家俱乐部,app,3,,,,\ntu020,20元加油包,top_up_pack,20,,,,\ndp015,15元数据流量套餐,data_plan,15,,,,2.5\n",
    "tariff_catalog": "tu020,20,300M,0,,600\ndp015,15,100M,0,29,600\n",
    "channel_catalog": "fair,0.5,100,0,0\n",
    "uplift": "c98,0.98,0.99\n",
}
PROVINCE = replace(SMALL, subscribers=400, history_days=2, wap_days=1, bill_months=1)
NEXT = date(2026, 3, 5)
CACHED = (catalogue.products, catalogue.channels, catalogue.channel_shares, catalogue.uplifts, reach)


@pytest.fixture
def more_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The catalogues with a line more each."""
    folder = tmp_path / "catalogues"
    shutil.copytree(catalogue.FOLDER, folder)
    for name, lines in LINES.items():
        with (folder / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.write(lines)
    monkeypatch.setattr(catalogue, "FOLDER", folder)
    for cached in CACHED:
        cached.cache_clear()
    yield folder
    monkeypatch.undo()
    for cached in CACHED:
        cached.cache_clear()


def publish(home: Path, numbers: list[str], product_name: str) -> None:
    """A list of the channel as its form says: no header, no code of the product, one file for the province."""
    folder = home / "outbox" / "fair" / "c98_fair" / "invitation" / "2026-03-04"
    folder.mkdir(parents=True)
    (folder / "20260304.txt").write_text("".join(f"{number}\t{product_name}\n" for number in numbers), "utf-8")
    told = {"delimiter": "\t", "encoding": "utf-8", "compression": None, "header": False, "columns": ["number", "product_name"]}
    (folder / "manifest.json").write_text(json.dumps({**told, "files": [{"city": None, "file": "20260304.txt"}]}), "utf-8")
    (folder / ".ok").touch()


PRODUCTS = {"service": ("club", "手机玩家俱乐部"), "pack": ("tu020", "20元加油包"), "plan": ("dp015", "15元数据流量套餐")}


@pytest.mark.parametrize(("product", "name"), PRODUCTS.values(), ids=PRODUCTS)
def test_contacts_lead_to_orders_where_product_channel_and_scenario_are_lines(
    more_lines: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, product: str, name: str
) -> None:
    monkeypatch.setitem(CHANNELS, "fair", FAIR)
    home = tmp_path / "home"
    simulate(PROVINCE, home)
    offered = rows(home, "channel_catalog").set_index("CHANNEL_CODE").loc["fair"]
    assert (offered["CHANNEL_NAME"], offered["MODE"]) == ("展会", "active")
    truth = pd.read_parquet(home / "truth" / "latent_traits.parquet")
    can = truth["data_plan"].isna() & truth["state"].eq("active") & truth["number_change"].isna() & (truth["entry_date"] < NEXT)
    contacted = truth[can].iloc[::2]
    publish(home, contacted["number"].tolist(), name)
    live_on(PROVINCE, home, NEXT)
    orders = rows(home, "boss_subscription", "boss_subscription_20260305")
    prompted = orders[(orders["PRODUCT_CODE"] == product) & (orders["CHANNEL_CODE"] == "fair")]
    assert set(prompted["USER_ID"]) <= set(contacted["user_id"])
    assert len(prompted) > 0.8 * len(contacted)


def test_a_channel_of_the_catalogue_that_no_file_declares_is_named(more_lines: Path) -> None:
    with pytest.raises(SimulatorError, match=r"channel_catalog\.csv has fair, which no file in expectations/channels/ declares"):
        catalogue.channels()


def test_a_scenario_without_a_line_has_the_uplift_of_others() -> None:
    assert uplift_of("c10_data_without_plan") == catalogue.uplifts()["c10"]
    assert uplift_of("C77_something") == catalogue.uplifts()["other"]
    assert "c13" in catalogue.uplifts()
