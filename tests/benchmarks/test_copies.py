"""A province whose subscribers stand in the tables several times."""

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from benchmarks.copies import copy_subscribers
from benchmarks.made import Made
from expectations.contract import Table
from expectations.tables.dwd_family_member import DWD_FAMILY_MEMBER
from expectations.tables.ods_usage import ODS_USAGE

NIGHT = date(2026, 3, 4)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    made = Made(tmp_path, subscribers=50)
    made.usage([NIGHT])
    tokens = made.tokens
    made.snapshot(DWD_FAMILY_MEMBER, NIGHT, {"subscriber_id": tokens, "main_subscriber_id": tokens.take([0] * 50)})
    return made


def column(made: Made, table: Table, name: str) -> list[str]:
    return [cell for path in made.files(table) for cell in pq.ParquetFile(path).read([name]).column(0).to_pylist()]


def test_each_subscriber_has_rows_under_as_many_tokens_as_copies(made: Made) -> None:
    before = column(made, ODS_USAGE, "data_bytes"), set(column(made, ODS_USAGE, "subscriber_id"))
    copy_subscribers(made.lake.settings.home, "tag", 3)
    tokens = column(made, ODS_USAGE, "subscriber_id")
    assert len(tokens) == len(set(tokens)) == 3 * len(before[1])
    assert before[1] < set(tokens)
    assert sorted(column(made, ODS_USAGE, "data_bytes")) == sorted(before[0] * 3)
    assert set(column(made, ODS_USAGE, "load_id")) == {f"of{NIGHT}"}


def test_rows_that_name_each_other_do_so_within_a_copy(made: Made) -> None:
    copy_subscribers(made.lake.settings.home, "tag", 10)
    assert len(set(column(made, DWD_FAMILY_MEMBER, "main_subscriber_id"))) == 10
    assert set(column(made, DWD_FAMILY_MEMBER, "main_subscriber_id")) < set(column(made, DWD_FAMILY_MEMBER, "subscriber_id"))


def test_more_copies_than_a_token_has_room_for_are_refused(made: Made) -> None:
    with pytest.raises(ValueError, match="17 copies; a token has room for 1 to 16"):
        copy_subscribers(made.lake.settings.home, "tag", 17)
