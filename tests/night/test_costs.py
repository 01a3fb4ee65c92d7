"""What a night costs, counted: Spark's jobs by job of chudian's, commits by table. Seconds differ from machine to machine; these do not."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.event_log import NOBODY, Work, work_in
from expectations.contract import Table
from features.library import FAMILIES
from features.tag import Aggregated
from jobs.register import night_jobs
from tests.night.homes import NIGHT, runner_of

# Spark runs a job for each shuffle of a query and one for its result.
MOST_OF_ONE_TABLE = 8
# These run a query for each catalogue, finding or list as well.
# find_candidates first asks for which steps anybody is due, and publish_lists ranks a subscriber's offers
# in a channel and counts their contacts.
MOST = {"find_candidates": 27, "check_scenarios": 15, "publish_lists": 24, "check_decisions": 16}
# It reads three catalogues and what is promised of each resource, keeps the sorted offers for the driver and for their names, and publishes
# decisions and limits.
MOST |= {"decide_contacts": 23}
# It joins contacts with numbers, subscribers, orders, the no-call list and what channels reported.
MOST |= {"recall_contacts": 30}
# S5 fills a table of the vault as well, and is compared with S1.
MOST |= {"receive_crm_customer": 9}
# It joins S5, the no-call list and handsets that former subscribers had.
MOST |= {"refine_subscribers": 10}
# It joins ties, numbers, subscribers and orders, and count by family and by member.
MOST |= {"refine_families": 14}
# It groups each part's table by subscriber, and joins the parts. A push groups labels by subscriber, and joins tiers and numbers.
MOST |= {"view_customers": 20, "push_labels": 12}
# It joins the subscribers and each family.
MOST |= {"write_car": len(FAMILIES) + 2}
# A family shuffles each of its reads once, and twice more for each column whose values are compared.
for family in FAMILIES:
    compared = {(tag.of, tag.way.by) for tag in family.tags if isinstance(tag, Aggregated) and tag.way.by}
    if compared:
        MOST[f"compute_{family.name}_tags"] = MOST_OF_ONE_TABLE + len(family.reads) + 2 * len(compared)


@pytest.fixture(scope="module")
def work(after_night: Path) -> Work:
    """What Spark was given in the night."""
    return work_in(after_night.parent / "events")


def test_a_job_of_the_night_starts_no_more_of_sparks_jobs_than_its_queries_need(work: Work) -> None:
    too_many = {name: count for name, count in work.jobs.items() if count > MOST.get(name, MOST_OF_ONE_TABLE)}
    assert not too_many, work.jobs
    assert work.jobs[NOBODY] == 0, "some work of Spark's carries no job's name"


def test_a_feed_that_brought_nothing_and_the_pages_start_no_spark_job(work: Work, after_night: Path) -> None:
    brought = {path.name for path in (after_night / "landing" / f"{NIGHT}").iterdir()}
    quiet = {job.name for job in night_jobs() if job.stage == "receive" and job.name.removeprefix("receive_") not in brought}
    assert quiet
    assert not {name: work.jobs[name] for name in (*quiet, "write_report", "write_site") if work.jobs[name]}


def test_a_job_commits_once_to_each_table_it_writes(after_night: Path) -> None:
    lake = runner_of(after_night).lake
    tables: dict[str, Table] = {table.name: table for job in night_jobs() for table in job.writes if not table.log_of}
    commits = Counter[tuple[str, str]]()
    for table in tables.values():
        handle = lake.at(table).opened()
        for told in handle.history() if handle is not None else []:
            if told.get("chudian.business_date") == f"{NIGHT}":
                commits[table.name, told["chudian.job"]] += 1
    assert commits
    assert set(commits.values()) == {1}
