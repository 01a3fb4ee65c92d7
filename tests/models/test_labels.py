from dataclasses import replace
from datetime import date

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from expectations.errors import ContractError
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from features.library import CAR
from models.boosted_trees import BoostedTrees
from models.following import CUT_OFFS_BACK, Following
from models.library import MODELS
from models.library.churn import MODEL as CHURN
from models.library.data_plan_propensity import MODEL as DATA_PLAN_PROPENSITY
from models.library.data_plan_propensity import ordered
from models.model import SUBSCRIBER, Model
from tests.frames import by_role, frame

CUT_OFF = date(2026, 1, 31)
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)


@each_model
def test_every_model_compiles_on_empty_frames_and_orders_its_columns(spark: SparkSession, model: Model) -> None:
    rows = model.rows(CUT_OFF, lambda asked: asked.table.empty(spark))
    assert rows.columns == ["cut_off", "subscriber_id", *model.features, "label"]
    assert rows.collect() == []


@each_model
def test_no_example_is_made_from_anything_known_on_the_business_date_or_later(model: Model) -> None:
    read = list(model.examples.reads(model.unit, CUT_OFF))
    assert read
    assert all(day < CUT_OFF for asked in read for day in asked.dates)


@each_model
def test_no_feature_waits_for_settlement_or_needs_more_history_than_a_cut_off_has(model: Model) -> None:
    assert not [name for name in model.features if name.endswith(("_1m", "_m2", "_m3", "_90d"))]
    usage = {"data_bytes_3m", "idle_bytes_3m"}
    assert not usage & set(model.features)


@each_model
def test_codes_and_numbers_together_are_the_features(model: Model) -> None:
    assert sorted(model.categories + model.numbers) == sorted(model.features)


def test_label_windows_end_before_the_label_is_read() -> None:
    orders, churn = following(DATA_PLAN_PROPENSITY), following(CHURN)
    assert orders.window(CUT_OFF) == (date(2026, 2, 1), date(2026, 3, 2))
    assert churn.window(CUT_OFF) == (date(2026, 2, 8), date(2026, 3, 9))
    told = churn.cut_offs(date(2026, 3, 4))
    assert told == {
        date(2025, 12, 24): date(2026, 2, 4),
        date(2026, 1, 7): date(2026, 2, 18),
        date(2026, 1, 21): date(2026, 3, 3),
    }
    assert all(churn.window(cut_off)[1] <= day for cut_off, day in told.items())


def following(model: Model) -> Following:
    """The model's examples."""
    assert isinstance(model.examples, Following)
    return model.examples


def labels(model: Model, wide: DataFrame, later: DataFrame) -> dict[str, int]:
    """The label of each role that has one."""
    examples, rows = following(model), wide.drop("business_date").withColumn("business_date", F.lit(CUT_OFF))
    return by_role(examples.labelled(SUBSCRIBER, rows, examples.told(SUBSCRIBER, CUT_OFF, later)), "label")


def test_a_paid_data_plan_order_within_thirty_days_is_a_label_and_nothing_else_is(spark: SparkSession) -> None:
    wide = frame(
        spark,
        CAR,
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
    none = dict.fromkeys(("tooearly", "toolate", "trial", "pack", "unlisted", "silent"), 0)
    assert labels(DATA_PLAN_PROPENSITY, wide, later) == {"orders": 1, "lastday": 1, **none}


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
    wide = frame(spark, CAR, text + "\n".join(f"{who} | true | gotone | active" for who in people))
    assert labels(CHURN, wide, later) == {
        "firstday": 1,
        "lastday": 1,
        "after": 0,
        "retained": 1,
        "frozen": 1,
        "stopped": 0,
        "loyal": 0,
    }


def test_a_model_with_wrong_features_is_refused_with_all_its_faults() -> None:
    features = ("brand", "brand", "shoe_size", "data_plan_since")
    with pytest.raises(ContractError) as refused:
        Model(
            name="sample",
            label="样本",
            meaning="Nothing.",
            caveat=" ",
            unit=SUBSCRIBER,
            examples=following(CHURN),
            features=features,
            learner=BoostedTrees(),
        )
    told = ("shoe_size is no column of dws.car", "brand is listed twice", "data_plan_since is of type date", "caveat is empty")
    assert not [fault for fault in told if fault not in str(refused.value)]


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        (0, 30, "label window 0..30 is empty or begins before the day after the cut-off"),
        (8, 7, "label window 8..7 is empty"),
        (1, min(CUT_OFFS_BACK), "the label ends on day 42, and the newest cut-off is only 42 days back"),
    ],
)
def test_a_label_that_a_cut_off_cannot_have_is_refused(first: int, last: int, says: str) -> None:
    with pytest.raises(ContractError, match=says):
        Following(who="is_live", outcome=DWD_SUBSCRIPTION_INTERVAL, happened=ordered, first_day=first, last_day=last, absent_means=0)


def test_a_model_whose_parts_cannot_work_is_refused_with_all_its_faults() -> None:
    with pytest.raises(ContractError) as refusal:
        replace(CHURN, features=["is_live"], learner=BoostedTrees, examples=None)  # type: ignore[arg-type]
    for fault in ("features is ['is_live']; expected a tuple of text", "examples is None; expected Examples", "learner is <class"):
        assert fault in str(refusal.value)
    with pytest.raises(ContractError) as refusal:
        replace(CHURN, name="a/b", features=())
    for fault in ("no features", "name 'a/b' begins columns of the score table"):
        assert fault in str(refusal.value)
