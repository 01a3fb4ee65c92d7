"""Contacts, read from the published list files as a channel reads them, and what they move customers to."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from simulator.catalogue import channels, products
from simulator.chance import Chance, Ints
from simulator.days import number_of
from simulator.errors import SimulatorError
from simulator.traits import Traits

# Planted: how much likelier a contact makes the order, for the least price-sensitive customer and for the most. A gift of credit moves the
# price-sensitive most, who order least unprompted: propensity and uplift are different things here.
UPLIFT = {"c10": (0.03, 0.14), "c11": (0.02, 0.10)}
OTHER_UPLIFT = (0.01, 0.04)


@dataclass(frozen=True)
class Prompts:
    """What contacts lead a chunk to order on a day: product and channel positions, -1 for nothing."""

    data_plan: Ints
    data_channel: Ints
    idle_pack: Ints
    idle_channel: Ints


def no_prompts(count: int) -> Prompts:
    """A day on which no contact leads to anything."""
    return Prompts(*(np.full(count, -1) for _ in range(4)))


def uplift_of(scenario: str) -> tuple[float, float]:
    """The planted uplift of a scenario, found by the code its name begins with (`c10_data_without_plan` -> c10)."""
    return UPLIFT.get(scenario.lower().split("_")[0], OTHER_UPLIFT)


def contacts_of(home: Path, business_date: date) -> pd.DataFrame:
    """The contacts of one night: number, product, scenario, channel. Folders without `.ok` are not finished and are passed over."""
    found = [
        rows
        for folder in sorted((home / "outbox").glob(f"*/*/{business_date:%Y-%m-%d}"))
        if (folder / ".ok").exists()
        for rows in _lists(folder)
    ]
    if not found:
        return pd.DataFrame({"number": np.zeros(0, dtype=np.int64), "product": [], "scenario": [], "channel": []})
    return pd.concat(found, ignore_index=True)


def _lists(folder: Path) -> Iterator[pd.DataFrame]:
    """The lists of one folder, in the form its manifest states."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for entry in manifest["files"]:
        name = entry["file"]
        if name is None:  # a city without rows
            continue
        rows = pd.read_csv(
            io.BytesIO((folder / name).read_bytes()),
            sep=manifest["delimiter"],
            encoding=manifest["encoding"],
            compression="gzip" if manifest["compression"] else None,
            dtype=str,
        )
        if not {"number", "product"} <= set(rows.columns):
            raise SimulatorError(f"List {folder / name} has the columns {', '.join(rows.columns)}; a channel needs number and product.")
        yield pd.DataFrame(
            {
                "number": rows["number"].astype("int64"),
                "product": rows["product"],
                "scenario": folder.parent.name,
                "channel": folder.parent.parent.name,
            }
        )


def prompts_for(contacts: pd.DataFrame, traits: Traits, chance: Chance, day: int, business_date: date) -> Prompts:
    """Who of the chunk takes up what the lists of `business_date` offer on `day`, by the planted uplift alone.

    One draw per subscriber, scenario and night, however many channels carry it; the first channel in the alphabet takes the credit.
    """
    prompts = no_prompts(len(traits.subscriber))
    contacted = contacts.drop_duplicates(["number", "scenario", "product"]).drop_duplicates(["number", "scenario"])
    holders = pd.Series(np.arange(len(traits.subscriber)), index=traits.number_on(day))
    holders = holders[(traits.entry <= day) & (traits.number_reused > day)]
    for scenario, rows in contacted.groupby("scenario", sort=True):
        rows = rows[rows["number"].isin(holders.index)]
        row = holders.loc[rows["number"]].to_numpy()
        least, most = uplift_of(str(scenario))
        draw = chance.uniform(f"contact {scenario}", number_of(business_date), traits.subscriber[row])
        takes = draw < least + (most - least) * traits.price_sensitivity[row]
        channel = _positions(rows["channel"], channels())
        for kind, product, sent in (
            ("data_plan", prompts.data_plan, prompts.data_channel),
            ("idle_pack", prompts.idle_pack, prompts.idle_channel),
        ):
            offered = _positions(rows["product"], products()[kind].codes)
            moved = takes & (offered >= 0)
            product[row[moved]], sent[row[moved]] = offered[moved], channel[moved]
    return prompts


def _positions(names: pd.Series, codes: tuple[str, ...]) -> Ints:
    return names.map({code: position for position, code in enumerate(codes)}).fillna(-1).to_numpy(dtype=np.int64)
