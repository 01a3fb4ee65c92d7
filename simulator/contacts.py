"""Lists, read as a channel's engineer reads them: by the manifest, once `.ok` is there."""

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from expectations.channels import CHANNELS
from simulator.catalogue import products
from simulator.chance import Ints
from simulator.days import number_of
from simulator.errors import SimulatorError
from simulator.traits import Flags

_COLUMNS = ("number", "product", "scenario", "step", "channel", "valid_from", "valid_to", "contact_id")
_NUMBERS = ("number", "valid_from", "valid_to")


@dataclass(frozen=True)
class Prompts:
    """What contacts do to a chunk on a day.

    `product` and `channel` say what they make subscribers order, by kind of product: positions, -1 for nothing. `trial` marks those who
    take a service for a trial, `drops` those who cancel their data plan because of a contact, and `disturbed` those who ask for no more
    contacts. `contacts` counts the contacts that were made. `advised` is the product that a friend recommends for the next day, as a
    position among all codes, -1 for none.
    """

    product: dict[str, Ints]
    channel: dict[str, Ints]
    trial: Flags
    drops: Flags
    disturbed: Flags
    contacts: Ints
    advised: Ints


def no_prompts(count: int) -> Prompts:
    """Return the prompts of a day on which no contact leads to an order."""
    product, channel = ({kind: np.full(count, -1) for kind in products()} for _ in range(2))
    trial, drops, disturbed = (np.zeros(count, dtype=bool) for _ in range(3))
    return Prompts(product, channel, trial, drops, disturbed, np.zeros(count, dtype=np.int64), np.full(count, -1))


def contacts_of(home: Path, business_date: date) -> pd.DataFrame:
    """Return the rows of one night's lists: number, contact id, product, scenario, step, channel, and the numbers of the first and the last
    day for contacts.

    Folders without `.ok` are not finished and are left out. SimulatorError when a file is not the one that its manifest describes.
    """
    found = [
        rows
        for folder in sorted((home / "outbox").glob(f"*/*/*/{business_date:%Y-%m-%d}"))
        if (folder / ".ok").exists()
        for rows in _lists(folder)
    ]
    if not found:
        return pd.DataFrame({name: np.zeros(0, dtype=np.int64) if name in _NUMBERS else [] for name in _COLUMNS})
    # Few values repeat in every column but the number, so that a list for a whole province needs little memory.
    return pd.concat(found, ignore_index=True).astype(dict.fromkeys(_COLUMNS[1:5], "category"))


def open_on(contacts: pd.DataFrame, day: int) -> pd.DataFrame:
    """Return the rows that a channel uses on the day: all on their first day, and later those that wait for the customer's visit."""
    waits = [name for name, channel in CHANNELS.items() if "active" not in channel.modes]
    is_waiting = (contacts["valid_from"] < day) & (contacts["valid_to"] >= day) & contacts["channel"].isin(waits)
    return contacts[(contacts["valid_from"] == day) | is_waiting]


def _lists(folder: Path) -> Iterator[pd.DataFrame]:
    """Return the lists of one folder, in the form that its manifest declares."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for entry in manifest["files"]:
        name = entry["file"]
        if name is None:  # A city without rows.
            continue
        content = (folder / name).read_bytes()
        if "sha256" in entry and hashlib.sha256(content).hexdigest() != entry["sha256"]:
            raise SimulatorError(f"List {folder / name} is not the file that its manifest describes; the list was changed after its .ok.")
        rows = pd.read_csv(
            io.BytesIO(content),
            sep=manifest["delimiter"],
            encoding=manifest["encoding"],
            compression="gzip" if manifest["compression"] else None,
            names=manifest["columns"],
            header=0 if manifest["header"] else None,
            dtype=str,
        )
        channel, scenario, step, night = folder.parts[-4:]
        next_day = number_of(date.fromisoformat(night)) + 1
        first = number_of(date.fromisoformat(manifest["valid_from"])) if "valid_from" in manifest else next_day
        last = number_of(date.fromisoformat(manifest["valid_to"])) if "valid_to" in manifest else first
        values = {"number": rows["number"].astype("int64"), "product": _products_in(rows, folder / name)}
        ids = rows["contact_id"].where(rows["contact_id"] != "", None) if "contact_id" in rows else None
        values |= {"contact_id": ids, "scenario": scenario, "step": step, "channel": channel, "valid_from": first, "valid_to": last}
        yield pd.DataFrame(values)


def _products_in(rows: pd.DataFrame, file: Path) -> pd.Series:
    """Return the code of each row's product; a list may have only its name."""
    if "product" in rows:
        return rows["product"]
    if "product_name" not in rows:
        raise SimulatorError(f"List {file} has the columns {', '.join(rows.columns)}; a channel needs the product or its name.")
    return rows["product_name"].map({name: code for kind in products().values() for name, code in zip(kind.names, kind.codes, strict=True)})
