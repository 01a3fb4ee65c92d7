import re
from datetime import date

import pytest
from pyspark.sql import DataFrame, SparkSession

from expectations.contract import Table
from expectations.errors import ContractError
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.dictionary import dictionary_page, dictionary_rows, record_rows
from features.family import Family
from features.library import FAMILIES, one_name_each, wide_columns
from features.lifecycle import LIFECYCLE_TAGS
from features.reads import Lookup, TagsOf, Yesterday
from features.tag import Aggregated, Derived, NotArrived

D = date(2026, 3, 31)
each_family = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)


def on_empty(spark: SparkSession, family: Family) -> DataFrame:
    return family.compute(D, DWD_SUBSCRIBER.empty(spark), **{name: table_of(family, name).empty(spark) for name in family.reads})


def table_of(family: Family, name: str) -> Table:
    """The table that a read of the family opens."""
    read = family.reads[name]
    if isinstance(read, TagsOf):
        return read.family.table
    return family.table if isinstance(read, Yesterday) else read.table


@each_family
def test_every_tag_compiles_on_empty_frames_and_keeps_its_contract(spark: SparkSession, family: Family) -> None:
    assert family.table.conform(on_empty(spark, family)).collect() == []


@each_family
def test_a_family_exchanges_its_reads_and_the_spine_once_and_twice_per_column_compared(spark: SparkSession, family: Family) -> None:
    # Spark would find out that nothing comes of nothing, and plan nothing.
    plainly = {
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.autoBroadcastJoinThreshold": "-1",
        "spark.sql.optimizer.excludedRules": "org.apache.spark.sql.catalyst.optimizer.PropagateEmptyRelation",
    }
    for name, value in plainly.items():
        spark.conf.set(name, value)
    try:
        plan = on_empty(spark, family)._explain_string()
    finally:
        for name in plainly:
            spark.conf.unset(name)
    lookups = sum(isinstance(read, Lookup) for read in family.reads.values())
    # Rows are added up in one pass, and for each column whose values are compared by that column first.
    passes = {(tag.of, tag.way.by) for tag in family.declared if isinstance(tag, Aggregated)}
    others = sum(isinstance(read, TagsOf | Yesterday) for read in family.reads.values())
    shuffled = others + sum(1 if by is None else 2 for _, by in passes)
    assert plan.count("Exchange hashpartitioning") == (shuffled + 1 if shuffled else 0)
    assert plan.count("BroadcastExchange") == lookups


@each_family
def test_every_read_of_a_family_is_used(family: Family) -> None:
    aggregated = {tag.of for tag in family.declared if isinstance(tag, Aggregated)}
    taken = {name for tag in family.tags if isinstance(tag, Derived) for name in tag.takes}
    lookups = {name for name, read in family.reads.items() if isinstance(read, Lookup)}
    assert aggregated | taken | lookups == family.reads.keys()


@each_family
def test_every_tag_says_what_it_is_in_both_languages_and_what_null_means(family: Family) -> None:
    silent = [tag.column.name for tag in family.tags if not (tag.column.label and tag.column.comment)]
    unexplained = [tag.column.name for tag in family.tags if bool(tag.column.null_means) != tag.column.nullable]
    assert not silent
    assert not unexplained


def test_there_are_tags_enough_and_each_name_once() -> None:
    names = [column.name for column in wide_columns()]
    assert len(names) == len(set(names))
    assert len(names) >= 200


def test_each_family_has_six_tags_and_together_they_have_120_definitions() -> None:
    # The tags of one declaration share its function; a share or trend over another window is told by its name without the window.
    definitions = {name_without_window(tag.column.name, tag) for family in FAMILIES for tag in family.tags}
    assert {family.name: len(family.tags) for family in FAMILIES if len(family.tags) < 6} == {}
    assert len(definitions) >= 120


def name_without_window(name: str, tag: Aggregated | Derived | NotArrived) -> str:
    """What a tag is about: the function's own name, without category, channel and window."""
    function = "" if isinstance(tag, NotArrived) else getattr(tag.function, "func", tag.function).__name__
    return re.sub(r"(_days_not_arrived)?_(\d+[dm]|m\d)$", "", function or name)


def test_two_families_with_one_tag_name_are_refused() -> None:
    double = Family(name="double", owner="tests", label="重复")
    double.carry("brand", label="品牌")
    with pytest.raises(ContractError, match="tag brand is declared in lifecycle and double"):
        one_name_each((LIFECYCLE_TAGS, double))


def test_the_dictionary_has_every_tag_once_with_all_it_says() -> None:
    entries = {entry.tag: entry for entry in dictionary_rows()}
    assert list(entries) == [column.name for column in wide_columns()[1:]]
    share = entries["idle_share_30d"]
    assert (share.label, share.family, share.type, share.unit) == ("近30天闲时流量占比", "usage", "int", "per mille")
    assert (share.null_means, share.checks, share.source) == ("no data used", "between 0 and 1000 (warn)", "ods.usage")


def test_the_dictionary_page_shows_every_tag_in_its_familys_table() -> None:
    page = dictionary_page()
    assert all(f"| `{entry.tag}` | {entry.called} |" in page for entry in (*dictionary_rows(), *record_rows()))
    assert "## usage 业务使用" in page
    assert "| `mean_data_bytes_6m` | 近6个月月均流量 DOU |" in page


def test_the_columns_of_the_record_that_are_no_tags_have_a_label_and_say_what_null_means() -> None:
    entries = record_rows()
    assert not {entry.tag for entry in entries} & {entry.tag for entry in dictionary_rows()}
    assert {"sub_brand", "entry_date", "entry_channel", "customer_class", "stop_type"} <= {entry.tag for entry in entries}
    assert not [entry.tag for entry in entries if not entry.label or not entry.meaning]
    assert not [entry.tag for entry in entries if not entry.null_means and DWD_SUBSCRIBER.column(entry.tag).nullable]
