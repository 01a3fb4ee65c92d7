"""`Table` and `Column`: a table's contract, declared once. DDL, conform, audit, dictionary and Airflow assets derive from it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from expectations.checks import IS_TOKEN, NOT_NULL, Check, literal
from expectations.errors import ContractError, teach

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# Layers derived from customers' rows. Receive has already quarantined rows that break a rule. A row that arrived before the rule existed,
# or that is odd in an unforeseen way, must not stop the table.
_DERIVED = ("dwd", "tag")
# Decisions are read 70 days back, usage three closed months. What can be made again, or is read only of the newest day, is kept so long.
LEAST_KEPT_DAYS = 130
# A state is read by the next night alone. A few more nights can be run again from it; older ones make it again from the facts.
STATE_KEPT_DAYS = 3
# A year and a month: a model can be trained at each cut-off of a year, and a season compared with the last one.
YEAR_KEPT_DAYS = 400
LAYERS = ("ods", "dwd", "dws", "tag", "score", "mkt", "fb", "rpt", "ops", "vault")


@dataclass(frozen=True)
class Column:
    """A column: name (thing, unit, window), Spark DDL type, meaning and checks; if useful, unit, Chinese label and meaning of null.

    A file whose header lacks a column that `must_be_delivered` is refused: its null says something, such as "no objection".
    """

    name: str
    type: str
    comment: str
    checks: tuple[Check, ...] = ()
    unit: str = ""
    label: str = ""
    null_means: str = ""
    must_be_delivered: bool = False

    @property
    def nullable(self) -> bool:
        """Whether the column may be null."""
        return NOT_NULL not in self.checks

    @property
    def derived(self) -> "Column":
        """The column in a table derived from customers' rows: NOT_NULL and IS_TOKEN are unchanged, other rules only warn."""
        return replace(self, checks=tuple(check if check in (NOT_NULL, IS_TOKEN) else check.as_warning for check in self.checks))


BUSINESS_DATE = Column("business_date", "date", "The night's business date D, which this snapshot is of.", (NOT_NULL,))
KNOWN_ON = Column("known_on", "date", "Business date of the night that first saw the delivery.", (NOT_NULL,))
FEED = Column("feed", "string", "The feed that brought the row.", (NOT_NULL,))
LOAD_ID = Column("load_id", "string", "The load that brought the row: hash of the delivery's content.", (NOT_NULL,))

Kind = Literal["fact", "snapshot", "log"]
# A run's files are below the table in night=<D>/run=<job>.<id>, which a reader must not take for columns of the table.
FOLDERS_OF_RUNS = ("night", "run")


