"""Numbers and managers in lists: by permission of the channel, and logged."""

import codecs
from dataclasses import replace

import pytest

from expectations.channel import ListForm
from expectations.channels import CHANNELS
from expectations.tables.vault import VAULT_PERSON, VAULT_READ
from jobs.runtime.lake import Lake
from tests.frames import frame
from tests.jobs.publish.test_publish_lists import C10, C11, DECISIONS, ON, Night, contact
from tests.jobs.publish.test_publish_lists import night as night

CHOSEN = "有流量无流量套餐客户营销"


def test_an_account_managers_list_names_the_manager_and_each_list_with_personal_data_is_logged(night: Night) -> None:
    managed = (
        DECISIONS.replace("crm      | passive", "account_manager | active")
        + "    five | c10 | wave1 | 9901 | listed | dp010 | | account_manager | active | 6\n"
    )
    # Somebody who is in no other active list, which would be held.
    night.run(
        managed, persons=frame(night.spark, VAULT_PERSON, "subscriber_id | manager_name | manager_phone\nfive | 王经理 | 12900000099")
    )
    content = (night.outbox / f"account_manager/{C10}/wave1/{ON}/9901.csv").read_bytes()
    assert content.startswith(codecs.BOM_UTF8), "people open it in a spreadsheet"
    lines = content.decode("utf-8-sig").splitlines()
    assert lines == [
        "客户经理,客户经理电话,序号,手机号码,接触编号,场景,产品代码,产品,赠送代码,赠送,推荐顺序,推荐理由,预计月省(元),话术",
        f',,3,12900000004,{contact("four")},{C10},dp010,10元,credit_5,5元话费,1,"{CHOSEN},预计每月省0.15元",0.15,message 3',
        f'王经理,12900000099,6,12900000005,{contact("five")},{C10},dp010,10元,,,1,"{CHOSEN},预计每月省0.3元",0.3,message 6',
    ]
    logged = Lake(night.settings).records.rows(VAULT_READ)
    assert {(row["reason"], row["rows"], *row["fields"]) for row in logged} == {
        (f"account_manager/{C10}/wave1", 2, "manager_name", "manager_phone", "number"),
        (f"sms/{C10}/wave1", 3, "number"),
        (f"web_hall/{C11}/wave2", 1, "number"),
    }
    assert {(row["command"], row["business_date"], row["run_id"]) for row in logged} == {("publish_lists", ON, "run 1")}


def test_the_work_orders_of_an_account_manager_stand_together_and_the_best_of_each_comes_first(night: Night) -> None:
    who = {"one": "M1", "two": "M2", "three": "M1", "four": "M2", "five": "M1"}
    phones = {"M1": "12900000091", "M2": "12900000092"}
    orders = "who | scenario | step | city | stage | offer | resource | channel | mode | rank\n" + "\n".join(
        f"{one} | c10 | wave1 | 9901 | listed | dp010 | | account_manager | active | {rank}" for rank, one in enumerate(who, start=1)
    )
    # Two managers of one name are told apart by their telephone numbers.
    named = [f"{one} | 王经理 | {phones[manager]}" for one, manager in who.items()]
    persons = "subscriber_id | manager_name | manager_phone\n" + "\n".join(named)
    night.run(orders, persons=frame(night.spark, VAULT_PERSON, persons))
    lines = (night.outbox / f"account_manager/{C10}/wave1/{ON}/9901.csv").read_text("utf-8-sig").splitlines()[1:]
    assert [tuple(line.split(",")[1:3]) for line in lines] == [
        *((phones["M1"], rank) for rank in ("1", "3", "5")),
        *((phones["M2"], rank) for rank in ("2", "4")),
    ]


def test_a_channel_that_may_not_have_numbers_gets_contact_ids_and_no_release_is_logged(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = ListForm(columns=("contact_id", "message"))
    without = replace(CHANNELS["crm"], may_have_numbers=False, form=form, feedback=None, counts=())
    monkeypatch.setitem(CHANNELS, "crm", without)
    night.run()
    (line,) = (night.outbox / f"crm/{C10}/wave1/{ON}/9901.csv").read_text("utf-8").splitlines()[1:]
    assert line == f"{contact('four')},message 3"
    assert not [row for row in Lake(night.settings).records.rows(VAULT_READ) if row["reason"].startswith("crm/")]
