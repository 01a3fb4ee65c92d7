"""Value matching 价值匹配 (P4) and terminal matching 终端匹配: small tables that a marketer edits; docs/domain.md says how they combine.

`customer` is the value of a customer: high, middle or low (`CUSTOMER_VALUE` of scenarios/policy.py), `kind` the kind of a product (S11).
"""

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from expectations.channels import CHANNELS
from expectations.errors import teach
from expectations.tables.ods_product import PRODUCT_KINDS
from scenarios.errors import ScenarioError

FOLDER = Path(__file__).parent
VALUES = ("high", "middle", "low")
# How a channel is perceived: 1 disturbs, 2 is accepted, 3 is well received.
PERCEIVED = ("1", "2", "3")
# What a handset can do, as columns of the CAR (T3).
ABILITIES = ("is_smartphone", "has_gprs", "has_mms", "has_java", "has_fetion")
Rows = list[dict[str, str]]
# The columns of each table, in order.
_COLUMNS = {
    "customer_channel": ("channel", "perceived", *VALUES, "why"),
    "product_channel": ("kind", "channel", "match", "why"),
    "customer_product": ("customer", "kind", "most_fee_yuan", "why"),
    "customer_perception": ("customer", "least_perceived", "most_contacts_30d", "why"),
    "terminal": ("what", "code", "needs", "why"),
}


@dataclass(frozen=True)
class Matching:
    """The tables: `worth` and the fields of `least_perceived` are by customer, `always` and `never` by kind of product.

    `most_fee_fen` is by customer and kind; what it lacks has no limit. `terminal` has by `channel` and `product` the ability that each code
    needs of the handset; what it lacks needs none.
    """

    worth: Mapping[str, frozenset[str]]
    perceived: Mapping[str, int]
    always: Mapping[str, frozenset[str]]
    never: Mapping[str, frozenset[str]]
    most_fee_fen: Mapping[tuple[str, str], int]
    least_perceived: Mapping[str, int]
    most_contacts_30d: Mapping[str, int]
    terminal: Mapping[str, Mapping[str, str]]

    def channels(self, customer: str, kind: str) -> frozenset[str]:
        """Return the channels that suit the customer's value and the kind of product.

        These are the channels that the customer is worth, and those that the product is always worth; less those that it never takes, and
        those that such a customer perceives badly.
        """
        worth = (self.worth[customer] | self.always.get(kind, frozenset())) - self.never.get(kind, frozenset())
        return frozenset(channel for channel in worth if self.perceived.get(channel, 0) >= self.least_perceived[customer])

    def unknown(self, channels: Collection[str]) -> list[str]:
        """Return a sentence for each channel of the tables that tonight's catalogue (S11) lacks."""
        return [
            f"value matching names channel {name}, which the catalogue lacks" for name in sorted(self.perceived) if name not in channels
        ]


@lru_cache(maxsize=1)
def matching() -> Matching:
    """Return the tables of this folder. ScenarioError lists every code or figure that is wrong."""
    return read(FOLDER)


def read(folder: Path) -> Matching:
    """Return the tables of a folder. ScenarioError as for `matching`."""
    if faults := [fault for name, columns in _COLUMNS.items() for fault in _faults_of_file(folder / f"{name}.csv", columns)]:
        raise ScenarioError(teach("Matching (P4)", faults, "correct the tables in scenarios/matching/."))
    by_channel, by_product, fees, perception, terminal = (_rows(folder / f"{name}.csv") for name in _COLUMNS)
    if faults := [
        *_faults_of_channels(by_channel),
        *_faults_of_products(by_product, fees),
        *_faults_of_perception(perception),
        *_faults_of_terminal(terminal),
    ]:
        raise ScenarioError(teach("Matching (P4)", faults, "correct the tables in scenarios/matching/."))
    return Matching(
        worth={value: frozenset(row["channel"] for row in by_channel if row[value] == "yes") for value in VALUES},
        perceived={row["channel"]: int(row["perceived"]) for row in by_channel},
        always=_by_kind(by_product, "always"),
        never=_by_kind(by_product, "never"),
        most_fee_fen={(row["customer"], row["kind"]): int(row["most_fee_yuan"]) * 100 for row in fees},
        least_perceived={row["customer"]: int(row["least_perceived"]) for row in perception},
        most_contacts_30d={row["customer"]: int(row["most_contacts_30d"]) for row in perception},
        terminal={what: {row["code"]: row["needs"] for row in terminal if row["what"] == what} for what in ("channel", "product")},
    )


