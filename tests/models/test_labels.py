from datetime import date

import pytest
from pyspark.sql import SparkSession

from expectations.errors import ContractError
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from models.churn import CHURN
from models.data_plan_propensity import DATA_PLAN_PROPENSITY, ordered
from models.library import MODELS
from models.model import Model
from tests.frames import WIDE, by_role, frame

CUT_OFF = date(2026, 1, 31)
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)


@each_model
def test_every_model_compiles_on_empty_frames_and_orders_its_columns(spark: SparkSession, model: Model) -> None:
    labelled = model.labelled(CUT_OFF, WIDE.empty(spark), model.outcome.empty(spark))
    assert labelled.columns == ["cut_off", "subscriber_id", *model.features, "label"]
    assert labelled.collect() == []


@each_model
def test_no_feature_waits_for_settlement_or_needs_more_history_than_a_cut_off_has(model: Model) -> None:
    assert not [name for name in model.features if name.endswith(("_1m", "_m2", "_m3", "_90d"))]
    usage = {"data_bytes_3m", "idle_bytes_3m"}
    assert not usage & set(model.features)


@each_model
def test_codes_and_numbers_together_are_the_features(model: Model) -> None:
    assert sorted(model.categories + model.numbers) == sorted(model.features)


def test_label_windows_end_before_the_label_is_used() -> None:
    assert DATA_PLAN_PROPENSITY.window(CUT_OFF) == (date(2026, 2, 1), date(2026, 3, 2))
    assert CHURN.window(CUT_OFF) == (date(2026, 2, 8), date(2026, 3, 9))
    assert CHURN.label_known_on(CUT_OFF) == date(2026, 3, 9)


def test_a_paid_data_plan_order_within_thirty_days_is_a_label_and_nothing_else_is(spark: SparkSession) -> None:
    wide = frame(
        spark,
        WIDE,
        """
        subscriber_id | is_live | holds_data_plan
        orders        | true    | false
        lastday       | true    | false
        tooearly      | true    | false
        toolate       | true    | false
        trial         | true    | false
        pack          | true    | false
        unlisted      | true    | false
        silent        | true    | false
        holder        | true    | true
        gone          | false   | false
        vague         |         | false
        """,
    )
    later = frame(
        spark,
        DWD_SUBSCRIPTION_INTERVAL,
        """
        subscriber_id | order_id | product_kind | order_source | ordered_at          | valid_to
        orders        | 1        | data_plan    | paid         | 2026-02-01T00:00:00 |
        orders        | 2        | data_plan    | paid         | 2026-02-20T00:00:00 | 2026-02-21
        lastday       | 3        | data_plan    | paid         | 2026-03-02T23:59:59 |
        tooearly      | 4        | data_plan    | paid         | 2026-01-31T23:59:59 |
        toolate       | 5        | data_plan    | paid         | 2026-03-03T00:00:00 |
        trial         | 6        | data_plan    | trial        | 2026-02-10T00:00:00 |
        pack          | 7        | idle_pack    | paid         | 2026-02-10T00:00:00 |
        unlisted      | 8        |              | paid         | 2026-02-10T00:00:00 |
        holder        | 9        | data_plan    | paid         | 2026-02-10T00:00:00 |
        """,
    )
    labels = by_role(DATA_PLAN_PROPENSITY.labelled(CUT_OFF, wide, later), "label")
    none = dict.fromkeys(("tooearly", "toolate", "trial", "pack", "unlisted", "silent"), 0)
    assert labels == {"orders": 1, "lastday": 1, **none}


def test_churn_is_a_loss_on_days_eight_to_thirty_seven_and_the_gap_is_left_out(spark: SparkSession) -> None:
    later = frame(
        spark,
        DWD_SUBSCRIBER,
        """
        subscriber_id | brand   | state          | state_date
        firstday      | gotone  | cancelled      | 2026-02-08
        lastday       | gotone  | cancelled_debt | 2026-03-09
        ingap         | gotone  | transferred    | 2026-02-07
        after         | gotone  | cancelled      | 2026-03-10
        retained      | easyown | retention      | 2026-02-20
        frozen        | mzone   | frozen         | 2026-02-20
        stopped       | gotone  | stopped        | 2026-02-20
        loyal         | gotone  | active         | 2015-01-01
        already       | easyown | cancelled      | 2026-02-20
        """,
    )
    people = ["firstday", "lastday", "ingap", "after", "retained", "frozen", "stopped", "loyal", "missing"]
    text = "subscriber_id | is_live | brand | state\nalready | true | easyown | retention\ndead | false | gotone | cancelled\n"
    wide = frame(spark, WIDE, text + "\n".join(f"{who} | true | gotone | active" for who in people))
    assert by_role(CHURN.labelled(CUT_OFF, wide, later), "label") == {
        "firstday": 1,
        "lastday": 1,
        "after": 0,
        "retained": 1,
        "frozen": 1,
        "stopped": 0,
        "loyal": 0,
    }


def test_a_model_with_wrong_features_is_refused_with_all_its_faults() -> None:
    with pytest.raises(ContractError) as refused:
        Model(
            name="sample",
            label="样本",
            meaning="Nothing.",
            caveat=" ",
            features=("brand", "brand", "shoe_size", "data_plan_since"),
            first_day=0,
            last_day=30,
            population="is_live",
            outcome=DWD_SUBSCRIPTION_INTERVAL,
            happened=ordered,
            absent_means=0,
        )
    features = ("shoe_size is no tag", "brand is listed twice", "data_plan_since is of type date")
    for fault in (*features, "label window 0..30", "caveat is empty"):
        assert fault in str(refused.value)
