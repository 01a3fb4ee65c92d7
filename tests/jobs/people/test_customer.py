"""Who holds a number, and who asked."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from pyspark.sql import DataFrame

from expectations.contract import Table
from expectations.tables.dws_customer_view import DWS_CUSTOMER_VIEW
from expectations.tables.dws_group_view import DWS_GROUP_VIEW, FACTS
from expectations.tables.vault import VAULT_PERSON, VAULT_READ
from jobs.people.customer import CustomerError, customers, tokens, view_of
from jobs.people.forget import to_forget
from jobs.register import all_jobs
from jobs.runtime.lake import Lake
from jobs.runtime.vault import make_demo_key, token
from jobs.runtime.writing import write
from tests.frames import frame
from tests.jobs.people.lines import CUSTOMER, SUBSCRIBER, customer_line, subscriber_line
from tests.night.deliveries import deliver
from tests.night.homes import NIGHT, runner_of


def test_the_holder_of_a_number_is_shown_with_name_and_manager_and_the_read_is_logged(tmp_path: Path) -> None:
    key = make_demo_key(tmp_path / "vault", 1)
    runner = runner_of(tmp_path)
    deliver(tmp_path, SUBSCRIBER, [subscriber_line(f"800000000{who}", f"129000000{who}") for who in (17, 25)])
    who = {"CUST_NAME": "欧阳, 锋", "ADDRESS": "福州市", "ID_NUMBER": "350102198001011234"}
    managed = {"USER_ID": "80000000017", **who, "MANAGER_NAME": "王经理", "MANAGER_PHONE": "12900000099"}
    deliver(tmp_path, CUSTOMER, [customer_line(**managed), customer_line(USER_ID="80000000025")])
    for name in ("receive_boss_subscriber", "receive_crm_customer"):
        runner.run(all_jobs()[name], NIGHT)
    stored = {row.name: row.manager_phone for row in runner.lake.whole(VAULT_PERSON).collect()}
    assert stored == {"欧阳, 锋": "12900000099", None: None}, "a blank cell is no text"

    own = token(key.read_bytes(), "user", "80000000017")
    for night, brand in ((NIGHT, "gotone"), (NIGHT - timedelta(days=1), "mzone")):
        view = frame(runner.lake.spark, DWS_CUSTOMER_VIEW, f"subscriber_id | business_date | brand\n{own} | {night} | {brand}")
        publish(runner.lake, DWS_CUSTOMER_VIEW, view, night)

    (found,) = customers(runner.lake, "12900000017", "complaint 17")
    assert (found["brand"], found["business_date"]) == ("gotone", NIGHT), "the view of the newest night"
    assert (found["name"], found["document_id"], found["manager_name"]) == ("欧阳, 锋", "350102198001011234", "王经理")
    assert found["subscriber_id"] == token(key.read_bytes(), "user", "80000000017")
    with pytest.raises(CustomerError, match="Nobody holds this number") as refusal:
        customers(runner.lake, "12900000018", "complaint 18")
    assert "12900000018" not in str(refusal.value)
    assert tokens(runner.lake, "12900000017", "analysis 3") == [found["subscriber_id"]]
    logged = sorted((row["reason"], row["subscriber_id"], row["rows"]) for row in runner.lake.records.rows(VAULT_READ))
    assert logged == [("analysis 3", found["subscriber_id"], 1), ("complaint 17", found["subscriber_id"], 1), ("complaint 18", None, 0)]

    of_group = dict.fromkeys(column.name for column in DWS_GROUP_VIEW.columns) | {"group_id": "g7", "business_date": NIGHT}
    of_group |= {"customers": 3, "key_persons": [], "members": [facts(own), facts("other")]}
    publish(runner.lake, DWS_GROUP_VIEW, runner.lake.spark.createDataFrame([(*of_group.values(),)], DWS_GROUP_VIEW.ddl), NIGHT)
    group = view_of(runner.lake, DWS_GROUP_VIEW, "g7", 1, "visit 5")
    assert [(one["number"], one["name"], one["tier"]) for one in group["members"]] == [("12900000017", "欧阳, 锋", "gold")]
    assert (group["customers"], group["key_persons"]) == (3, [])
    with pytest.raises(CustomerError, match="No group has the code g8"):
        view_of(runner.lake, DWS_GROUP_VIEW, "g8", 1, "visit 5")
    read = [
        (row["command"], row["subscriber_id"], row["fields"]) for row in runner.lake.records.rows(VAULT_READ) if row["reason"] == "visit 5"
    ]
    assert read == [("group", own, ["number", "name"])], "only people who are shown are read"


def publish(lake: Lake, table: Table, rows: DataFrame, night: date) -> None:
    draft = write(lake, table, rows, night, f"night={night}/run=t.{night}")
    lake.at(table).commit(draft.files, [("business_date", "=", f"{night}")], {})


def facts(who: str) -> tuple[str | None, ...]:
    """A member of gold of whom nothing else is known."""
    return tuple({"subscriber_id": who, "tier": "gold"}.get(name) for name in FACTS)


def test_without_a_vault_or_a_reason_nobody_is_shown(tmp_path: Path) -> None:
    lake = runner_of(tmp_path).lake
    with pytest.raises(CustomerError, match="There is no vault at"):
        to_forget(lake, "12900000018")
    with pytest.raises(CustomerError, match="There is no vault at"):
        customers(lake, "12900000018", "complaint 18")
    (tmp_path / "vault").mkdir(mode=0o700)
    with pytest.raises(CustomerError, match="The reason is empty"):
        customers(lake, "12900000018", "  ")


@pytest.mark.skipif(os.getuid() == 0, reason="root may read everything")
def test_who_may_not_read_the_vault_learns_nothing(tmp_path: Path) -> None:
    (tmp_path / "vault").mkdir(mode=0o000)
    with pytest.raises(CustomerError, match="is closed to you"):
        customers(runner_of(tmp_path).lake, "12900000017", "curiosity")
