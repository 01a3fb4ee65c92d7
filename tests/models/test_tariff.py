"""Best fit: what the customer's own months would have cost, product by product."""

import random
from dataclasses import replace

import pytest
from pyspark.sql import SparkSession

from models.tariff import FIT, MB, Held, Tariff, Use, best_fit

MONTHS = [Use("d1", "i1"), Use("d2", "i2"), Use("d3", "i3")]
DDL = "who string, d1 bigint, d2 bigint, d3 bigint, i1 bigint, i2 bigint, i3 bigint, held bigint, held_idle bigint, rate int"
PLANS = [Tariff(500, "dp005", 30 * MB, 0, 50), Tariff(1000, "dp010", 70 * MB, 0, 50), Tariff(2000, "dp020", 150 * MB, 0, 29)]
IDLE = [Tariff(500, "ip005", 0, 300 * MB, 100), Tariff(1000, "ip010", 0, 1024 * MB, 100)]

Months = tuple[int | None, int | None, int | None]
Fit = tuple[str | None, int | None, int | None]


def fits(spark: SparkSession, rows: list[tuple], tariffs: list[Tariff]) -> dict[str, Fit]:
    """who -> (product, current bill, saving)."""
    found = spark.createDataFrame(rows, DDL).select("who", best_fit(MONTHS, Held("held", "held_idle"), "rate", tariffs).alias("fit"))
    assert dict(found.dtypes)["fit"] == FIT
    return {row.who: (row.fit["product"], row.fit.current_bill_fen, row.fit.saving_fen) for row in found.collect()}


def a_row(who: str, data: Months, idle: Months = (0, 0, 0), held: int = 0, rate: int | None = 100, held_idle: int = 0) -> tuple:
    return (who, *data, *(None if d is None else i for d, i in zip(data, idle, strict=True)), held, held_idle, rate)


def test_every_started_mb_costs_and_unknown_months_are_left_out(spark: SparkSession) -> None:
    rows = [
        a_row("light", (0, 0, 0)),
        a_row("one_byte", (1, None, None)),
        a_row("steady", (30 * MB, 30 * MB, 30 * MB)),
        a_row("one_over", (30 * MB + 1, None, None)),
        a_row("heavy", (200 * MB, 100 * MB, None)),
        a_row("unknown", (None, None, None)),
        a_row("no_base_plan", (10 * MB, 0, 0), rate=None),
    ]
    assert fits(spark, rows, PLANS) == {
        "light": (None, 0, None),
        "one_byte": (None, 100, None),
        "steady": ("dp005", 3000, 2500),
        "one_over": ("dp005", 3100, 2550),
        "heavy": ("dp020", 15000, 12275),
        "unknown": (None, None, None),
        "no_base_plan": (None, None, None),
    }


def test_what_is_held_already_is_used_up_first_with_and_without_the_offer(spark: SparkSession) -> None:
    rows = [a_row("inside", (30 * MB, None, None), held=30 * MB), a_row("beyond", (60 * MB, None, None), held=30 * MB)]
    assert fits(spark, rows, PLANS) == {"inside": (None, 0, None), "beyond": ("dp005", 3000, 2500)}


def test_an_idle_pack_held_takes_its_idle_bytes_before_any_offer_is_priced(spark: SparkSession) -> None:
    nights = (40 * MB, None, None)
    rows = [
        a_row("without", (60 * MB, None, None), nights),
        a_row("with_pack", (60 * MB, None, None), nights, held_idle=300 * MB),
        a_row("all_by_night", nights, nights, held_idle=300 * MB),
    ]
    assert fits(spark, rows, PLANS) == {
        "without": ("dp010", 6000, 5000),
        "with_pack": ("dp005", 2000, 1500),
        "all_by_night": (None, 0, None),
    }


def test_an_idle_pack_takes_idle_bytes_alone(spark: SparkSession) -> None:
    rows = [
        a_row("by_night", (100 * MB, None, None), (100 * MB, None, None)),
        a_row("by_day", (100 * MB, None, None), (0, None, None)),
        a_row("both", (100 * MB, None, None), (40 * MB, None, None)),
        a_row("much", (900 * MB, None, None), (900 * MB, None, None)),
    ]
    assert fits(spark, rows, IDLE) == {
        "by_night": ("ip005", 10000, 9500),
        "by_day": (None, 10000, None),
        "both": ("ip005", 10000, 3500),
        "much": ("ip010", 90000, 89000),
    }


