"""Elements 2 and 3, product 营销产品 and resource 营销资源: what can be offered to a member of the audience."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from models.tariff import Held, Use, best_fit, best_upgrade

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyspark.sql import Column, DataFrame

    from scenarios.catalogues import Catalogues
    from scenarios.tonight import Tonight

NO_BETTER_TIER, ALREADY_HOLDS, NOT_HELD = "no_better_tier", "already_holds", "not_held"
NO_TRIAL, NO_INTEREST, HANDSET_CANNOT = "no_trial", "no_interest", "handset_cannot"
# Reasons of offers against an option: the Chinese label, and what it says as a sentence.
BLOCKED = {
    NO_BETTER_TIER: ("无更优档次", "No plan on offer would have cost less."),
    ALREADY_HOLDS: ("已有产品", "The product is held or booked."),
    NOT_HELD: ("未订购", "The service that it belongs to is not held."),
    NO_TRIAL: ("未在体验", "The product is not on trial."),
    HANDSET_CANNOT: ("终端不匹配", "The handset cannot use the product, or any channel that is left."),
    NO_INTEREST: ("无相关兴趣", "Nothing shows an interest in it."),
}
# The closed months that a tariff is priced on.
_MONTHS = ("1m", "m2", "m3")
_USE = [Use(f"data_bytes_{month}", f"idle_bytes_{month}") for month in _MONTHS]
_PRICED_BY = frozenset(
    {
        *(f"{quantity}_{month}" for quantity in ("data_bytes", "idle_bytes") for month in _MONTHS),
        *("data_plan", "base_plan", "base_plan_allowance_bytes", "held_data_plan_bytes", "held_idle_pack_bytes"),
    }
)


@dataclass(frozen=True)
class Gift:
    """A code of the resource catalogue, given once with the product."""

    code: str


@dataclass(frozen=True)
class NoResource:
    """Nothing comes with the product; a scenario must declare this explicitly."""

    code: ClassVar[None] = None


NO_RESOURCE = NoResource()
Resource = Gift | NoResource


class Offer(Protocol):
    """A way to choose products for a subscriber; each kind of offer is a small class."""

    @property
    def products(self) -> tuple[str, ...]:
        """Codes of the products that may be offered."""

    @property
    def needs(self) -> frozenset[str]:
        """Columns of the CAR that the options depend on."""

    @property
    def figures(self) -> tuple[str, ...]:
        """Names of the whole numbers that it provides for messages and clerks."""

    def lacks(self, catalogues: "Catalogues") -> list[str]:
        """Return what the catalogues lack about the products, one sentence each."""

    def options(self, members: "DataFrame", tonight: "Tonight") -> "DataFrame":
        """Return the members with one row per option, at least one each.

        The members have `held_products` and `trial_products` (`Tonight.with_history`). New columns: `offer` (product code, null if there is
        none), `fee_fen` (what it brings a month), `margin_per_mille`, `figures` (map of name to whole number) and `blocked` (reasons
        against this option).
        """


@dataclass(frozen=True)
class BestFit:
    """The one of these products that would have cost the subscriber least in the last closed months, if it is cheaper (docs/domain.md).

    Data beyond all allowances costs the price of the data plan held, else of the base plan. At most one option per subscriber.
    """

    products: tuple[str, ...]
    figures: ClassVar[tuple[str, ...]] = ("saving_fen", "bill_change_fen", "current_bill_fen", "offer_bill_fen")
    needs: ClassVar[frozenset[str]] = _PRICED_BY

    def lacks(self, catalogues: "Catalogues") -> list[str]:
        """Return products without a tariff or a name: they cannot be priced or sold."""
        return _unpriced(self.products, catalogues)

    def options(self, members: "DataFrame", tonight: "Tonight") -> "DataFrame":
        """Return one row per member: the cheapest product, or none with the reason no_better_tier."""
        from pyspark.sql import functions as F

        tariffs = [tonight.catalogues.tariffs[code] for code in self.products]
        priced = _with_rate(members, tonight)
        fit = best_fit(_USE, Held("held_bytes", "held_idle_pack_bytes"), "rate", tariffs)
        told = {name: F.col(f"fit.{name}") for name in ("saving_fen", "current_bill_fen", "offer_bill_fen")}
        told["bill_change_fen"] = F.col("fit.offer_bill_fen") - F.col("fit.current_bill_fen")
        return priced.withColumn("fit", fit).withColumns(
            {
                "offer": F.col("fit.product"),
                "fee_fen": F.col("fit.monthly_fee_fen"),
                "margin_per_mille": F.col("fit.margin_per_mille"),
                "figures": named(self.figures, told),
                "blocked": when_blocked(F.col("fit.product").isNull(), NO_BETTER_TIER),
            }
        )


@dataclass(frozen=True)
class Upgrade:
    """A dearer data plan in the place of the one held: of those dearer, the one that would have cost least in the last closed months.

    With `must_save` it is offered only if that is less than was paid. Without, the customer may pay more: the message shows what for.
    """

    products: tuple[str, ...]
    must_save: bool
    figures: ClassVar[tuple[str, ...]] = (
        *("saving_fen", "bill_change_fen", "current_bill_fen", "offer_bill_fen"),
        *("extra_fee_fen", "offer_bytes"),
    )
    needs: ClassVar[frozenset[str]] = _PRICED_BY | {"held_data_plan_fee_fen"}

    def lacks(self, catalogues: "Catalogues") -> list[str]:
        """Return products without a tariff or a name: they cannot be priced or sold."""
        return _unpriced(self.products, catalogues)

    def options(self, members: "DataFrame", tonight: "Tonight") -> "DataFrame":
        """Return one row per member: the plan, worth its fee beyond that of the plan held, or none with the reason no_better_tier."""
        from pyspark.sql import functions as F

        tariffs = [tonight.catalogues.tariffs[code] for code in self.products]
        held_fee = F.coalesce("held_data_plan_fee_fen", F.lit(0))
        priced = _with_rate(members, tonight).withColumn("held_fee", held_fee)
        now, without = (Held(column, "held_idle_pack_bytes") for column in ("held_bytes", "base_plan_allowance_bytes"))
        found = priced.withColumn("up", best_upgrade(_USE, now, without, "rate", "held_fee", tariffs))
        change = F.col("up.offer_bill_fen") - F.col("up.current_bill_fen")
        is_offered = F.col("up").isNotNull() & (change < 0 if self.must_save else F.lit(True))
        told = {name: F.col(f"up.{name}") for name in ("current_bill_fen", "offer_bill_fen", "extra_fee_fen")}
        told |= {"saving_fen": -change, "bill_change_fen": change, "offer_bytes": F.col("up.allowance_bytes")}
        return found.withColumns(
            {
                "offer": F.when(is_offered, F.col("up.product")),
                "fee_fen": F.col("up.extra_fee_fen"),
                "margin_per_mille": F.col("up.margin_per_mille"),
                "figures": named(self.figures, told),
                "blocked": when_blocked(~is_offered, NO_BETTER_TIER),
            }
        )


@dataclass(frozen=True)
class Fixed:
    """One priced product for everybody who does not hold it."""

    product: str
    figures: ClassVar[tuple[str, ...]] = ("fee_fen",)
    needs: ClassVar[frozenset[str]] = frozenset()

    @property
    def products(self) -> tuple[str, ...]:
        """The one product."""
        return (self.product,)

    def lacks(self, catalogues: "Catalogues") -> list[str]:
        """Return a product without a tariff or a name: it cannot be priced or sold."""
        return _unpriced(self.products, catalogues)

    def options(self, members: "DataFrame", tonight: "Tonight") -> "DataFrame":
        """Return one row per member; blocked by already_holds if the product is held or booked."""
        return each_not_held(members, self.products, tonight.catalogues.tariffs[self.product].margin_per_mille, tonight)


@dataclass(frozen=True)
class Content:
    """Content and apps: each of these products that the subscriber does not hold is an option.

    The tariff catalogue has no margin for apps, so it is declared here. `held_as` are pairs of a product and the column of the CAR that
    says whether it is held without an order, as a club is by its members.
    """

    products: tuple[str, ...]
    margin_per_mille: int
    held_as: tuple[tuple[str, str], ...] = ()
    figures: ClassVar[tuple[str, ...]] = ("fee_fen",)

    @property
    def needs(self) -> frozenset[str]:
        """The columns that say what is held without an order."""
        return frozenset(column for _, column in self.held_as)

    def lacks(self, catalogues: "Catalogues") -> list[str]:
        """Return products that are not in the catalogue: they have no name and no fee."""
        return unnamed(self.products, catalogues)

    def options(self, members: "DataFrame", tonight: "Tonight") -> "DataFrame":
        """Return one row per member and product.

        A product that is held or booked is blocked by already_holds, and so is one of which it is not known whether it is held.
        """
        return each_not_held(members, self.products, self.margin_per_mille, tonight, self.held_as)


def _unpriced(products: tuple[str, ...], catalogues: "Catalogues") -> list[str]:
    return [f"product {code} has no tariff" for code in products if code not in catalogues.tariffs] + unnamed(products, catalogues)


def unnamed(products: "Iterable[str]", catalogues: "Catalogues") -> list[str]:
    """Return a sentence for each product that is not in the catalogue: it has no name and no fee."""
    return [f"product {code} is not in the product catalogue" for code in products if code not in catalogues.names]


def _with_rate(members: "DataFrame", tonight: "Tonight") -> "DataFrame":
    """Return the members with `rate`, the price of a started MB beyond all allowances, and `held_bytes`, what is included at any hour."""
    from pyspark.sql import functions as F

    rate = F.coalesce(*(looked_up(tonight.catalogues.overage_fen_per_mb, F.col(held)) for held in ("data_plan", "base_plan")))
    return members.withColumns({"rate": rate, "held_bytes": F.col("base_plan_allowance_bytes") + F.col("held_data_plan_bytes")})


def each_not_held(
    members: "DataFrame", products: tuple[str, ...], margin_per_mille: int, tonight: "Tonight", held_as: tuple[tuple[str, str], ...] = ()
) -> "DataFrame":
    """Return one option per member and product, blocked if the product is held or booked, or its column of `held_as` is not false."""
    from pyspark.sql import functions as F

    offered = members.withColumn("offer", F.explode(F.array(*map(F.lit, products))))
    is_held = F.array_contains("held_products", F.col("offer"))
    for product, column in held_as:
        is_held = is_held | (F.col("offer") == product) & F.coalesce(column, F.lit(True))
    return sold(offered, margin_per_mille, tonight, when_blocked(is_held, ALREADY_HOLDS))


def sold(offered: "DataFrame", margin_per_mille: int, tonight: "Tonight", blocked: "Column") -> "DataFrame":
    """Return the rows with what the product of column `offer` brings: its fee by the catalogue, at this margin."""
    from pyspark.sql import functions as F

    priced = offered.withColumn("fee_fen", looked_up(tonight.catalogues.fees, F.col("offer")).cast("bigint"))
    return priced.withColumns(
        {
            "margin_per_mille": F.lit(margin_per_mille).cast("bigint"),
            "figures": named(("fee_fen",), {"fee_fen": F.col("fee_fen")}),
            "blocked": blocked,
        }
    )


def named(names: tuple[str, ...], figures: "dict[str, Column]") -> "Column":
    """Return the figures as a map from name to whole number."""
    from pyspark.sql import functions as F

    return F.create_map(*(item for name in names for item in (F.lit(name), figures[name].cast("bigint"))))


def when_blocked(is_blocked: "Column", reason: str) -> "Column":
    """Return the one reason as an array, empty if it does not apply."""
    from pyspark.sql import functions as F

    return F.when(is_blocked, F.array(F.lit(reason))).otherwise(F.expr("CAST(array() AS ARRAY<STRING>)"))


def looked_up(values: "Mapping[str, int] | Mapping[str, str]", key: "Column") -> "Column":
    """Return the value for a code; null for an unknown code."""
    from pyspark.sql import functions as F

    if not values:
        return F.lit(None)
    return F.create_map(*(F.lit(item) for code in sorted(values) for item in (code, values[code])))[key]
