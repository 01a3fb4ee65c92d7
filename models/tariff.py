"""Best-fit tier 最适档次: real use priced under every plan on sale (domain section 4), in integers."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import Column
from pyspark.sql import functions as F

MB = 2**20
FIT = "struct<tier:string,tier_bill_fen:bigint,current_bill_fen:bigint,saving_fen:bigint>"


@dataclass(frozen=True)
class Tariff:
    """What a product costs a month: `allowance_bytes` is of the kind of use priced, so an idle pack's is its idle allowance."""

    product: str
    monthly_fee_fen: int
    allowance_bytes: int
    overage_fen_per_mb: int


def best_fit(usage_columns: Sequence[str], tariffs: Sequence[Tariff], pay_as_you_go_fen_per_mb: int | Column) -> Column:
    """The product under which the use of these months would have cost least, as one struct column of type FIT.

    `usage_columns` hold a month's bytes each; null months are left out. A month costs the fee and, for every started MB beyond the
    allowance, the overage; the expected bill is the mean over the months, rounded down. Of equal bills the smaller fee wins, then the
    smaller code. `tier` and its figures are null when no product is strictly cheaper than `current_bill_fen` (pay-as-you-go); all is
    null when no month is known.
    """
    months = [F.col(name) for name in usage_columns]
    known = sum((month.isNotNull().cast("int") for month in months), F.lit(0))
    rate = F.lit(pay_as_you_go_fen_per_mb) if isinstance(pay_as_you_go_fen_per_mb, int) else pay_as_you_go_fen_per_mb

    def mean_cost(allowance: int, fen_per_mb: Column) -> Column:
        def cost(month: Column) -> Column:
            beyond = F.greatest(month - F.lit(allowance), F.lit(0))
            # An unknown month adds nothing here and is not counted in `known`; an unknown price leaves the bill unknown.
            return F.when(month.isNull(), F.lit(0)).otherwise(_div(beyond + F.lit(MB - 1), F.lit(MB)) * fen_per_mb)

        return F.when(known > 0, _div(sum((cost(month) for month in months), F.lit(0).cast("bigint")), known))

    current = mean_cost(0, rate)
    bills = [
        F.struct(
            (F.lit(tariff.monthly_fee_fen) + mean_cost(tariff.allowance_bytes, F.lit(tariff.overage_fen_per_mb))).alias("bill"),
            F.lit(tariff.monthly_fee_fen).cast("bigint").alias("fee"),
            F.lit(tariff.product).alias("product"),
        )
        for tariff in tariffs
    ]
    none = F.lit(None).cast("struct<bill:bigint,fee:bigint,product:string>")
    # Structs compare field by field: bill, then fee, then code.
    cheapest = F.array_min(F.array(*bills, none))
    better = cheapest["bill"] < current
    return F.struct(
        F.when(better, cheapest["product"]).alias("tier"),
        F.when(better, cheapest["bill"]).alias("tier_bill_fen"),
        current.alias("current_bill_fen"),
        F.when(better, current - cheapest["bill"]).alias("saving_fen"),
    ).cast(FIT)


def _div(dividend: Column, divisor: Column) -> Column:
    """Whole-number division; `/` would go through a double."""
    return F.call_function("div", dividend, divisor)
