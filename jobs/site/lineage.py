"""Lineage: from the operator's extract over tables, tags, models and scenarios to the lists of a channel."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from expectations.contract import BUSINESS_DATE, Table
from expectations.feed import Feed
from expectations.feeds import FEEDS
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.library import CAR, FAMILIES
from features.wide import named_in
from jobs.made_of import Named, made_of
from jobs.register import all_jobs
from models.following import Following
from models.library import MODELS
from models.model import Model
from scenarios.library import SCENARIOS
from scenarios.needs import columns_said, models_named
from scenarios.open_channels import columns_of_channels
from scenarios.policy import ALWAYS
from scenarios.scenario import Scenario
from scenarios.timing import Event

Kind = Literal["feed", "table", "tag", "model", "scenario", "channel"]
# The folder of the pages of each kind.
FOLDERS: dict[Kind, str] = {
    "feed": "feeds",
    "table": "tables",
    "tag": "tags",
    "model": "models",
    "scenario": "scenarios",
    "channel": "channels",
}
TAG_TABLES = {family.table.name for family in FAMILIES}
TAGS = {tag.column.name for family in FAMILIES for tag in family.tags}
# The night itself is nobody's figure.
_SPINE = {column.name for column in DWD_SUBSCRIBER.columns} - {BUSINESS_DATE.name}


class Node(NamedTuple):
    """A thing with a page of its own."""

    kind: Kind
    name: str

    @property
    def page(self) -> str:
        """The page's path below the site."""
        return f"{FOLDERS[self.kind]}/{self.name}.html"


class Lineage:
    """Which thing is made of which: pairs of nodes, the source first."""

    def __init__(self, edges: Iterable[tuple[Node, Node]]) -> None:
        """Edges of a thing to itself are dropped: a table that advances reads its own night before."""
        self.edges = frozenset((source, made) for source, made in edges if source != made)
        self.nodes = frozenset(node for edge in self.edges for node in edge)

    def above(self, node: Node) -> frozenset[Node]:
        """Return everything that the node is made of, near and far."""
        return self._reach(node, [(made, source) for source, made in self.edges])

    def below(self, node: Node) -> frozenset[Node]:
        """Return everything that uses the node, near and far."""
        return self._reach(node, self.edges)

    def uses(self, node: Node) -> list[Node]:
        """Return what uses the node itself."""
        return sorted(made for source, made in self.edges if source == node)

    def sources(self, node: Node) -> list[Node]:
        """Return what the node itself is made of."""
        return sorted(source for source, made in self.edges if made == node)

    def _reach(self, node: Node, steps: Iterable[tuple[Node, Node]]) -> frozenset[Node]:
        following: dict[Node, list[Node]] = {}
        for start, end in steps:
            following.setdefault(start, []).append(end)
        found, ahead = set[Node](), [node]
        while ahead:
            new = [one for one in following.get(ahead.pop(), ()) if one not in found]
            found.update(new)
            ahead += new
        return frozenset(found - {node})


@lru_cache(maxsize=1)
def lineage() -> Lineage:
    """Return the lineage of everything that is declared."""
    return Lineage([*_to_tables(), *_to_tags(), *_to_models(), *_to_lists()])


def tables() -> dict[str, Table]:
    """Return the tables of facts and dimensions by name: those that feeds fill and those refined from them."""
    refined = [job.writes[0] for job in all_jobs().values() if job.stage == "refine" and job.writes]
    found = {table.name: table for table in [*(feed.table for feed in FEEDS.values()), *refined]}
    return dict(sorted(found.items()))


def table_sources(name: str) -> list[str]:
    """Return the tables that a night refines the table from, without those of other nights."""
    jobs = [job for job in all_jobs().values() if job.stage == "refine" and any(table.name == name for table in job.writes)]
    read = {read.table.name for job in jobs for read in job.reads.values() if read.table.layer in ("ods", "dwd")}
    return sorted(read - {name})


def feeds_of(table: str) -> list[Feed]:
    """Return the feeds that fill a table."""
    return [feed for feed in FEEDS.values() if feed.table.name == table]


def fields_of(named: Named) -> Iterator[tuple[Feed, tuple[str, ...]]]:
    """Yield the feeds that a column comes from, each with the fields of its extract; no fields where a job computes the column.

    A refined column has the fields of the column of its name, if there is one.
    """
    for feed in feeds_of(named.table):
        fields = [field.name for field in feed.fields for to, _ in field.fills if to == named.column]
        fields += [name for computed in feed.computed if computed.to == named.column for name in computed.fields]
        yield feed, tuple(dict.fromkeys(fields))
    every, above = tables(), table_sources(named.table)
    same = [name for name in above if named.column in {column.name for column in every[name].columns}]
    for name in same or above:
        yield from fields_of(Named(name, named.column))


def _to_tables() -> Iterator[tuple[Node, Node]]:
    for feed in FEEDS.values():
        yield Node("feed", feed.name), Node("table", feed.table.name)
    for table in tables():
        yield from ((Node("table", source), Node("table", table)) for source in table_sources(table))


def _to_tags() -> Iterator[tuple[Node, Node]]:
    for tag, made in made_of().items():
        for table, column in made.columns:
            yield Node("tag", column) if table in TAG_TABLES else Node("table", table), Node("tag", tag)


def _to_models() -> Iterator[tuple[Node, Node]]:
    for model in MODELS:
        yield from ((_of_car(name), Node("model", model.name)) for name in columns_used(model))


def _to_lists() -> Iterator[tuple[Node, Node]]:
    for scenario in SCENARIOS:
        node = Node("scenario", scenario.name)
        yield from ((Node("model", name), node) for name in models_named(scenario))
        yield from ((_of_car(name), node) for named in parts_of(scenario).values() for name in named)
        yield from ((node, Node("channel", name)) for name in scenario.channels.allowed)


def _of_car(column: str) -> Node:
    """Return the tag, or the table of the spine, that has a column of the customer record."""
    return Node("tag", column) if column in TAGS else Node("table", DWD_SUBSCRIBER.name)


def columns_used(model: Model) -> list[str]:
    """Return the columns of the customer record that a model reads: features, and who is in its examples."""
    who = named_in(model.examples.who) if isinstance(model.examples, Following) else set()
    return sorted({*model.features, *who} & {column.name for column in CAR.columns})


def parts_of(scenario: Scenario) -> dict[str, set[str]]:
    """Return, for each part of a scenario that names columns of the customer record, these columns."""
    named = {"audience": named_in(scenario.customers.audience), "high value": named_in(scenario.strategy.high_value)}
    for exclusion in (*scenario.customers.exclusions, *ALWAYS):
        named[f"exclusion {exclusion.code} {exclusion.label}"] = named_in(exclusion.when)
    for step in scenario.timing.steps:
        if isinstance(step.trigger, Event):
            named[f"step {step.name}"] = named_in(step.trigger.when)
        named[f"message of step {step.name}"] = columns_said(scenario, step)
        named[f"offer of step {step.name}"] = set(scenario.offer_of(step).needs)
    named["channel"] = set(columns_of_channels(scenario))
    return {part: words & (TAGS | _SPINE) for part, words in named.items() if words & (TAGS | _SPINE)}
