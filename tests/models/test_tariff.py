import random

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from models.tariff import FIT, MB, Tariff, best_fit

MONTHS = ("data_bytes_1m", "data_bytes_m2", "data_bytes_m3")
DDL = "who string, " + ", ".join(f"{name} bigint" for name in MONTHS)
PLANS = [Tariff("DP5", 500, 30 * MB, 50), Tariff("DP10", 1000, 70 * MB, 50), Tariff("DP20", 2000, 150 * MB, 29)]

Row = tuple[int | None, ...]
Fit = tuple[str | None, int | None, int | None, int | None]


def fits(spark: SparkSession, use: dict[str, Row], tariffs: list[Tariff], fen_per_mb: int) -> dict[str, Fit]:
    frame = spark.createDataFrame([(who, *months) for who, months in use.items()], DDL)
    found = frame.select("who", best_fit(MONTHS, tariffs, fen_per_mb).alias("fit"))
    assert dict(found.dtypes)["fit"] == FIT
    return {row.who: tuple(row.fit) for row in found.collect()}


def by_hand(months: Row, tariffs: list[Tariff], fen_per_mb: int) -> Fit:
    """The same rule told again, one subscriber at a time."""
    known = [used for used in months if used is not None]
    if not known:
        return None, None, None, None

    def started(extra: int) -> int:
        whole, rest = divmod(max(extra, 0), MB)
        return whole + (1 if rest else 0)

    current = sum(started(used) * fen_per_mb for used in known) // len(known)
    priced = []
    for plan in tariffs:
        bills = [plan.monthly_fee_fen + started(used - plan.allowance_bytes) * plan.overage_fen_per_mb for used in known]
        priced.append((sum(bills) // len(bills), plan.monthly_fee_fen, plan.product))
    if not priced or min(priced)[0] >= current:
        return None, None, current, None
    return min(priced)[2], min(priced)[0], current, current - min(priced)[0]


def test_every_started_mb_costs_and_unknown_months_are_left_out(spark: SparkSession) -> None:
    use: dict[str, Row] = {
        "light": (0, 0, 0),
        "one_byte": (1, None, None),
        "steady": (30 * MB, 30 * MB, 30 * MB),
        "one_over": (30 * MB + 1, None, None),
        "heavy": (200 * MB, 100 * MB, None),
        "unknown": (None, None, None),
    }
    assert fits(spark, use, PLANS, 100) == {
        "light": (None, None, 0, None),
        "one_byte": (None, None, 100, None),
        "steady": ("DP5", 500, 3000, 2500),
        "one_over": ("DP5", 550, 3100, 2550),
        "heavy": ("DP20", 2725, 15000, 12275),
        "unknown": (None, None, None, None),
    }


def test_an_equal_bill_goes_to_the_smaller_fee_and_then_to_the_first_code(spark: SparkSession) -> None:
    plans = [Tariff("C", 1000, 0, 0), Tariff("B", 900, 9 * MB, 100), Tariff("A", 1000, 0, 0)]
    assert fits(spark, {"steady": (10 * MB, None, None)}, plans, 101)["steady"] == ("B", 1000, 1010, 10)
    assert fits(spark, {"steady": (10 * MB, None, None)}, [plans[0], plans[2]], 101)["steady"][0] == "A"


def test_a_plan_that_costs_as_much_as_pay_as_you_go_is_not_recommended(spark: SparkSession) -> None:
    plan = [Tariff("DP5", 500, 30 * MB, 50)]
    use: dict[str, Row] = {"equal": (5 * MB, None, None), "above": (5 * MB + 1, None, None)}
    assert fits(spark, use, plan, 100) == {"equal": (None, None, 500, None), "above": ("DP5", 500, 600, 100)}


def test_without_tariffs_the_current_bill_is_still_told(spark: SparkSession) -> None:
    assert fits(spark, {"steady": (10 * MB, None, None)}, [], 100)["steady"] == (None, None, 1000, None)


def test_the_price_of_pay_as_you_go_may_stand_on_the_row_and_be_unknown(spark: SparkSession) -> None:
    frame = spark.createDataFrame([("priced", 10 * MB, 100), ("unpriced", 10 * MB, None)], "who string, used bigint, rate int")
    found = frame.select("who", best_fit(["used"], PLANS, F.col("rate")).alias("fit"))
    assert {row.who: tuple(row.fit) for row in found.collect()} == {"priced": ("DP5", 500, 1000, 500), "unpriced": (None, None, None, None)}


@pytest.mark.parametrize("seed", [20260331, 7])
def test_prices_are_those_of_a_plain_oracle(spark: SparkSession, seed: int) -> None:
    print(f"seed {seed}")  # noqa: T201
    chance = random.Random(seed)
    tariffs = [
        Tariff(f"P{n}", chance.choice([0, 500, 1000, 1000, 2000, 20000]), chance.randrange(0, 400) * MB, chance.choice([0, 29, 50, 100]))
        for n in range(7)
    ]
    rate = chance.choice([29, 100])

    def month() -> int | None:
        near = chance.choice(tariffs).allowance_bytes + chance.randrange(-2, 3)
        return chance.choice([None, 0, max(near, 0), chance.randrange(0, 600 * MB), chance.randrange(0, 10**12)])

    use: dict[str, Row] = {f"s{n}": (month(), month(), month()) for n in range(400)}
    expected = {who: by_hand(months, tariffs, rate) for who, months in use.items()}
    assert len({fit[0] for fit in expected.values()}) > 2
    assert fits(spark, use, tariffs, rate) == expected
