"""Tonight's decisions judged by the simulator's planted effects: `python -m benchmarks.decisions --home HOME`.

The night's eligible offers are chosen from in several ways, under the same capacities, stocks, caps and conflicts, and without those who
are held out: as `decide_contacts` does, with and without the offers that chance chooses; the first N of each scenario by propensity; at
random; and by an oracle, which knows the planted effects and has the same optimiser. Each choice is worth what its contacts are expected to
bring by these effects: reach of the channel x planted effect x (margin - gift), less the contact, less the plans that a contact makes
restless customers cancel. A customer who only tries a service pays nothing.

The catalogue's capacities and stocks are those of a large province. They are divided by `--province` / the subscribers of the home, so that
they bind as much as in a province of that size. The home needs a simulated province and a decided night; nothing is written into it.
"""

import argparse
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from benchmarks.allocation import in_order
from expectations.channels import CHANNELS
from expectations.tables.mkt_decision import MKT_DECISION
from jobs.decide.decide_contacts import decide_contacts, eligible
from jobs.runtime.lake import Lake
from jobs.runtime.settings import settings
from jobs.runtime.vault import key_path, token
from models.allocation.problem import Floats, Integers
from models.allocation.solve import solve
from scenarios.capacity import Capacity
from scenarios.chosen import choose
from scenarios.library import SCENARIOS
from scenarios.limits import Offers
from scenarios.quotas import QUOTAS
from simulator.answers import FATIGUE, NO_CAPACITY, TRIES, UNREST_STIRRED, UNUSABLE, uplift_of
from simulator.catalogue import SERVICE, handsets, products, rows_of
from simulator.reach import TAKES_LIKED, VISITS_LIKED, VISITS_OTHER, reach

PROVINCE = 1_000_000
# A cancelled plan costs its margin for as long as an offer counts.
MONTHS, PLAN_MARGIN = 6, 0.55
SEEDS = 5
# In fen: no allocation picks such an offer.
NEVER = -1e9
OFFER = ("scenario", "step", "subscriber_id", "offer", "channel")


def planted(rows: pd.DataFrame, latent: pd.DataFrame) -> Floats:
    """Return what each offer is expected to bring in fen, by the planted effects.

    `rows` have scenario, offer, channel, margin_fen, resource_fen, contact_fen and user_id; `latent` is the simulator's table of traits.
    """
    who = latent.set_index("user_id").loc[rows["user_id"]].reset_index()
    likes = (who["liked_channel"] == rows["channel"].to_numpy()).to_numpy()
    is_passive = np.array(["active" not in CHANNELS[code].modes for code in rows["channel"]])
    delivered = (1 - NO_CAPACITY) * (1 - UNUSABLE) * _of(rows, "delivered") * np.where(is_passive, _comes(rows, who, likes), 1.0)
    reached = delivered * _of(rows, "reached")
    lift = {of.name: uplift_of(of.name) for of in SCENARIOS}
    least, most, harmed = (np.array([getattr(lift[of], name) for of in rows["scenario"]]) for name in ("least", "most", "harmed"))
    effect = (least + (most - least) * who["price_sensitivity"].to_numpy()) * np.where(likes, TAKES_LIKED, 1.0)
    effect = (effect * np.exp(-FATIGUE * who["tired"].to_numpy())).clip(max=1)
    pays = np.where(rows["offer"].isin(products()[SERVICE].codes), 1 - TRIES, 1.0)
    # The pipeline assumes how many passive contacts are made; here one is paid when the customer comes.
    each = {row["CHANNEL_CODE"]: 100 * float(row["CONTACT_COST"]) for row in rows_of("channel_catalog")}
    cost = np.where(is_passive, rows["channel"].map(each).to_numpy() * delivered, rows["contact_fen"].to_numpy())
    plans = products()["data_plan"]
    fees = who["data_plan"].map(dict(zip(plans.codes, plans.fee_fen.tolist(), strict=True))).fillna(0).to_numpy()
    drops = (who["churn_unrest"].to_numpy() > UNREST_STIRRED) * reached * (1 - effect) * harmed
    gained = reached * effect * pays * (rows["margin_fen"] - rows["resource_fen"]).to_numpy()
    return np.asarray(gained - cost - drops * fees * MONTHS * PLAN_MARGIN, np.float64)


def _of(rows: pd.DataFrame, name: str) -> Floats:
    """Return a figure of the channel of each offer."""
    return np.array([getattr(reach()[code], name) for code in rows["channel"]])


