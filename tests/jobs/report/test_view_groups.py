"""Groups and managers: who counts, in which order, and what to do, from customer views written by hand."""

from datetime import date

from pyspark.sql import DataFrame, Row, SparkSession

from expectations.tables.dws_customer_view import DWS_CUSTOMER_VIEW
from expectations.tables.dws_group_view import DWS_GROUP_VIEW, DWS_MANAGER_VIEW
from jobs.report.view_groups import view_groups, view_managers
from tests.frames import frame, role, token

D = date(2026, 3, 4)
CUSTOMERS = """
    subscriber_id | state | group_id | group_role | group_manager | manager_id | tier | segment | value_fen | churn_ppm | has_open_complaint
    boss          | active    | g1       | leader | m1 | m1 | gold | ss1 | 9000 | 100000 | false
    key           | active    | g1       | key_person | m1 | m1 | ordinary | ss4 | 1000 | 500000 | false
    angry         | active    | g1       | member | m2 | m2 | ordinary | ss6_high_at_risk | 9000 | 200000 | true
    unknown       | stopped   | g1       | member | m1 | m1 |  |  |  |  |
    gone          | cancelled | g1       | leader | m1 | m1 | gold |  | 9000 |  |
    lone          | active    | g2       | member |  |  | ordinary | ss4 | -5 | 0 | false
    private       | active    |          |  |  | m1 | silver | ss4 | 100 | 10000 | false
"""
PLAN = [("dp010", "10元包", "data_plan"), ("bp18", "18元套餐", "base_plan")]
OFFERS = (("listed", "20元包", "words"), ("excluded", "x", ""))


def customers(spark: SparkSession) -> DataFrame:
    products = ", ".join(f"named_struct('product', '{code}', 'name', '{name}', 'kind', '{kind}')" for code, name, kind in PLAN)
    rows = frame(spark, DWS_CUSTOMER_VIEW, CUSTOMERS).drop("products", "guide", "labels")
    offers = ", ".join(f"named_struct('stage', '{stage}', 'name', '{name}', 'message', '{words}')" for stage, name, words in OFFERS)
    is_boss = f"subscriber_id = '{token('boss')}'"
    none = "named_struct('product', '', 'name', '', 'kind', '')"
    return rows.selectExpr(
        "*",
        f"CASE WHEN {is_boss} THEN array({products}) ELSE array_remove(array({none}), {none}) END AS products",
        f"CASE WHEN {is_boss} THEN array({offers}) END AS guide",
        f"CASE WHEN {is_boss} THEN array(named_struct('number', 1), named_struct('number', 6)) END AS labels",
    )


def told(rows: list[Row]) -> list[tuple]:
    return [(role(row.subscriber_id), row.at_risk_fen) for row in rows]


def test_a_group_is_told_with_its_members_figures_products_and_guide(spark: SparkSession) -> None:
    groups = {row.group_id: row for row in DWS_GROUP_VIEW.conform(view_groups.call(D, customers=customers(spark))).collect()}
    assert groups.keys() == {"g1", "g2"}
    group = groups["g1"]
    assert (group.manager_id, group.customers, group.value_fen, group.at_risk_fen, group.open_complaints) == ("m1", 4, 19000, 3200, 1)
    assert told(group.members) == [("angry", 1800), ("boss", 900), ("key", 500), ("unknown", None)]
    assert told(group.key_persons) == [("boss", 900), ("key", 500)]
    boss = group.key_persons[0]
    assert (boss.role, boss.tier, boss.labels, boss.offer, boss.message) == ("leader", "gold", "1,6", "20元包", "words")
    assert [tuple(row) for row in group.tiers] == [("ordinary", 2), ("gold", 1)]
    assert [tuple(row) for row in group.segments] == [("ss1", 1), ("ss4", 1), ("ss6_high_at_risk", 1)]
    assert [tuple(row) for row in group.products] == [("bp18", "18元套餐", 1), ("dp010", "10元包", 1)]
    assert (group.with_data_plan, group.guide) == (
        1,
        [
            "Solve the complaints of 1 member(s) before any offer.",
            "Call the 1 member(s) of high value at risk.",
            "Offer the company a data plan for groups: 3 of 4 members hold none.",
        ],
    )
    assert (groups["g2"].manager_id, groups["g2"].products, groups["g2"].key_persons) == (None, [], [])
    assert groups["g2"].guide[0] == "Find a key person: the group has none."
    assert groups["g2"].guide[-1] == "Name an account manager: the group has none."


def test_a_managers_live_customers_are_ranked_by_the_value_at_risk_then_by_value(spark: SparkSession) -> None:
    found = DWS_MANAGER_VIEW.conform(view_managers.call(D, customers=customers(spark))).collect()
    managers = {row.manager_id: row for row in found}
    assert managers.keys() == {"m1", "m2"}
    assert told(managers["m1"].ranked) == [("boss", 900), ("key", 500), ("private", 1), ("unknown", None)]
    assert (managers["m1"].groups, managers["m1"].customers, managers["m1"].value_fen) == (["g1"], 4, 10100)
    assert managers["m2"].open_complaints == 1
