"""Best-fit tier 最适档次: the product under which the customer's own usage of the last months would have cost least (docs/domain.md)."""

from dataclasses import dataclass

from pyspark.sql import Column
from pyspark.sql import functions as F

MB_BITS = 20
MB = 1 << MB_BITS
_TARIFF = "array<struct<fee:bigint,product:string,margin:bigint,allowance:bigint,idle:bigint,overage:bigint>>"
FIT = (
    "struct<product:string,monthly_fee_fen:bigint,margin_per_mille:bigint,current_bill_fen:bigint,offer_bill_fen:bigint,saving_fen:bigint>"
)


@dataclass(frozen=True, order=True)
class Tariff:
    """A product on sale: fee, data included at any hour and in idle hours only, price of each started MB beyond, margin.

    A pack has no price of its own (None): data beyond it costs the same as without the pack.
    """

    monthly_fee_fen: int
    product: str
    allowance_bytes: int
    idle_allowance_bytes: int
    overage_fen_per_mb: int | None
    margin_per_mille: int = 0


@dataclass(frozen=True)
class Use:
    """Names of the columns of one closed month: cellular bytes and the part of them in idle hours. Null bytes: the month is left out."""

    data_bytes: str
    idle_bytes: str


@dataclass(frozen=True)
class Held:
    """Names of the columns with the bytes included in products held: at any hour, and in idle hours only. Never null."""

    any_hour_bytes: str
    idle_bytes: str


def best_fit(months: list[Use], held: Held, rate: str, tariffs: list[Tariff]) -> Column:
    """Return a struct per row: product, monthly_fee_fen, margin_per_mille, current_bill_fen, offer_bill_fen, saving_fen.

    Every product is priced on each month separately, because a quiet month does not pay for another's overflow, and the integer means are
    compared. A tie goes to the smaller fee, then to the first code. All fields but current_bill_fen are null if no product is cheaper than
    changing nothing, and all are null if no month is known. `held` has the bytes already included in products held. `rate` is the column
    with the present price of a started MB; it also applies to products without a price of their own.
    """
    as_it_is = F.struct(
        F.lit(0).cast("bigint").alias("fee"),
        F.lit(0).cast("bigint").alias("allowance"),
        F.lit(0).cast("bigint").alias("idle"),
        F.lit(None).cast("bigint").alias("overage"),
    )
    # With a lambda over the tariffs the expression stays small for any number of tariffs. array_min compares bill, fee, code in this order.
    best = F.array_min(
        F.transform(
            _on_sale(tariffs),
            lambda t: F.struct(
                _bill(months, held, rate, t).alias("bill"), t["fee"].alias("fee"), t["product"].alias("product"), t["margin"]
            ),
        )
    )
    return F.transform(F.array(F.struct(best.alias("best"), _bill(months, held, rate, as_it_is).alias("current"))), _fit)[0]


def best_upgrade(months: list[Use], now: Held, without: Held, rate: str, fee: str, tariffs: list[Tariff]) -> Column:
    """Return a struct per row: of the plans that are dearer than `fee`, the one with the lowest expected bill.

    The plan takes the place of the one held: `without` has what is included besides it. `fee` is the column with the fee of the plan held,
    0 without one. Bills are means of the known months, as in `best_fit`, with the plan's own fee; a tie goes to the smaller fee, then to
    the first code. Null if no plan is dearer or no month is known. The bill with the plan may be higher than now: the caller decides.
    """
    as_it_is = F.struct(
        F.col(fee).cast("bigint").alias("fee"),
        F.lit(0).cast("bigint").alias("allowance"),
        F.lit(0).cast("bigint").alias("idle"),
        F.lit(None).cast("bigint").alias("overage"),
    )
    dearer = F.filter(_on_sale(tariffs), lambda t: t["fee"] > F.col(fee))
    best = F.array_min(
        F.transform(
            dearer,
            lambda t: F.struct(
                _bill(months, without, rate, t).alias("bill"),
                t["fee"].alias("fee"),
                t["product"].alias("product"),
                t["margin"],
                t["allowance"],
            ),
        )
    )
    told = F.struct(best.alias("best"), _bill(months, now, rate, as_it_is).alias("current"))
    return F.transform(F.array(told), lambda found: _upgrade(found, F.col(fee)))[0]


def _upgrade(found: Column, fee: Column) -> Column:
    best = found["best"]
    known = best.isNotNull() & found["current"].isNotNull()
    fields = {
        "product": best["product"],
        "monthly_fee_fen": best["fee"],
        "margin_per_mille": best["margin"],
        "current_bill_fen": found["current"],
        "offer_bill_fen": best["bill"],
        "extra_fee_fen": best["fee"] - fee,
        "allowance_bytes": best["allowance"],
    }
    return F.when(known, F.struct(*(value.alias(name) for name, value in fields.items())))


def _fit(found: Column) -> Column:
    best, current = found["best"], found["current"]
    better = best["bill"] < current
    return F.struct(
        F.when(better, best["product"]).alias("product"),
        F.when(better, best["fee"]).alias("monthly_fee_fen"),
        F.when(better, best["margin"]).alias("margin_per_mille"),
        current.alias("current_bill_fen"),
        F.when(better, best["bill"]).alias("offer_bill_fen"),
        F.when(better, current - best["bill"]).alias("saving_fen"),
    )


def _on_sale(tariffs: list[Tariff]) -> Column:
    rows = [
        F.struct(
            F.lit(t.monthly_fee_fen).cast("bigint").alias("fee"),
            F.lit(t.product).alias("product"),
            F.lit(t.margin_per_mille).cast("bigint").alias("margin"),
            F.lit(t.allowance_bytes).cast("bigint").alias("allowance"),
            F.lit(t.idle_allowance_bytes).cast("bigint").alias("idle"),
            F.lit(t.overage_fen_per_mb).cast("bigint").alias("overage"),
        )
        for t in sorted(tariffs)
    ]
    return F.array(*rows) if rows else F.from_json(F.lit("[]"), _TARIFF)


def _bill(months: list[Use], held: Held, rate: str, tariff: Column) -> Column:
    """Return the mean cost of the known months under a tariff, rounded down; null if none is known."""
    costs = [_month_fen(use, held, rate, tariff) for use in months]
    known = sum((cost.isNotNull().cast("bigint") for cost in costs), F.lit(0).cast("bigint"))
    total = sum((F.coalesce(cost, F.lit(0)) for cost in costs), F.lit(0).cast("bigint"))
    return F.when(known > 0, F.call_function("div", total, known))


def _month_fen(use: Use, held: Held, rate: str, tariff: Column) -> Column:
    """Return the tariff's fee plus each started MB beyond all allowances; idle bytes are taken from idle allowances first.

    Null for an unknown month: greatest() ignores nulls, so the month would otherwise look like a month without use.
    """
    in_idle_pack = F.least(F.col(use.idle_bytes), F.col(held.idle_bytes) + tariff["idle"])
    charged = F.greatest(F.col(use.data_bytes) - F.col(held.any_hour_bytes) - in_idle_pack - tariff["allowance"], F.lit(0).cast("bigint"))
    started_mb = F.shiftright(charged + (MB - 1), MB_BITS)
    return F.when(F.col(use.data_bytes).isNotNull(), tariff["fee"] + started_mb * F.coalesce(tariff["overage"], F.col(rate)))