def _comes(rows: pd.DataFrame, who: pd.DataFrame, likes: "np.ndarray") -> Floats:
    """Return the probability that the subscriber visits the channel while the list is valid; some channels need a smartphone, or data."""
    smart = pd.Series(handsets().smart, index=handsets().tac)
    is_smart, has_data = smart.reindex(who["tac"]).fillna(False).to_numpy(bool), who["uses_data"].to_numpy(bool)
    needs = _of(rows, "needs")
    can_use = np.where(needs == "smart", has_data & is_smart, np.where(needs == "data", has_data, True))
    is_open = np.array([bool(CHANNELS[code].moments) for code in rows["channel"]])
    rate = _of(rows, "visits") * np.where(likes, VISITS_LIKED, VISITS_OTHER) * can_use * is_open
    days = rows["scenario"].map({of.name: of.timing.valid_days for of in SCENARIOS}).to_numpy()
    return np.asarray(1 - (1 - rate) ** days)


def by_propensity(offers: Offers) -> "np.ndarray":
    """Return the order in which each scenario takes its customers by propensity: the first of each scenario, then the second, ..."""
    scenario = np.array([of.scenario for of in offers.activities])[offers.activity]
    order = np.lexsort((np.arange(len(scenario)), -offers.response, scenario))
    firsts = np.flatnonzero(np.concatenate([[True], scenario[order][1:] != scenario[order][:-1]]))
    sizes = np.diff(np.append(firsts, len(order)))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order)) - np.repeat(firsts, sizes)
    return np.lexsort((scenario, place))


def ways(offers: Offers, worth: Floats, capacities: list[Capacity], stock: dict[str, int]) -> dict[str, list["np.ndarray"]]:
    """Return which offers each way picks, of those that nobody holds out. `worth` is what each brings by the planted effects."""
    told, is_free = choose(offers, SCENARIOS, capacities, stock, QUOTAS), ~offers.is_held_out
    problem = offers.problem(SCENARIOS, told.limits, 1.0)

    def best(profit: Floats) -> "np.ndarray":
        return solve(replace(problem, profit=np.where(is_free, profit, NEVER))).picked

    def first(order: Integers) -> "np.ndarray":
        return in_order(problem, order[is_free[order]])

    return {
        "oracle": [best(worth)],
        "chudian without chance": [best(offers.value)],
        "chudian": [told.would_list & is_free],
        "top N by propensity": [first(by_propensity(offers))],
        "random": [first(np.random.default_rng(seed).permutation(len(worth))) for seed in range(SEEDS)],
    }


def judge(home: Path, on: date | None, province: int) -> None:
    """Print the table of a night."""
    chosen = settings({"CHUDIAN_HOME": f"{home}"})
    lake = Lake(chosen)
    night = on or max(made.business_date for made in lake.publications.of(MKT_DECISION).values() if made.rows)
    frames = {name: lake.read(read, night) for name, read in decide_contacts.reads.items()}
    tonight = eligible(night, frames)
    latent = pq.read_table(home / "truth" / "latent_traits.parquet").to_pandas()
    share = len(latent) / province
    stock = {name: round(most * share) for name, most in tonight.stock.items()}
    capacities = [replace(one, most=round(one.most * share)) for one in tonight.capacities]
    offers = tonight.offers
    key = key_path(chosen.vault).read_bytes()
    users = {token(key, "user", user): user for user in latent["user_id"]}
    names = tonight.rows.select("row", *OFFER)
    money = frames["candidates"].where("size(reasons) = 0").select(*OFFER, "margin_fen", "resource_fen", "contact_fen")
    rows = names.join(money, list(OFFER)).orderBy("row").toArrow().to_pandas()
    rows = rows.assign(user_id=rows["subscriber_id"].map(users))
    if strangers := int(rows["user_id"].isna().sum()):
        raise SystemExit(
            f"{night}: {strangers} offers are for subscribers who joined after the simulation; their planted traits are not kept."
            " Name the province's own night with --on."
        )
    worth = planted(rows, latent)
    sys.stdout.write(f"{night}: {len(latent):,} subscribers, {len(offers.starts):,} eligible with {len(worth):,} offers, ")
    sys.stdout.write(f"capacities and stocks of one in {1 / share:,.0f}\n")
    found = ways(offers, worth, capacities, stock)
    most = worth[found["oracle"][0]].sum() / 100
    sys.stdout.write(f"{'':24}{'contacts':>9}{'yuan':>11}{'of the oracle':>15}{'missing yuan':>14}\n")
    for name, answers in found.items():
        contacts = sum(int(picked.sum()) for picked in answers) / len(answers)
        yuan = sum(worth[picked].sum() for picked in answers) / len(answers) / 100
        sys.stdout.write(f"{name:24}{contacts:9,.0f}{yuan:11,.2f}{yuan / most:15.1%}{most - yuan:14,.2f}\n")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--on", type=date.fromisoformat, help="business date; by default the newest decided night")
    parser.add_argument("--province", type=int, default=PROVINCE, help="the subscribers that the catalogue's capacities are for")
    asked = parser.parse_args()
    judge(asked.home, asked.on, asked.province)


if __name__ == "__main__":
    main()
