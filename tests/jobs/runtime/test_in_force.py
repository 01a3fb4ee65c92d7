"""Which rows of a catalogue a night reads when its newest delivery has rows in quarantine."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from expectations.feeds import FEEDS
from expectations.tables.ods_tariff import ODS_TARIFF
from expectations.tables.ops import OPS_LOAD, OPS_QUARANTINE
from jobs.runtime.gaps import NotPublishedError
from jobs.runtime.lake import Lake
from jobs.runtime.reads import InForce
from jobs.runtime.settings import settings
from tests.frames import frame, rows

# The delivery of the 3rd was refused, that of the 5th is not known on the 4th.
LOADS = """
    feed           | scope | known_on   | event_date | data_date  | sequence | load_id | state   | files | rows_loaded | rows_quarantined
    tariff_catalog |       | 2026-03-01 | 2026-03-01 | 2026-03-01 | 1        | a       | loaded  | 1     | 2           | 0
    tariff_catalog |       | 2026-03-02 | 2026-03-02 | 2026-03-02 | 1        | b       | loaded  | 1     | 1           | 1
    tariff_catalog |       | 2026-03-03 | 2026-03-03 | 2026-03-03 | 1        | c       | refused | 1     | 0           | 2
    tariff_catalog |       | 2026-03-05 | 2026-03-05 | 2026-03-05 | 1        | d       | loaded  | 1     | 1           | 0
"""
ROWS = """
    day        | known_on   | feed           | load_id | product | monthly_fee_fen | valid_from
    2026-03-01 | 2026-03-01 | tariff_catalog | a       | dp005   | 500             | 2020-01-01
    2026-03-01 | 2026-03-01 | tariff_catalog | a       | gt058   | 5800            | 2020-01-01
    2026-03-02 | 2026-03-02 | tariff_catalog | b       | dp005   | 600             | 2020-01-01
    2026-03-05 | 2026-03-05 | tariff_catalog | d       | dp005   | 700             | 2020-01-01
"""
KEPT = """
    feed           | known_on   | load_id | file | line | reasons | code
    tariff_catalog | 2026-03-02 | b       | f    | 1    | bad     | gt058
    org            | 2026-03-02 | x       | f    | 1    | bad     | dp005
"""


@pytest.mark.parametrize(
    ("on", "fees"),
    [
        (date(2026, 3, 1), [("dp005", 500), ("gt058", 5800)]),
        (date(2026, 3, 4), [("dp005", 600), ("gt058", 5800)]),
        (date(2026, 3, 5), [("dp005", 700)]),
    ],
)
def test_a_tariff_whose_row_is_in_quarantine_is_read_from_the_delivery_before(
    spark: SparkSession, tmp_path: Path, on: date, fees: list[tuple[str, int]]
) -> None:
    lake = Lake(settings({"CHUDIAN_HOME": f"{tmp_path}"}))
    for table, text in ((OPS_LOAD, LOADS), (ODS_TARIFF, ROWS), (OPS_QUARANTINE, KEPT)):
        lake.records.append(table, [{**row.asDict(), "scope": ""} for row in frame(spark, table, text).collect()])
    assert rows(lake.read(InForce(ODS_TARIFF), on), "product", "monthly_fee_fen") == fees


def test_a_catalogue_that_was_never_delivered_has_no_rows_for_a_job_that_can_do_without(spark: SparkSession, tmp_path: Path) -> None:
    lake = Lake(settings({"CHUDIAN_HOME": f"{tmp_path}"}))
    assert lake.read(InForce(ODS_TARIFF, is_needed=False), date(2026, 3, 1)).collect() == []
    with pytest.raises(NotPublishedError, match="no load of feed tariff_catalog is known on 2026-03-01"):
        lake.read(InForce(ODS_TARIFF), date(2026, 3, 1))


def test_of_two_feeds_that_fill_a_catalogue_each_has_its_newest_delivery(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The city's tariffs of the 2nd stay in force beside the province's of the 5th."""
    tariffs = FEEDS["tariff_catalog"]
    monkeypatch.setattr("jobs.runtime.loads.FEEDS", {"tariff_catalog": tariffs, "of_a_city": replace(tariffs, name="of_a_city")})
    lake = Lake(settings({"CHUDIAN_HOME": f"{tmp_path}"}))
    loads = LOADS + "of_a_city | | 2026-03-02 | 2026-03-02 | 2026-03-02 | 1 | e | loaded | 1 | 1 | 0\n"
    tariff_rows = ROWS + "2026-03-02 | 2026-03-02 | of_a_city | e | city1 | 100 | 2020-01-01\n"
    for table, text in ((OPS_LOAD, loads), (ODS_TARIFF, tariff_rows), (OPS_QUARANTINE, KEPT)):
        lake.records.append(table, [{**row.asDict(), "scope": ""} for row in frame(spark, table, text).collect()])
    assert rows(lake.read(InForce(ODS_TARIFF), date(2026, 3, 5)), "product", "monthly_fee_fen") == [("city1", 100), ("dp005", 700)]
