from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.ods_terminal import ODS_TERMINAL
from expectations.tables.ods_wap_log import ODS_WAP_LOG
from jobs.maintain import list_unknown as module
from jobs.maintain.list_unknown import list_unknown, unknown_hosts, unknown_tacs
from jobs.register import scheduled
from jobs.runtime.job_run import Runner
from jobs.runtime.settings import settings
from tests.frames import frame


def test_hosts_without_a_category_are_listed_by_reach_and_not_those_of_a_few_people_or_withheld(
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FEWEST", 2)
    requests = frame(
        spark,
        ODS_WAP_LOG,
        """
        number_token | day        | host
        one          | 2026-03-04 | m.wide.cn
        two          | 2026-03-04 | wide.cn
        three        | 2026-03-04 | www.wide.cn
        one          | 2026-03-03 | busy.cn
        one          | 2026-03-03 | busy.cn
        two          | 2026-03-03 | busy.cn
        one          | 2026-03-03 | lone.cn
        one          | 2026-03-04 | withheld
        two          | 2026-03-04 | withheld
        one          | 2026-03-04 | m.yingku.com
        two          | 2026-03-04 | m.yingku.com
        """,
    )
    assert unknown_hosts(requests) == [("domain", "wide.cn", "", 3, 3), ("domain", "busy.cn", "", 2, 3)]


def test_handset_types_that_s9_does_not_have_are_listed_by_reach(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FEWEST", 2)
    subscribers = frame(
        spark,
        DWD_SUBSCRIBER,
        """
        subscriber_id | tac
        one           | 86000001
        two           | 86000001
        three         | 86000002
        four          | 99000107
        five          | 99000107
        six           |
        seven         |
        """,
    )
    assert unknown_tacs(subscribers, frame(spark, ODS_TERMINAL, "tac\n99000107")) == [("86000001", 2)]


def test_the_files_are_written_weekly() -> None:
    assert list_unknown in scheduled("weekly")


def test_a_home_without_a_night_is_told_what_there_is_nothing_of_and_the_job_ends(spark: SparkSession, tmp_path: Path) -> None:
    run = Runner(settings({"CHUDIAN_HOME": str(tmp_path)})).run(list_unknown, date(2026, 3, 4))
    assert [warning.partition("\n  To mend it")[0] for warning in run.warnings] == [
        "unknown_hosts.csv is not written. Table ods.wap_log:\n  - no load of the 7 days up to 2026-03-04",
        "unknown_tacs.csv is not written. Table dwd.subscriber:\n  - no partition business_date=2026-03-04",
    ]
    assert not list(tmp_path.rglob("*.csv"))
