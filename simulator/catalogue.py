"""The province's own catalogues: what is on sale, where, on which handset, through which channel, on which hosts."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from simulator.chance import Floats, Ints

FOLDER = Path(__file__).parent / "catalogues"
CATEGORIES = ("video", "games", "social", "news", "life", "shopping", "reading", "music", "other")
NETWORKS = ("2G", "3G", "4G")
_UNITS = {"M": 2**20, "G": 2**30}


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of one authored catalogue, as text."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def volume(text: str) -> int:
    """Bytes of an authored volume such as 30M or 1G."""
    return int(text[:-1]) * _UNITS[text[-1]] if text[-1] in _UNITS else int(text)


@dataclass(frozen=True)
class Kind:
    """Products of one kind in catalogue order, as arrays that are indexed by a product's position."""

    codes: tuple[str, ...]
    fee_fen: Ints
    allowance: Ints
    idle_allowance: Ints
    overage_fen: Ints


@lru_cache(maxsize=1)
def products() -> dict[str, Kind]:
    """Products by kind; apps carry no data, so their allowances are zero, and packs have no price of their own for what lies beyond."""
    tariffs = {row["PRODUCT_CODE"]: row for row in rows_of("tariff_catalog")}
    kinds: dict[str, list[dict[str, str]]] = {}
    for row in rows_of("product_catalog"):
        kinds.setdefault(row["KIND"], []).append(row)
    return {kind: _kind([row | tariffs.get(row["PRODUCT_CODE"], {}) for row in rows]) for kind, rows in kinds.items()}


def _kind(rows: list[dict[str, str]]) -> Kind:
    def column(name: str) -> Ints:
        return np.array([volume(row.get(name) or "0") for row in rows], dtype=np.int64)

    codes = tuple(row["PRODUCT_CODE"] for row in rows)
    return Kind(codes, column("MONTHLY_FEE") * 100, column("ALLOWANCE_BYTES"), column("IDLE_ALLOWANCE_BYTES"), column("OVERAGE_FEN_PER_MB"))


@lru_cache(maxsize=1)
def channels() -> tuple[str, ...]:
    """Channel codes in catalogue order."""
    return tuple(row["CHANNEL_CODE"] for row in rows_of("channel_catalog"))


@dataclass(frozen=True)
class Handsets:
    """Handset types: TAC, market share, best network (position in NETWORKS), whether smart, whether data works, and user agents."""

    tac: Ints
    share: Floats
    network: Ints
    smart: np.ndarray
    data: np.ndarray
    agents: tuple[str, ...]
    first_agent: Ints
    agent_count: Ints


@lru_cache(maxsize=1)
def handsets() -> Handsets:
    """The terminal catalogue as arrays; a type's user agents stand side by side in `agents`."""
    rows, sent = rows_of("terminal"), rows_of("user_agents")
    tacs = [row["TAC"] for row in rows]
    ordered = sorted(sent, key=lambda row: tacs.index(row["TAC"]))
    counts = np.array([sum(row["TAC"] == tac for row in sent) for tac in tacs], dtype=np.int64)
    return Handsets(
        tac=np.array(tacs, dtype=np.int64),
        share=np.array([float(row["SHARE"]) for row in rows]),
        network=np.array([NETWORKS.index(row["NETWORK"]) for row in rows], dtype=np.int64),
        smart=np.array([row["SMART"] == "1" for row in rows]),
        data=np.array([row["GPRS"] == "1" for row in rows]),
        agents=tuple(row["USER_AGENT"] for row in ordered),
        first_agent=np.concatenate([[0], np.cumsum(counts)[:-1]]),
        agent_count=counts,
    )
