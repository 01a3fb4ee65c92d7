"""The extracts beside BOSS, billing and the gateway: they share ids with those, and behave as people do."""

from pathlib import Path

from tests.simulator.landing import rows

NIGHT = "20260304"


def test_families_join_numbers_of_live_customers_to_main_accounts_of_the_province(home: Path) -> None:
    ties = rows(home, "family_tie", f"family_tie_{NIGHT}")
    people = rows(home, "boss_subscriber", f"boss_subscriber_{NIGHT}")
    live = people[~people["STATE_CODE"].isin(["50", "51", "52", "60", "70"])]
    assert len(ties) > 10
    assert ties["MEMBER_MSISDN"].isin(live["MSISDN"]).all()
    assert ties["MAIN_USER_ID"].isin(people["USER_ID"]).all()
    assert ties["MAIN_USER_ID"].value_counts().max() > 1
    assert set(ties["TIE_KIND"]) == {"1", "2"}
    assert ((ties["END_DATE"] == "") | (ties["END_DATE"] > NIGHT)).all()


def test_groups_have_the_members_and_key_persons_that_the_crm_names(home: Path) -> None:
    ties = rows(home, "group_tie", f"group_tie_{NIGHT}").map(lambda cell: cell.strip('"'))
    people = rows(home, "crm_customer", f"crm_customer_{NIGHT}").map(lambda cell: cell.strip('"')).set_index("USER_ID")
    assert len(ties) > 10
    assert (people.loc[ties["USER_ID"], "GROUP_ID"].to_numpy() == ties["GROUP_ID"]).all()
    roles = {"0": "member", "1": "key_person", "2": "leader"}
    assert (people.loc[ties["USER_ID"], "GROUP_ROLE"].to_numpy() == ties["ROLE"].map(roles)).all()
    assert ties.groupby("GROUP_ID")["MANAGER_ID"].nunique().eq(1).all()