def test_a_pack_leaves_the_price_of_what_lies_beyond_it_as_it_is(spark: SparkSession) -> None:
    packs = [replace(pack, overage_fen_per_mb=None) for pack in IDLE]
    nights = (10 * MB, None, None)
    rows = [
        a_row("little_to_save", (200 * MB, None, None), nights, rate=29),
        a_row("much_to_save", (200 * MB, None, None), (150 * MB, None, None), rate=29),
        a_row("no_base_plan", (200 * MB, None, None), nights, rate=None),
    ]
    assert fits(spark, rows, packs) == {
        "little_to_save": (None, 5800, None),
        "much_to_save": ("ip005", 5800, 3850),
        "no_base_plan": (None, None, None),
    }


def test_an_equal_bill_goes_to_the_smaller_fee_and_then_to_the_first_code(spark: SparkSession) -> None:
    plans = [Tariff(1000, "c", 0, 0, 0), Tariff(900, "b", 9 * MB, 0, 100), Tariff(1000, "a", 0, 0, 0)]
    steady = [a_row("steady", (10 * MB, None, None), rate=101)]
    assert fits(spark, steady, plans)["steady"] == ("b", 1010, 10)
    assert fits(spark, steady, [plans[0], plans[2]])["steady"][0] == "a"


def test_a_plan_that_costs_as_much_as_staying_is_not_recommended(spark: SparkSession) -> None:
    rows = [a_row("equal", (5 * MB, None, None)), a_row("above", (5 * MB + 1, None, None))]
    assert fits(spark, rows, PLANS[:1]) == {"equal": (None, 500, None), "above": ("dp005", 600, 100)}


def test_without_tariffs_the_current_bill_is_still_told(spark: SparkSession) -> None:
    assert fits(spark, [a_row("steady", (10 * MB, None, None))], [])["steady"] == (None, 1000, None)


@pytest.mark.parametrize("seed", [20260331, 11])
def test_prices_are_those_of_a_plain_oracle(spark: SparkSession, seed: int) -> None:
    print(f"seed {seed}")  # noqa: T201
    chance = random.Random(seed)
    tariffs = [
        Tariff(
            chance.choice([0, 500, 1000, 20000]),
            f"p{n}",
            chance.randrange(400) * MB,
            chance.randrange(400) * MB,
            chance.choice([0, 29, 100, None]),
        )
        for n in range(7)
    ]

    def month() -> int | None:
        near = chance.choice(tariffs).allowance_bytes + chance.randrange(-2, 3)
        return chance.choice([None, 0, max(near, 0), chance.randrange(600 * MB), chance.randrange(10**12)])

    rows = []
    for n in range(400):
        data = (month(), month(), month())
        idle = tuple(chance.randrange(d + 1) if d is not None else None for d in data)
        held = {"held": chance.choice([0, 30 * MB]), "held_idle": chance.choice([0, 0, 300 * MB])}
        rows.append(a_row(f"s{n}", data, idle, **held, rate=chance.choice([29, 100])))
    expected = {row[0]: by_hand(row, tariffs) for row in rows}
    assert len({fit[0] for fit in expected.values()}) > 2
    assert fits(spark, rows, tariffs) == expected


def by_hand(row: tuple, tariffs: list[Tariff]) -> Fit:
    """The same rule told again, one subscriber at a time."""
    _, *months, held, held_idle, rate = row
    known = [(data, idle) for data, idle in zip(months[:3], months[3:], strict=True) if data is not None]
    if not known:
        return None, None, None

    def started(extra: int) -> int:
        whole, rest = divmod(max(extra, 0), MB)
        return whole + (1 if rest else 0)

    current = sum(started(data - held - min(idle, held_idle)) * rate for data, idle in known) // len(known)
    priced = []
    for plan in tariffs:
        beyond = [started(data - held - min(idle, held_idle + plan.idle_allowance_bytes) - plan.allowance_bytes) for data, idle in known]
        price = rate if plan.overage_fen_per_mb is None else plan.overage_fen_per_mb
        bills = [plan.monthly_fee_fen + mb * price for mb in beyond]
        priced.append((sum(bills) // len(bills), plan.monthly_fee_fen, plan.product))
    bill, _, product = min(priced)
    return (product, current, current - bill) if bill < current else (None, current, None)
