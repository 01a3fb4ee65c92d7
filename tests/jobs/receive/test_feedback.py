"""Feedback of two channels in their own words fills the same columns."""

from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import Row, SparkSession

from expectations.channels import CHANNELS
from expectations.feedback import USUAL_COLUMNS, FeedbackForm, given
from expectations.feeds import FEEDS
from expectations.feeds.feedback import feed_of
from jobs.receive.deliveries import deliveries
from jobs.receive.parse import parsed
from jobs.runtime.vault import token
from tests.night.deliveries import deliver
from tests.night.homes import NIGHT

KEY = b"k" * 32
SMS = (
    "12900000001|c10|wave1|20260303|REJECTD|20260304090000|MK:0005|||",
    "12900000002|c10|wave1|20260303|DELIVRD|20260304090000||||",
    "12900000002|c10|wave1|20260303|RESULT|20260304091500||4||",
    "12900000002|c10|wave1|20260303|GUESS|20260304091500||||",
)
CRM = ("20260303,c10,wave2,12900000002,,20260304100000,M,,,N",)


@pytest.mark.parametrize(
    ("name", "lines", "expected"),
    [
        (
            "sms",
            SMS,
            [
                ("wave1", "rejected", "opted_out", None, None, []),
                ("wave1", "delivered", None, None, None, []),
                ("wave1", "outcome", None, "do_not_disturb", None, []),
                ("wave1", None, None, None, None, ["STAT"]),
            ],
        ),
        ("crm", CRM, [("wave2", "satisfaction", None, None, "dissatisfied", [])]),
    ],
    ids=["sms", "crm"],
)
def test_a_channels_own_codes_read_as_the_common_ones(
    spark: SparkSession, tmp_path: Path, name: str, lines: tuple[str, ...], expected: list[tuple]
) -> None:
    feed = FEEDS[f"{name}_feedback"]
    header = [feed.delimiter.join(field.name for field in feed.fields)] if feed.header else []
    deliver(tmp_path, feed, [line.encode(feed.encoding) for line in (*header, *lines)])
    (tmp_path / "token.key").write_bytes(KEY)
    (delivery,) = deliveries(feed, tmp_path / "landing", NIGHT, NIGHT)
    assert delivery.faults == ()
    found: list[Row] = parsed(spark, feed, [delivery], tmp_path / "token.key").orderBy("at").collect()
    told = [(row.step, row.stage, row.reason, row.outcome, row.satisfaction, [r.split(":")[0] for r in row.reasons]) for row in found]
    assert told == expected
    assert {(row.channel, row.scenario, row.list_date) for row in found} == {(name, "c10", date(2026, 3, 3))}
    assert found[-1].recipient == token(KEY, "number", "12900000002")


def test_a_channel_without_numbers_names_each_row_by_its_contact_alone(spark: SparkSession, tmp_path: Path) -> None:
    columns = tuple(pair for pair in USUAL_COLUMNS if pair[0] != "number")
    feed = feed_of(CHANNELS["crm"], FeedbackForm(stages=given(accepted="01"), columns=columns, gzip=False))
    ids = ("0123456789abcdef" * 2, "12900000002", "")
    deliver(tmp_path, feed, [f"20260304100000|c10|wave1|20260303|{contact}|01|||".encode() for contact in ids])
    (tmp_path / "token.key").write_bytes(KEY)
    (delivery,) = deliveries(feed, tmp_path / "landing", NIGHT, NIGHT)
    found = parsed(spark, feed, [delivery], tmp_path / "token.key").orderBy("at").collect()
    assert [(row.recipient, row.contact_id) for row in found[:1]] == [(ids[0], ids[0])]
    wrong = "CONTACT_ID: expected matches [0-9a-f]{32}"
    assert [row.reasons for row in found] == [[], [wrong], ["CONTACT_ID: expected a value"]], "a number is no contact id"


def test_a_list_of_the_future_and_a_stage_without_its_cell_are_quarantined(spark: SparkSession, tmp_path: Path) -> None:
    feed = FEEDS["crm_feedback"]
    code = {name: came for came, name in next(field.form.codes for field in feed.fields if field.to == "stage")}
    told = [
        (f"20260304,c10,wave1,12900000002,,20260304100000,{code['accepted']},,,", "NAME_LIST_DATE: expected before day"),
        (f"20260303,c10,wave1,12900000002,,20260304100000,{code['rejected']},,,", "FAIL_CODE: expected not null when stage is rejected"),
        (f"20260303,c10,wave1,12900000002,,20260304100000,{code['rejected']},,odd,", "FAIL_CODE: expected one of"),
        (f"20260303,c10,wave1,12900000002,,20260304100000,{code['outcome']},,,", "CUST_RESULT: expected not null when stage is outcome"),
        (f"20260303,张三,wave1,12900000002,,20260304100000,{code['accepted']},,,", "ACTIVITY_ID: expected matches"),
    ]
    lines = [feed.delimiter.join(field.name for field in feed.fields), *(line for line, _ in told)]
    deliver(tmp_path, feed, [line.encode(feed.encoding) for line in lines])
    (tmp_path / "token.key").write_bytes(KEY)
    (delivery,) = deliveries(feed, tmp_path / "landing", NIGHT, NIGHT)
    found = parsed(spark, feed, [delivery], tmp_path / "token.key").orderBy("at").collect()
    assert len(found) == len(told)
    for row, (_, reason) in zip(found, told, strict=True):
        assert len(row.reasons) == 1
        assert row.reasons[0].startswith(reason)
