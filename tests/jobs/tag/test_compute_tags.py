"""How the night reads what a family says it reads."""

from datetime import date

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.checks import NOT_NULL
from expectations.feeds import FEEDS
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.ods_terminal import ODS_TERMINAL
from expectations.tables.ods_usage import ODS_USAGE
from features.family import Family
from features.library import FAMILIES
from features.reads import Lookup, Rows, TagsOf, Yesterday
from features.tag import Tags
from features.usage import USAGE_TAGS
from jobs.register import job_named
from jobs.runtime.loads import feeds_of
from jobs.runtime.reads import IfMade, Known, Latest, NightBefore, Snapshot
from jobs.tag.compute_tags import read_of

D = date(2026, 3, 4)


def sample() -> Family:
    return Family(
        name="sample",
        owner="tests",
        label="样本",
        reads={
            "use": Rows(ODS_USAGE),
            "orders": Rows(DWD_SUBSCRIPTION_INTERVAL),
            "catalogue": Lookup(ODS_TERMINAL, by="tac"),
            "usage": TagsOf(USAGE_TAGS),
            "yesterday": Yesterday(nights=3),
        },
    )


def is_busy(usage: Tags) -> Column:
    """Whether data was used."""
    return usage.data_days_30d > 0


def test_each_read_of_a_family_becomes_a_read_of_its_job() -> None:
    family = sample()

    @family.windowed("active_days", days=(2,), unit="days", label="天数")
    def days() -> Column:
        """Days."""
        return F.lit(True)

    known = read_of(family, "use")
    assert isinstance(known, Known)
    assert list(known.dates(D) or ()) == [date(2026, 3, 3), D]
    assert read_of(family, "orders") == Snapshot(DWD_SUBSCRIPTION_INTERVAL)
    assert read_of(family, "catalogue") == Latest(ODS_TERMINAL)
    assert read_of(family, "yesterday") == NightBefore(family.table, 3)


def test_another_family_is_waited_for_and_done_without_unless_a_tag_made_of_it_cannot_be_null() -> None:
    may_be_null, promised = sample(), sample()
    may_be_null.derived("boolean", label="忙", null_means="no usage tags tonight")(is_busy)
    promised.derived("boolean", label="忙", checks=(NOT_NULL,))(is_busy)
    assert read_of(may_be_null, "usage") == IfMade(USAGE_TAGS.table)
    assert read_of(promised, "usage") == Snapshot(USAGE_TAGS.table)


def test_handsets_are_known_without_usage_and_the_stage_reads_its_night_before() -> None:
    assert isinstance(job_named("compute_terminal_tags").reads["usage"], IfMade)
    assert isinstance(job_named("compute_lifecycle_tags").reads["yesterday"], NightBefore)


def test_reads_whose_feeds_deliver_on_change_say_so() -> None:
    reads = {(family.name, name): read for family in FAMILIES for name, read in family.reads.items()}
    told = {key: read.on_change for key, read in reads.items() if isinstance(read, Rows) and read.table.event_date}
    feeds = {key: [FEEDS[name] for name in feeds_of(reads[key].table)] for key in told}
    assert told == {key: bool(of) and all(feed.cadence == "on change" for feed in of) for key, of in feeds.items()}
