"""A header that differs from the declaration: what can be read by name is read and reported, what cannot is refused."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from expectations.feeds import FEEDS
from jobs.receive.deliveries import Delivery, deliveries
from jobs.receive.header import Header
from jobs.receive.parse import parsed
from tests.night.deliveries import deliver
from tests.night.homes import NIGHT

FEED = replace(FEEDS["boss_subscription"], header=True, gzip=False, delimiter="|")
NAMES = "ORDER_ID|USER_ID|PRODUCT_CODE|CHANNEL_CODE|ORDER_SOURCE|ORDER_TIME|CANCEL_TIME|EFF_DATE|EXP_DATE"
ROW = "7001|80000000017|dp010|crm|1|20260304090000||20260304|"


def look(home: Path, *lines: str) -> Delivery:
    deliver(home, FEED, [line.encode() for line in lines])
    (found,) = deliveries(FEED, home / "landing", NIGHT, NIGHT)
    return found


REFUSED = {
    "the header lacks USER_ID, without which": NAMES.replace("USER_ID", "SUBS_ID"),
    "the header lacks ORDER_ID, USER_ID, PRODUCT_CODE, ORDER_SOURCE": ROW,
    "the header has ORDER_ID twice": NAMES + "|ORDER_ID",
}


@pytest.mark.parametrize("fault", REFUSED)
def test_a_file_without_a_column_that_it_needs_or_with_one_twice_is_refused_and_shows_no_row(tmp_path: Path, fault: str) -> None:
    (told,) = look(tmp_path, REFUSED[fault], ROW).faults
    assert fault in told
    assert "80000000017" not in told


def test_the_refusal_of_a_renamed_column_says_what_was_expected_and_what_to_do(tmp_path: Path) -> None:
    (told,) = look(tmp_path, NAMES.replace("USER_ID", "SUBS_ID"), ROW).faults
    assert f"1 of its 9 names are not declared. Expected {NAMES}; if a column has a new name, change it in the feed" in told


def read(spark: SparkSession, home: Path, *lines: str) -> tuple[list[str], list[dict[str, Any]]]:
    key = home / "token.key"
    key.write_bytes(os.urandom(32))
    found = look(home, *lines)
    assert found.faults == ()
    rows = [row.asDict() for row in parsed(spark, FEED, [found], key).orderBy("at").collect()]
    assert found.rows == len(rows)
    return found.drift, rows


def test_columns_are_read_by_name_in_any_order_and_new_and_missing_ones_are_reported(spark: SparkSession, tmp_path: Path) -> None:
    drift, (row, short) = read(
        spark,
        tmp_path,
        "\ufeffUSER_ID|ORDER_ID|PRODUCT_CODE|备注|ORDER_SOURCE|ORDER_TIME|CANCEL_TIME|EFF_DATE|EXP_DATE|NEW_COLUMN\r",
        "80000000017|7001|dp010|x|1|20260304090000||20260304||y",
        "80000000017|7002|dp010|x|1",
    )
    assert (row["reasons"], row["order_id"], row["product"], row["channel"]) == ([], "7001", "dp010", None)
    assert short["reasons"] == ["expected 10 columns, got 5"]
    assert drift == [
        "column CHANNEL_CODE is missing; its values are null",
        "new column (a name with other characters) is ignored; declare it as a field to use it",
        "new column NEW_COLUMN is ignored; declare it as a field to use it",
        "the columns are in another order, and are read by their names",
    ]


def test_a_header_as_declared_is_no_drift_and_is_no_row_where_it_is_repeated(spark: SparkSession, tmp_path: Path) -> None:
    drift, rows = read(spark, tmp_path, NAMES, ROW, NAMES, ROW.replace("7001", "7002"))
    assert (drift, [row["order_id"] for row in rows]) == ([], ["7001", "7002"])


def test_a_header_without_the_columns_of_objections_is_refused() -> None:
    feed = replace(FEEDS["crm_customer"], header=True)
    names = ",".join(field.name for field in feed.fields if field.name != "DND_CHANNELS")
    assert "the header lacks DND_CHANNELS" in " ".join(Header.of(feed, names.encode()).faults)
