"""The extracts beside BOSS, billing and the gateway: they share ids with those, and behave as people do."""

from pathlib import Path

import pandas as pd

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
    ties = rows(home, "group_tie", f"group_tie_{NIGHT}")
    people = rows(home, "crm_customer", f"crm_customer_{NIGHT}").set_index("USER_ID")
    assert len(ties) > 10
    assert (people.loc[ties["USER_ID"], "GROUP_ID"].to_numpy() == ties["GROUP_ID"]).all()
    roles = {"0": "member", "1": "key_person", "2": "leader"}
    assert (people.loc[ties["USER_ID"], "GROUP_ROLE"].to_numpy() == ties["ROLE"].map(roles)).all()
    assert ties.groupby("GROUP_ID")["MANAGER_ID"].nunique().eq(1).all()


def test_a_complaint_opens_a_case_that_is_worked_on_closed_once_and_then_asked_about(home: Path) -> None:
    events = rows(home, "crm_service")
    assert set(events["EVENT_KIND"]) == {"1", "2", "3", "4", "5"}
    assert events["EVENT_ID"].is_unique
    assert (events["EVENT_TIME"].str[:8] == events["data_date"]).all()
    cases = events[events["CASE_ID"] != ""].groupby("CASE_ID")
    assert cases["USER_ID"].nunique().eq(1).all()
    closing = events[(events["EVENT_KIND"] == "4") & (events["STATUS"] == "2")]
    assert len(closing) > 3
    assert closing["CASE_ID"].is_unique
    replied = events[events["EVENT_KIND"] == "5"]
    assert replied["CASE_ID"].isin(closing["CASE_ID"]).all()
    assert set(replied["SATISFIED"]) <= {"0", "1"}
    assert events.loc[events["EVENT_KIND"] == "1", ["CASE_ID", "SATISFIED", "NOTE"]].eq("").all(axis=None)


def test_every_place_is_a_cell_of_the_catalogue_in_its_county(home: Path) -> None:
    cells = rows(home, "cell_catalog").set_index("CELL_ID")
    places = rows(home, "location", f"location_{NIGHT}")
    assert cells.index.is_unique
    assert (cells.loc[places["CELL_ID"], "COUNTY_CODE"].to_numpy() == places["COUNTY_CODE"]).all()
    assert not cells.duplicated(["LONGITUDE_E6", "LATITUDE_E6"]).any()


def test_a_day_of_minutes_is_whole_and_most_nights_are_spent_at_the_home_cell_of_the_log(home: Path) -> None:
    places = rows(home, "location", f"location_{NIGHT}")
    bands = places.filter(regex="^MIN_").astype(int)
    assert not places.duplicated(["MSISDN", "CELL_ID"]).any()
    assert set(bands.sum(axis=1).groupby(places["MSISDN"]).sum()) == {1440}
    assert bands.ge(0).all(axis=None)
    nights = places[bands["MIN_00_07"] == 420].set_index("MSISDN")
    log = rows(home, "wap_log", f"wap_log_{NIGHT}")
    usual = log.groupby("MSISDN")["CELL_ID"].agg(lambda cells: cells.mode()[0])
    both = usual.index.intersection(nights.index)
    assert (nights.loc[both, "CELL_ID"] == usual[both]).mean() > 0.7


def test_members_of_a_group_are_at_one_place_of_work_on_a_weekday_and_not_at_the_weekend(home: Path) -> None:
    by_number = rows(home, "boss_subscriber", f"boss_subscriber_{NIGHT}").set_index("USER_ID")["MSISDN"]
    group = rows(home, "group_tie", f"group_tie_{NIGHT}").set_index("USER_ID")["GROUP_ID"].rename(by_number)
    shared = {}
    for day in (NIGHT, "20260301"):
        places = rows(home, "location", f"location_{day}")
        at_work = places[(places["MIN_09_18"].astype(int) > 300) & (places["MIN_00_07"] == "0") & places["MSISDN"].isin(group.index)]
        shared[day] = at_work["CELL_ID"].groupby(at_work["MSISDN"].map(group)).agg(["size", "nunique"])
    assert shared[NIGHT]["size"].max() > 1
    assert shared[NIGHT]["nunique"].eq(1).all()
    assert shared["20260301"].empty


