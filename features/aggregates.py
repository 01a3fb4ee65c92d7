"""How the values of many rows become one: the aggregates of windowed and aggregated tags."""

from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import Column
from pyspark.sql import functions as F

# Of each key's weight the logarithm is rounded to this many decimals, so that the sum is exact in any order.
_EXACT = "decimal(30,6)"
# Days of a window are the bits of a bigint.
MOST_DAYS = 62
# Of a great circle of the earth.
METRES_A_DEGREE = 111_195


@dataclass(frozen=True, kw_only=True)
class Way:
    """What a declaration says besides the aggregate's name.

    `by` is the column whose values are compared with each other, `k` how many of them are wanted. `half_life` is the number of days after
    which a row counts half. `newest_by` orders rows.
    """

    by: str | None = None
    k: int = 1
    half_life: int | None = None
    newest_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Aggregate:
    """An aggregate. If `type` is None, the tag declares it. `missing` is the value without rows.

    `of` makes a column out of the quantity, or, if it `compares` keys, out of each key's sum of weights. An aggregate that `adds` can be
    kept up to date by adding rows that enter a window and subtracting those that leave.
    """

    of: Callable[[Column, Way], Column]
    type: str | None = None
    missing: int | bool | None = None
    adds: bool = False
    compares: bool = False


def _latest(quantity: Column, way: Way) -> Column:
    # max_by ignores a null ordering, so rows without a value never win.
    return F.max_by(quantity, F.when(quantity.isNotNull(), F.struct(*way.newest_by)))


def _top(weight: Column, way: Way) -> Column:
    key = F.col(str(way.by))
    places = F.sort_array(F.collect_list(F.when(weight > 0, F.struct((-weight).alias("least"), key.alias("key")))))
    first = F.array_join(F.transform(F.slice(places, 1, way.k), lambda place: place["key"].cast("string")), ",")
    return F.when(F.size(places) > 0, first)


def _top_share(weight: Column, _: Way) -> Column:
    # A key's weight may be below zero only by a fault of the extract; it is no part of the whole.
    part = F.greatest(weight, F.lit(0))
    return F.when(F.sum(part) > 0, F.try_multiply(F.max(part), F.lit(1000)).cast("decimal(38,0)") / F.sum(part)).cast("int")


def _entropy(weight: Column, _: Way) -> Column:
    part = F.when(weight > 0, weight)
    whole = F.sum(part)
    bits = F.log2(whole) - F.sum((part * F.log2(part)).cast(_EXACT)).cast("double") / whole
    # The greatest of null and 0 is 0.
    return F.when(whole > 0, F.round(F.greatest(bits, F.lit(0.0)) * 1000).cast("int"))


def _radius(weight: Column, way: Way) -> Column:
    part = F.when(weight > 0, weight)
    longitude, latitude = (F.split_part(str(way.by), F.lit(":"), F.lit(place)).cast("decimal(9,0)") for place in (1, 2))
    whole = F.sum(part)

    def spread(degrees: Column) -> Column:
        # The sum of squared distances from the mean, times the whole: exact, so that the order of rows changes nothing.
        return (F.sum(part * degrees * degrees) * whole - F.sum(part * degrees) * F.sum(part * degrees)).cast("double")

    narrower = F.cos(F.radians((F.sum(part * latitude) / whole).cast("double") / 1_000_000))
    degrees = F.sqrt(spread(longitude) * narrower * narrower + spread(latitude)) / whole
    return F.when(whole > 0, F.round(degrees * METRES_A_DEGREE / 1_000_000).cast("int"))


def decayed(quantity: Column, age: Column, half_life: int, longest: int) -> Column:
    """Return the quantity in thousandths, halved for each `half_life` days of age, up to `longest` days. The factors are whole numbers."""
    factors = F.array(*(F.lit(round(1000 * 0.5 ** (days / half_life))) for days in range(longest)))
    return F.try_multiply(quantity, F.get(factors, age).cast("bigint"))


def day_bit(quantity: Column, days: Column) -> Column:
    """Return, for a row with a quantity above 0, the bit of its day: so many days after the window's first."""
    return F.when(quantity > 0, F.call_function("shiftleft", F.lit(1).cast("bigint"), days))


AGGREGATES = {
    "sum": Aggregate(lambda quantity, _: F.sum(quantity), "bigint", 0, adds=True),
    "count": Aggregate(lambda quantity, _: F.count_if(quantity), "bigint", 0, adds=True),
    "active_days": Aggregate(lambda quantity, _: F.count_if(quantity), "int", 0, adds=True),
    "any": Aggregate(lambda quantity, _: F.bool_or(quantity), "boolean", False, adds=True),
    "max": Aggregate(lambda quantity, _: F.max(quantity)),
    "min": Aggregate(lambda quantity, _: F.min(quantity)),
    "latest": Aggregate(_latest),
    # What decays is summed after each row got its factor.
    "decayed": Aggregate(lambda quantity, _: F.sum(quantity), "bigint", 0),
    # The quantity is the bit of its day.
    "days": Aggregate(lambda bit, _: F.bit_count(F.bit_or(bit)), "int", 0),
    "approx_distinct": Aggregate(lambda quantity, _: F.approx_count_distinct(quantity), "bigint", 0),
    "top": Aggregate(_top, "string", compares=True),
    "top_share": Aggregate(_top_share, "int", compares=True),
    "distinct": Aggregate(lambda weight, _: F.count_if(weight > 0), "int", 0, compares=True),
    "entropy": Aggregate(_entropy, "int", compares=True),
    "radius": Aggregate(_radius, "int", compares=True),
}


def type_of(aggregate: str) -> str | None:
    """Return the type of an aggregate's value; None when the tag has to declare it."""
    kind = AGGREGATES.get(aggregate)
    return kind.type if kind else None
