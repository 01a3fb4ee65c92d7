"""The province's own catalogues: products, places, handsets, channels and hosts."""

import csv
import hashlib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from expectations.channels import CHANNELS
from simulator.chance import Floats, Ints
from simulator.errors import SimulatorError

FOLDER = Path(__file__).parent / "catalogues"
# Kinds of product with their own behaviour in simulator/orders.py. Products of any other kind are services: a subscriber may have several
# at once. NOT_ORDERED are kinds of which no order line is written.
BASE_PLAN, DATA_PLAN, IDLE_PACK, TOP_UP_PACK = KINDS = ("base_plan", "data_plan", "idle_pack", "top_up_pack")
SERVICE = "service"
NOT_ORDERED = ("handset", "care")
CATEGORIES = ("video", "games", "social", "news", "life", "shopping", "reading", "music", "other")
NETWORKS = ("2G", "3G", "4G")
_UNITS = {"M": 2**20, "G": 2**30}


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of one authored catalogue, as text."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def edition() -> str:
    """Return a hash of all catalogues. The lives of a home go on only with those that they began with."""
    content = b"".join(path.read_bytes() for path in sorted(FOLDER.glob("*.csv")))
    return hashlib.sha256(content).hexdigest()[:16]


def volume(text: str) -> int:
    """Return the bytes of an authored volume such as 30M or 1G."""
    return int(text[:-1]) * _UNITS[text[-1]] if text[-1] in _UNITS else int(text)


@dataclass(frozen=True)
class Kind:
    """Products of one kind in catalogue order, as arrays that are indexed by a product's position.

    `share` is the share of a `brand` that has the base plan, or in percent of all who have the service at first. `appetite` is how much
    more than others the holders of a data plan use. `by_size` are positions in the order of the allowance.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    brands: tuple[str, ...]
    sub_brands: tuple[str, ...]
    fee_fen: Ints
    allowance: Ints
    idle_allowance: Ints
    overage_fen: Ints
    share: Floats
    appetite: Floats

    @property
    def by_size(self) -> Ints:
        """Positions, the smallest allowance first."""
        return np.argsort(self.allowance + self.idle_allowance, kind="stable")


@lru_cache(maxsize=1)
def products() -> dict[str, Kind]:
    """Return products by kind; those of no kind of KINDS are together under SERVICE.

    Services include no data, so their allowances are zero. Packs have no price of their own for data beyond them.
    """
    tariffs = {row["PRODUCT_CODE"]: row for row in rows_of("tariff_catalog")}
    kinds: dict[str, list[dict[str, str]]] = {kind: [] for kind in (*KINDS, SERVICE)}
    for row in (row for row in rows_of("product_catalog") if row["KIND"] not in NOT_ORDERED):
        kinds[row["KIND"] if row["KIND"] in KINDS else SERVICE].append(row)
    return {kind: _kind([row | tariffs.get(row["PRODUCT_CODE"], {}) for row in rows]) for kind, rows in kinds.items()}


def product_codes() -> tuple[str, ...]:
    """Return all product codes, kinds one after another."""
    return tuple(code for kind in products().values() for code in kind.codes)


def _kind(rows: list[dict[str, str]]) -> Kind:
    def column(name: str) -> Ints:
        return np.array([volume(row.get(name) or "0") for row in rows], dtype=np.int64)

    def number(name: str) -> Floats:
        return np.array([float(row[name] or 0) for row in rows])

    def text(name: str) -> tuple[str, ...]:
        return tuple(row[name] for row in rows)

    return Kind(
        codes=text("PRODUCT_CODE"),
        names=text("PRODUCT_NAME"),
        brands=text("BRAND"),
        sub_brands=text("SUB_BRAND"),
        fee_fen=column("MONTHLY_FEE") * 100,
        allowance=column("ALLOWANCE_BYTES"),
        idle_allowance=column("IDLE_ALLOWANCE_BYTES"),
        overage_fen=column("OVERAGE_FEN_PER_MB"),
        share=number("SHARE"),
        appetite=number("APPETITE"),
    )


@lru_cache(maxsize=1)
def channels() -> tuple[str, ...]:
    """Return channel codes in catalogue order. SimulatorError when one has no file in expectations/channels/."""
    codes = tuple(row["CHANNEL_CODE"] for row in rows_of("channel_catalog"))
    if unknown := sorted(set(codes) - CHANNELS.keys()):
        raise SimulatorError(f"channel_catalog.csv has {', '.join(unknown)}, which no file in expectations/channels/ declares.")
    return codes


@lru_cache(maxsize=2)
def channel_shares(column: str) -> Floats:
    """Return the weight of each channel in catalogue order: ENTRY_SHARE for entries, ORDER_SHARE for unprompted orders."""
    return np.array([float(row[column]) for row in rows_of("channel_catalog")])


@dataclass(frozen=True)
class Uplift:
    """How much likelier a contact of a scenario makes an order, for the least and the most price-sensitive subscriber.

    `harmed` is the probability that a restless subscriber who was reached and did not order cancels their data plan.
    """

    least: float
    most: float
    harmed: float


@lru_cache(maxsize=1)
def uplifts() -> dict[str, Uplift]:
    """Return the planted uplift by scenario; a line may leave out the harm."""
    return {
        row["SCENARIO"]: Uplift(float(row["LEAST_SENSITIVE"]), float(row["MOST_SENSITIVE"]), float(row["HARMED"] or 0))
        for row in rows_of("uplift")
    }


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
    """Return the terminal catalogue as arrays; `agents` has all user agents, those of one type next to each other."""
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
