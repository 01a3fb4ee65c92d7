"""Offers besides data plans: trials of services, new content, a service by interest, handsets, and care without a product to pay for."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from scenarios.offers import ALREADY_HOLDS, NO_INTEREST, NO_TRIAL, NOT_HELD, each_not_held, looked_up, sold, unnamed, when_blocked

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from scenarios.catalogues import Catalogues
    from scenarios.tonight import Tonight


@dataclass(frozen=True)
class Services:
    """Services of which each is an option of its own, worth a share of its fee."""

    products: tuple[str, ...]
    margin_per_mille: int
    figures: ClassVar[tuple[str, ...]] = ("fee_fen",)
    needs: ClassVar[frozenset[str]] = frozenset()

    def lacks(self, catalogues: "Catalogues") -> list[str]:
        """Return services that are not in the catalogue: they have no name and no fee."""
        return unnamed(self.products, catalogues)


@dataclass(frozen=True)
class Trial(Services):
    """A free trial of one of these services, for those who do not hold it 新业务体验. What it brings is the fee of those who keep it."""

    def options(self, members: "DataFrame", tonight: "Tonight") -> "DataFrame":
        """Return one row per member and service; one that is held, booked or on trial is blocked by already_holds."""
        return each_not_held(members, self.products, self.margin_per_mille, tonight)


@dataclass(frozen=True)
class Conversion(Services):
    """The paid order of the services that the subscriber is trying: the step at the end of a trial."""

    def options(self, members: "DataFrame", tonight: "Tonight") -> "DataFrame":
        """Return one row per member and service on trial; one row without an offer and the reason no_trial if there is none."""
        from pyspark.sql import functions as F

        tried = F.array_intersect("trial_products", F.array(*map(F.lit, self.products)))
        offered = members.withColumn("offer", F.explode_outer(tried))
        return sold(offered, self.margin_per_mille, tonight, when_blocked(F.col("offer").isNull(), NO_TRIAL))


@dataclass(frozen=True)
class NewContent(Services):
    """New content of services that the subscriber holds 内容: nothing is sold, and what it brings is the fee that they go on paying.

    Nobody holds a book: each can be told of it again and again.
    """

    def options(self, members: "DataFrame", tonight: "Tonight") -> "DataFrame":
        """Return one row per member and service; one that is not held is blocked by not_held."""
        from pyspark.sql import functions as F

        offered = members.withColumn("offer", F.explode(F.array(*map(F.lit, self.products))))
        is_held = F.array_contains("held_products", F.col("offer"))
        return sold(offered, self.margin_per_mille, tonight, when_blocked(~is_held, NOT_HELD))


@dataclass(frozen=True)
class CrossSell:
    """The service not held that is expected to bring most 交叉销售: its fee times the subscriber's interest in what it is about.

    `interests` are pairs of a service and the column of the CAR with the interest in it, in per mille.
    """

    interests: tuple[tuple[str, str], ...]
    margin_per_mille: int
    figures: ClassVar[tuple[str, ...]] = ("fee_fen",)

    @property
    def products(self) -> tuple[str, ...]:
        """The services."""
        return tuple(product for product, _ in self.interests)

    @property
    def needs(self) -> frozenset[str]:
        """The columns of interest."""
        return frozenset(column for _, column in self.interests)

    def lacks(self, catalogues: "Catalogues") -> list[str]:
        """Return products that are not in the catalogue: they have no name and no fee."""
        return unnamed(self.products, catalogues)

    def options(self, members: "DataFrame", tonight: "Tonight") -> "DataFrame":
        """Return one row per member. Of equals the first code; none with the reason no_interest if no service not held interests them."""
        from pyspark.sql import functions as F

        fees = tonight.catalogues.fees
        worth = [
            F.when(
                (F.col(column) > 0) & ~F.array_contains("held_products", product),
                F.struct((-F.col(column).cast("bigint") * fees[product]).alias("less"), F.lit(product).alias("product")),
            )
            for product, column in self.interests
        ]
        offered = members.withColumn("offer", F.array_min(F.array(*worth))["product"])
        return sold(offered, self.margin_per_mille, tonight, when_blocked(F.col("offer").isNull(), NO_INTEREST))


@dataclass(frozen=True)
class Handset:
    """A handset with a contract, by the price band of the handset of now 换机引导; `other` if its band is unknown.

    `bands` are pairs of a price band (low, middle, high) and a product. The catalogue's fee is that of the contract, a month.
    """

    bands: tuple[tuple[str, str], ...]
    other: str
    margin_per_mille: int
    figures: ClassVar[tuple[str, ...]] = ("fee_fen",)
    needs: ClassVar[frozenset[str]] = frozenset({"price_band"})

    @property
    def products(self) -> tuple[str, ...]:
        """The handsets, each once."""
        return tuple(dict.fromkeys([*(product for _, product in self.bands), self.other]))

    def lacks(self, catalogues: "Catalogues") -> list[str]:
        """Return products that are not in the catalogue: they have no name and no fee."""
        return unnamed(self.products, catalogues)

    def options(self, members: "DataFrame", tonight: "Tonight") -> "DataFrame":
        """Return one row per member; blocked by already_holds if the contract is held."""
        from pyspark.sql import functions as F

        offered = members.withColumn("offer", F.coalesce(looked_up(dict(self.bands), F.col("price_band")), F.lit(self.other)))
        return sold(offered, self.margin_per_mille, tonight, when_blocked(F.array_contains("held_products", F.col("offer")), ALREADY_HOLDS))


@dataclass(frozen=True)
class Care:
    """A service of the operator that costs the customer nothing 关怀: nothing is sold, so what it brings is the customer who stays.

    That is the mean contribution of the last closed months; who brings nothing brings nothing by staying.
    """

    product: str
    figures: ClassVar[tuple[str, ...]] = ()
    needs: ClassVar[frozenset[str]] = frozenset({"mean_contribution_fen_3m"})

    @property
    def products(self) -> tuple[str, ...]:
        """The one service."""
        return (self.product,)

    def lacks(self, catalogues: "Catalogues") -> list[str]:
        """Return a service that is not in the catalogue: it has no name."""
        return unnamed(self.products, catalogues)

    def options(self, members: "DataFrame", tonight: "Tonight") -> "DataFrame":
        """Return one row per member, with nothing against it."""
        from pyspark.sql import functions as F

        brings = F.greatest(F.coalesce("mean_contribution_fen_3m", F.lit(0)), F.lit(0)).cast("bigint")
        return members.withColumns(
            {
                "offer": F.lit(self.product),
                "fee_fen": brings,
                "margin_per_mille": F.lit(1000).cast("bigint"),
                "figures": F.expr("CAST(map() AS MAP<STRING, BIGINT>)"),
                "blocked": when_blocked(F.lit(False), ALREADY_HOLDS),
            }
        )