@dataclass(frozen=True, kw_only=True)
class Table:
    """A contract.

    A *fact* has an `event_date` column and is partitioned by (event_date, known_on, feed). It is never edited. Each row belongs to one load
    (`load_id`). A *snapshot* (no event_date) is partitioned by business_date, and no later night recomputes it. A *log*, partitioned by
    `log_of`, is one of the system's own records. Partition columns of snapshots and facts are added here; a declaration lists the other
    columns.

    A snapshot that `may_be_empty` has no rows on some nights. For any other snapshot an empty partition means that it was not published. In
    the layers dwd and tag rules about values only warn, whatever their declared severity: one customer's odd value stops no table.

    `follows` names the fact that this fact is made from, load by load. A row has the feed, `known_on` and `load_id` of the rows it was made
    from, so the accepted loads of the first fact decide which rows of this one may be read.

    `kept_days` is the number of days for which partitions are kept (by event date, business date or, for a log, the night); None is for
    ever. It must be longer than anything that reads back. Deliveries that are still in force are kept however old they are.
    """

    name: str
    owner: str
    comment: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    event_date: str | None = None
    log_of: tuple[str, ...] = ()
    follows: "Table | None" = None
    at_least_rows: int = 0
    may_be_empty: bool = False
    kept_days: int | None = None
    _names: frozenset[str] = field(init=False, repr=False, compare=False, default=frozenset())

    def __post_init__(self) -> None:
        if self.kind != "log":
            own = (KNOWN_ON, FEED) if self.kind == "fact" else (BUSINESS_DATE,)
            object.__setattr__(self, "columns", self.columns + own)
        if self.layer in _DERIVED:
            object.__setattr__(self, "columns", tuple(column.derived for column in self.columns))
        names = [column.name for column in self.columns]
        object.__setattr__(self, "_names", frozenset(names))
        faults = [f"column {name} is declared twice" for name in _twice(names)]
        faults += [f"key or partition column {name} is not declared" for name in (*self.key, *self.partitions) if name not in self._names]
        faults += [
            f"key column {c.name} may be null; give it the check NOT_NULL" for c in self.columns if c.name in self.key and c.nullable
        ]
        faults += [
            f"column {c.name} has two checks of the kind {slug!r}"
            for c in self.columns
            for slug in _twice(check.slug for check in c.checks)
        ]
        faults += [
            f"column {c.name} is compared with {other}, which is not declared"
            for c, check in self.checks()
            for other in check.others
            if other not in self._names
        ]
        faults += [f"column {name} has the name of a run's folder; call it something else" for name in FOLDERS_OF_RUNS if name in names]
        if self.kind == "fact" and LOAD_ID.name not in names:
            faults.append("a fact needs the column load_id, which names the load of each row")
        if self.kept_days not in (None, STATE_KEPT_DAYS) and (self.kept_days or 0) < LEAST_KEPT_DAYS:
            expected = f"expected at least {LEAST_KEPT_DAYS}, or {STATE_KEPT_DAYS} for a state"
            faults.append(f"kept_days is {self.kept_days}, {expected}: scenarios and models read that far back")
        if self.layer not in LAYERS or "." not in self.name:
            faults.append(f"layer {self.layer!r} is not one of {', '.join(LAYERS)}")
        if faults:
            raise ContractError(teach(f"Table {self.name}", faults, "correct the declaration under expectations/tables/."))

    @property
    def kind(self) -> Kind:
        """fact, snapshot or log; see the class."""
        if self.log_of:
            return "log"
        return "fact" if self.event_date else "snapshot"

    @property
    def layer(self) -> str:
        """The warehouse layer: the part of the name before the dot."""
        return self.name.split(".")[0]

    @property
    def partitions(self) -> tuple[str, ...]:
        """Partition columns, outermost first."""
        if self.log_of:
            return self.log_of
        return (self.event_date, "known_on", "feed") if self.event_date else ("business_date",)

    @property
    def grain(self) -> tuple[str, ...]:
        """What identifies a row's subject: the key without the load."""
        return tuple(name for name in self.key if name != LOAD_ID.name)

    @property
    def path(self) -> str:
        """Path of the table below the lake (or the vault): layer/name."""
        return self.name.replace(".", "/")

    @property
    def asset(self) -> str:
        """The table's name as an Airflow asset."""
        return f"chudian://lake/{self.path}"

    @property
    def audited_key(self) -> tuple[str, ...]:
        """The columns that must be unique inside one publication: the key and the partition columns."""
        return tuple(dict.fromkeys((*self.partitions, *self.key)))

    def column(self, name: str) -> Column:
        """Return the declared column of that name. ContractError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise ContractError(f"Table {self.name} has no column {name}; it has {', '.join(c.name for c in self.columns)}.")

    def checks(self) -> Iterator[tuple[Column, Check]]:
        """Every check with its column, in declared order."""
        for column in self.columns:
            for check in column.checks:
                yield column, check

    @property
    def ddl(self) -> str:
        """The columns as Spark DDL with their comments."""
        return ", ".join(f"`{c.name}` {c.type} COMMENT {literal(c.comment)}" for c in self.columns)

    def empty(self, spark: "SparkSession") -> "DataFrame":
        """Return a frame of this table without rows."""
        return spark.createDataFrame([], self.ddl)

    def conform(self, frame: "DataFrame") -> "DataFrame":
        """Return the frame with exactly the declared columns in declared order.

        ContractError lists every missing, unknown or doubled column and every wrong type. Nothing is cast.
        """
        came = {f.name: f.dataType.simpleString() for f in frame.schema.fields}
        faults = [f"column {name} is there twice" for name in _twice(frame.columns)]
        faults += [f"column {c.name} ({c.type}) is missing" for c in self.columns if c.name not in came]
        faults += [f"column {name} ({came[name]}) is not in the contract" for name in came if name not in self._names]
        faults += [
            f"column {c.name} should be {c.type}, is {came[c.name]}" for c in self.columns if c.name in came and came[c.name] != c.type
        ]
        if faults:
            raise ContractError(
                teach(f"Frame for table {self.name}", faults, "change the job that makes it, or the contract if that is wrong.")
            )
        return frame.select(*(c.name for c in self.columns))


def _twice(found: Iterable[str]) -> list[str]:
    return sorted(name for name, times in Counter(found).items() if times > 1)
