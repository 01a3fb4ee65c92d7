"""Best-fit tier 最适档次: the product under which the customer's own use of the last months would have cost least (domain section 4)."""

from dataclasses import dataclass

from pyspark.sql import Column
from pyspark.sql import functions as F

MB_BITS = 20
MB = 1 << MB_BITS


@dataclass(frozen=True, order=True)
class Tariff:
    """A product on sale: fee, what it includes at any hour and in idle hours alone, price of each started MB beyond, margin."""

    monthly_fee_fen: int
    product: str
    allowance_bytes: int
    idle_allowance_bytes: int
    overage_fen_per_mb: int
    margin_per_mille: int = 0


@dataclass(frozen=True)
class Use:
    """Names of the columns of one closed month: cellular bytes and, of them, those in idle hours. Null bytes: the month is left out."""

    data_bytes: str
    idle_bytes: str


def month_fen(use: Use, held_bytes: str, rate: Column, tariff: Tariff | None) -> Column:
    """What the month would have cost in fen for data: the tariff's fee (None: as it is) and each started MB beyond all allowances.

    Idle bytes are taken from an idle allowance first, the rest from what is held and what the tariff includes.
    """
    charged, fee = F.col(use.data_bytes) - F.col(held_bytes), F.lit(0)
    if tariff:
        in_idle_pack = F.least(F.col(use.idle_bytes), F.lit(tariff.idle_allowance_bytes))
        charged, fee, rate = charged - in_idle_pack - tariff.allowance_bytes, F.lit(tariff.monthly_fee_fen), F.lit(tariff.overage_fen_per_mb)
    started_mb = F.shiftright(F.greatest(charged, F.lit(0)) + (MB - 1), MB_BITS)
    cost = fee + started_mb * rate
    # greatest() passes over a null, so an unknown month would look like one without use.
    return F.when(F.col(use.data_bytes).isNotNull(), cost).cast("bigint")


def best_fit(months: list[Use], held_bytes: str, rate: str, tariffs: list[Tariff]) -> Column:
    """A struct per row: product, monthly_fee_fen, margin_per_mille, current_bill_fen, offer_bill_fen, saving_fen.

    Every product is priced on each month on its own, so that spread counts, and the integer mean compared; a tie goes to the smaller
    fee, then the product's code. All but current_bill_fen are null when no product is cheaper than staying as it is, and everything when
    no month is known. `held_bytes` is what products held already include, `rate` the column with the price of a started MB as it is now.
    """
    current = _mean([month_fen(use, held_bytes, F.col(rate), None) for use in months])
    # least() compares structs field by field: bill, fee, code, which is the order of the tie-break.
    offers = [
        F.struct(
            _mean([month_fen(use, held_bytes, F.col(rate), tariff) for use in months]).alias("bill"),
            F.lit(tariff.monthly_fee_fen).cast("bigint").alias("fee"),
            F.lit(tariff.product).alias("product"),
            F.lit(tariff.margin_per_mille).cast("bigint").alias("margin"),
        )
        for tariff in sorted(tariffs)
    ]
    best = F.least(*offers) if len(offers) > 1 else offers[0]
    better = best["bill"] < current
    return F.struct(
        F.when(better, best["product"]).alias("product"),
        F.when(better, best["fee"]).alias("monthly_fee_fen"),
        F.when(better, best["margin"]).alias("margin_per_mille"),
        current.alias("current_bill_fen"),
        F.when(better, best["bill"]).alias("offer_bill_fen"),
        F.when(better, current - best["bill"]).alias("saving_fen"),
    )


def _mean(costs: list[Column]) -> Column:
    """The mean of the known months, rounded down; null when none is known."""
    counted = sum((cost.isNotNull().cast("bigint") for cost in costs), F.lit(0).cast("bigint"))
    total = sum((F.coalesce(cost, F.lit(0)) for cost in costs), F.lit(0).cast("bigint"))
    return F.when(counted > 0, F.floor(total / counted).cast("bigint"))