def test_services_are_used_by_their_holders_mostly_in_one_genre_and_not_by_all_of_them(home: Path) -> None:
    used = rows(home, "platform_usage")
    orders = rows(home, "boss_subscription").drop_duplicates("ORDER_ID", keep="last").set_index(["USER_ID", "PRODUCT_CODE"])
    held = orders[~orders.index.duplicated()]
    pairs = used.set_index(["USER_ID", "PRODUCT_CODE"]).index.unique()
    assert pairs.isin(held.index).all()
    services = held[held.index.get_level_values(1).isin(used["PRODUCT_CODE"])]
    assert len(pairs) < 0.8 * len(services)
    read = used[used["CONTENT_IDS"] != ""]
    assert set(read["PRODUCT_CODE"]) == {"video", "reading", "games", "mm"}
    genres = read["CONTENT_IDS"].str.split(";").explode().str[-6:-4].groupby([read["USER_ID"], read["PRODUCT_CODE"]])
    assert genres.agg(lambda of: (of == of.mode()[0]).mean()).mean() > 0.6


def test_a_trial_begins_with_an_order_that_s2_calls_a_trial(home: Path) -> None:
    used = rows(home, "platform_usage")
    orders = rows(home, "boss_subscription")
    trials = used[used["TRIAL_START"] != ""].drop_duplicates(["USER_ID", "PRODUCT_CODE"])
    ordered = orders[orders["ORDER_SOURCE"] == "2"].drop_duplicates("ORDER_ID")
    known = ordered.set_index(["USER_ID", "PRODUCT_CODE", "EFF_DATE"]).index
    assert len(trials) > 0
    assert trials.set_index(["USER_ID", "PRODUCT_CODE", "TRIAL_START"]).index.isin(known).all()


def test_a_clerk_or_another_customer_recommends_and_gets_points_for_it(home: Path) -> None:
    told, points = rows(home, "recommendation"), rows(home, "points_event")
    assert set(told["RECOMMENDER_KIND"]) == {"1", "2"}
    by_clerk = told["RECOMMENDER_KIND"] == "1"
    assert told.loc[by_clerk, "CLERK_ID"].str.fullmatch("S[0-9]{5}").all()
    assert told.loc[by_clerk, "RECOMMENDER_MSISDN"].eq("").all()
    assert told.loc[~by_clerk, "RECOMMENDER_MSISDN"].ne(told.loc[~by_clerk, "MSISDN"]).all()
    earned = points[points["REASON"] == "T"]
    assert sorted(earned["CLERK_ID"] + earned["MSISDN"]) == sorted(told["CLERK_ID"] + told["RECOMMENDER_MSISDN"])
    assert points["EVENT_ID"].is_unique
    assert (points["POINTS"].astype(int) < 0).equals(points["REASON"] == "D")


def test_studies_come_twice_a_month_and_ask_for_the_content_that_people_like(home: Path) -> None:
    answers = rows(home, "survey")
    assert {day[6:] for day in answers["data_date"]} == {"02", "17"}
    assert not answers.duplicated(["data_date", "QUESTION", "MSISDN"]).any()
    people = pd.read_parquet(home / "truth" / "latent_traits.parquet").drop_duplicates("number", keep=False)
    truth = people.set_index("number").filter(regex="^taste_")
    wanted = answers[(answers["QUESTION"] == "Q2") & answers["MSISDN"].isin(truth.index)].set_index("MSISDN")["ANSWER"]
    assert ("taste_" + wanted == truth.idxmax(axis=1)[wanted.index]).mean() > 0.95
