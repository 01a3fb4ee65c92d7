"""Contacts, read from the published list files as a channel reads them, and the orders that follow from them."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from simulator.catalogue import channels, products, uplifts
from simulator.chance import Chance, Ints
from simulator.days import number_of
from simulator.errors import SimulatorError
from simulator.traits import Flags, Traits

OTHER = "other"


@dataclass(frozen=True)
class Prompts:
    """What contacts do to a chunk on a day.

    `product` and `channel` say what they make subscribers order, by kind of product: positions, -1 for nothing. `drops` marks those who
    cancel their data plan because of a contact. `contacts` counts the contacts that were made.
    """

    product: dict[str, Ints]
    channel: dict[str, Ints]
    drops: Flags
    contacts: Ints


def no_prompts(count: int) -> Prompts:
    """Return the prompts of a day on which no contact leads to an order."""
    product, channel = ({kind: np.full(count, -1) for kind in products()} for _ in range(2))
    return Prompts(product, channel, np.zeros(count, dtype=bool), np.zeros(count, dtype=np.int64))


def uplift_of(scenario: str) -> tuple[float, float]:
    """Return the planted uplift of a scenario, found by the code at the beginning of its name (`c10_data_without_plan` -> c10)."""
    return uplifts().get(scenario.lower().split("_")[0], uplifts()[OTHER])


def contacts_of(home: Path, business_date: date) -> pd.DataFrame:
    """Return the contacts of one night: number, product, scenario, channel. Folders without `.ok` are not finished and are left out."""
    found = [
        rows
        for folder in sorted((home / "outbox").glob(f"*/*/*/{business_date:%Y-%m-%d}"))
        if (folder / ".ok").exists()
        for rows in _lists(folder)
    ]
    if not found:
        return pd.DataFrame({"number": np.zeros(0, dtype=np.int64), "product": [], "scenario": [], "channel": []})
    return pd.concat(found, ignore_index=True)


def _lists(folder: Path) -> Iterator[pd.DataFrame]:
    """Return the lists of one folder, in the form that its manifest declares."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for entry in manifest["files"]:
        name = entry["file"]
        if name is None:  # A city without rows.
            continue
        rows = pd.read_csv(
            io.BytesIO((folder / name).read_bytes()),
            sep=manifest["delimiter"],
            encoding=manifest["encoding"],
            compression="gzip" if manifest["compression"] else None,
            names=manifest["columns"],
            header=0 if manifest["header"] else None,
            dtype=str,
        )
        channel, scenario, _, _ = folder.parts[-4:]
        product = _products_in(rows, folder / name)
        yield pd.DataFrame({"number": rows["number"].astype("int64"), "product": product, "scenario": scenario, "channel": channel})


def _products_in(rows: pd.DataFrame, file: Path) -> pd.Series:
    """Return the code of each row's product; a list may have only its name."""
    if "product" in rows:
        return rows["product"]
    if "product_name" not in rows:
        raise SimulatorError(f"List {file} has the columns {', '.join(rows.columns)}; a channel needs the product or its name.")
    return rows["product_name"].map({name: code for kind in products().values() for name, code in zip(kind.names, kind.codes, strict=True)})


def add_contacts(prompts: Prompts, contacts: pd.DataFrame, traits: Traits, chance: Chance, day: int, business_date: date) -> None:
    """Add to the prompts what the chunk orders on `day` after the lists of `business_date`, by the planted uplift alone.

    There is one draw per subscriber, scenario and night, for any number of channels with the offer. The first channel in the alphabet gets
    the order.
    """
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
        for kind, of_kind in products().items():
            offered = _positions(rows["product"], of_kind.codes)
            moved = takes & (offered >= 0)
            prompts.product[kind][row[moved]], prompts.channel[kind][row[moved]] = offered[moved], channel[moved]


def _positions(names: pd.Series, codes: tuple[str, ...]) -> Ints:
    return names.map({code: position for position, code in enumerate(codes)}).fillna(-1).to_numpy(dtype=np.int64)