def _faults_of_file(path: Path, columns: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with a file before its cells can be read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file))
    except FileNotFoundError:
        yield f"{path.name} is missing"
        return
    except UnicodeDecodeError:
        yield f"{path.name} is not in UTF-8; save it as CSV UTF-8"
        return
    if not lines or tuple(lines[0]) != columns:
        yield f"{path.name} begins with {','.join(lines[0]) if lines else 'nothing'}; expected {','.join(columns)}"
        return
    yield from (
        f"{path.name}, line {place}: {len(line)} cells, expected {len(columns)}; put a text with a comma in quotes"
        for place, line in enumerate(lines[1:], 2)
        if line and len(line) != len(columns)
    )


def _rows(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _by_kind(rows: Rows, match: str) -> dict[str, frozenset[str]]:
    kinds = {row["kind"] for row in rows}
    return {kind: frozenset(row["channel"] for row in rows if (row["kind"], row["match"]) == (kind, match)) for kind in kinds}


def _faults_of_channels(rows: Rows) -> Iterator[str]:
    named = [row["channel"] for row in rows]
    yield from _twice("customer_channel.csv", named)
    for row in rows:
        yield from _strange(f"customer_channel.csv, {row['channel']}", row, channel=tuple(CHANNELS), perceived=PERCEIVED)
        yield from _strange(f"customer_channel.csv, {row['channel']}", row, **dict.fromkeys(VALUES, ("yes", "no")))


def _faults_of_products(by_channel: Rows, fees: Rows) -> Iterator[str]:
    for row in by_channel:
        where = f"product_channel.csv, {row['kind']} {row['channel']}"
        yield from _strange(where, row, kind=PRODUCT_KINDS, channel=tuple(CHANNELS), match=("always", "never"))
    yield from _twice("product_channel.csv", [f"{row['kind']} {row['channel']}" for row in by_channel])
    for row in fees:
        where = f"customer_product.csv, {row['customer']} {row['kind']}"
        yield from _strange(where, row, customer=VALUES, kind=PRODUCT_KINDS)
        yield from _no_number(where, row, "most_fee_yuan")
    yield from _twice("customer_product.csv", [f"{row['customer']} {row['kind']}" for row in fees])


def _faults_of_perception(rows: Rows) -> Iterator[str]:
    named = [row["customer"] for row in rows]
    yield from (f"customer_perception.csv has no line for {value}" for value in VALUES if value not in named)
    yield from _twice("customer_perception.csv", named)
    for row in rows:
        where = f"customer_perception.csv, {row['customer']}"
        yield from _strange(where, row, customer=VALUES, least_perceived=PERCEIVED)
        yield from _no_number(where, row, "most_contacts_30d")


def _faults_of_terminal(rows: Rows) -> Iterator[str]:
    yield from _twice("terminal.csv", [f"{row['what']} {row['code']}" for row in rows])
    for row in rows:
        yield from _strange(f"terminal.csv, {row['code']}", row, what=("channel", "product"), needs=ABILITIES)
        if row["what"] == "channel":
            yield from _strange(f"terminal.csv, {row['code']}", row, code=tuple(CHANNELS))


def _strange(where: str, row: dict[str, str], **known: tuple[str, ...]) -> Iterator[str]:
    yield from (f"{where}: {name} is {row[name]!r}; expected {', '.join(of)}" for name, of in known.items() if row[name] not in of)


def _no_number(where: str, row: dict[str, str], name: str) -> Iterator[str]:
    if not (row[name].isascii() and row[name].isdigit()):
        yield f"{where}: {name} is {row[name]!r}; expected a whole number"


def _twice(file: str, named: list[str]) -> Iterator[str]:
    yield from (f"{file} has {name} twice" for name in sorted({name for name in named if named.count(name) > 1}))
