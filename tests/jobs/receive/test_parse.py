"""Lines to rows: what cannot be an identifier is kept back."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession

from expectations.feeds import FEEDS
from expectations.files import FileNames
from jobs.receive.deliveries import deliveries
from jobs.receive.parse import parsed
from tests.night.deliveries import deliver
from tests.night.homes import NIGHT

# One of boss_subscriber: user id and number first, the IMEI in the middle.
LINE = "80000000017|12900000017|1||20200101|01|20200101|10|20200101|||0|353686010000000|3501|350102|1|0|0|"


@pytest.fixture
def rows(spark: SparkSession, tmp_path: Path) -> DataFrame:
    own_names = FileNames(part="S1_{date:%Y%m%d}.{part:03}.gz", check="S1_{date:%Y%m%d}.CHK")
    feed = replace(FEEDS["boss_subscriber"], files=own_names)
    key = tmp_path / "token.key"
    key.write_bytes(os.urandom(32))
    lines = [
        LINE,
        LINE.replace("80000000017|12900000017", "12900000017|80000000017"),
        LINE.replace("12900000017|", "12900000017 |"),
        "\ufeff" + LINE,
        LINE.replace("353686010000000", "none"),
        LINE.replace("80000000017", ""),
    ]
    deliver(tmp_path, feed, [line.encode(feed.encoding) for line in lines])
    return parsed(spark, feed, list(deliveries(feed, tmp_path / "landing", NIGHT, NIGHT)), key)


def test_an_identifier_that_does_not_read_as_one_is_kept_back_and_makes_no_token(rows: DataFrame) -> None:
    came = rows.orderBy("at").collect()
    number, user = "MSISDN: expected a number of 11 digits that begins with 1", "USER_ID: expected a user id of 6 to 20 digits"
    imei, absent = "IMEI: expected an IMEI of 14 to 16 digits", "USER_ID: expected a value"
    assert [row.reasons for row in came] == [[], [number], [number], [user], [imei], [absent]]
    assert [bool(row.number_token) for row in came] == [True, False, False, True, True, True]
