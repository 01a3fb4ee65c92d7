"""Which alarms a morning raises, and that each is raised once."""

from datetime import date, datetime
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from expectations.channels import CHANNELS
from expectations.tables.fb_customer_state import FB_CUSTOMER_STATE
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.ops import OPS_RUN
from expectations.tables.rpt_funnel import RPT_FUNNEL
from jobs.cli import app
from jobs.publish.held import Held, record_held
from jobs.publish.key import Key
from jobs.report.alarms import AlarmError, alarms, raise_new, record
from jobs.report.check_acknowledgements import unacknowledged
from jobs.runtime.lake import Lake
from jobs.runtime.records import now
from jobs.runtime.settings import settings
from tests.frames import frame
from tests.jobs.people.stored import store
from tests.jobs.report.test_night_lists import C10, ON, counted, publish


def at(hour: str) -> datetime:
    """That hour in Shanghai, on the day on which channels import."""
    return datetime.fromisoformat(f"2026-03-05 {hour}+08:00")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(settings({"CHUDIAN_HOME": f"{tmp_path}"}))


def told(lake: Lake, hour: str) -> list[str]:
    return [alarm.text for alarm in alarms(lake, ON, at(hour))]


def test_lists_that_were_never_published_are_late_from_the_first_channels_hour_on(lake: Lake) -> None:
    assert min(channel.publish_by for channel in CHANNELS.values()).hour == 7
    assert told(lake, "06:59") == []
    assert told(lake, "07:00") == [f"the lists of {ON} are not published; the first channels needed them by 07:00"]


def test_a_list_is_late_when_it_is_not_complete_at_its_own_channels_hour(lake: Lake) -> None:
    lake.publications.record(MKT_CONTACT, [{"business_date": ON, "rows": 9, "job": "publish_lists", "run_id": "r"}])
    outbox = lake.settings.outbox
    publish(outbox, "sms", "wave1", 5)
    publish(outbox, "app_hall", "wave1", 5, complete=False)
    store(lake, RPT_FUNNEL, [counted("crm", "wave1", 7)])
    record_held(lake, ON, {Key("fetion", C10, "wave1"): Held(3, ["too many"], "v")}, "r", now())
    app_hall = f"list app_hall/{C10}/wave1 is not complete; its channel needed it by 07:00"
    assert told(lake, "07:30") == [app_hall]
    others = [
        f"list {name}/{C10}/wave1 is {state}; its channel needed it by 08:00"
        for name, state in (("crm", "not written"), ("fetion", "held"))
    ]
    assert told(lake, "08:00") == [app_hall, *others]


def test_an_alarm_is_raised_until_somebody_was_told_and_acknowledgements_are_those_of_the_newest_run(lake: Lake) -> None:
    lake.publications.record(MKT_CONTACT, [{"business_date": ON, "rows": 0, "job": "publish_lists", "run_id": "r"}])
    run = {"job": "check_acknowledgements", "business_date": ON, "from_date": ON, "state": "done", "seconds": 1.0}
    lake.records.append(OPS_RUN, [run | {"run_id": "1", "started_at": at("02:00"), "warnings": ["old"]}])
    lake.records.append(OPS_RUN, [run | {"run_id": "2", "started_at": at("03:00"), "warnings": ["list a", "list b"]}])
    for look in ("07:00", "07:30"):
        with pytest.raises(AlarmError, match=r"Alarms of 2026-03-04:\n  - list a\n  - list b\n") as raised:
            raise_new(lake, ON, at(look))
    record(lake, raised.value, at("07:30"))
    raise_new(lake, ON, at("08:00"))


def test_the_desk_is_told_the_same_with_a_status_that_a_timer_can_use(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUDIAN_HOME", f"{lake.settings.home}")
    late = CliRunner().invoke(app, ["alarms", "2026-03-04"])
    assert (late.exit_code, late.stdout) == (1, f"the lists of {ON} are not published; the first channels needed them by 07:00\n")
    early = CliRunner().invoke(app, ["alarms", "2099-12-31"])
    assert (early.exit_code, early.stdout) == (0, "No alarm for the night of 2099-12-31.\n")


def test_a_list_without_any_report_is_named_from_the_day_its_channel_states(spark: SparkSession) -> None:
    state = frame(
        spark,
        FB_CUSTOMER_STATE,
        """
        subscriber_id | scenario | step  | list_date  | channel | is_sent | is_answered
        one           | c10      | wave1 | 2026-03-04 | sms     | true    | false
        two           | c10      | wave1 | 2026-03-04 | sms     | true    | false
        one           | c10      | wave1 | 2026-03-04 | crm     | true    | false
        two           | c10      | wave1 | 2026-03-04 | crm     | true    | true
        three         | c10      | wave1 | 2026-03-04 | kiosk   | false   | false
        old           | c10      | wave1 | 2026-02-24 | sms     | true    | false
        """,
    )
    assert unacknowledged(date(2026, 3, 5), state) == []
    late = ["list sms/c10/wave1 of 2026-03-04: the channel reports nothing of its 2 contacts; it was due by 2026-03-06"]
    assert [unacknowledged(date(2026, 3, day), state) for day in (6, 12, 13)] == [late, late, []]
