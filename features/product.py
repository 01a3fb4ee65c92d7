"""T9 业务: the products that a subscriber holds, has held and has ordered, as known on the night."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.checks import at_least
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from features.family import Family
from features.reads import Rows

PRODUCT_TAGS = Family(
    name="product",
    owner="products",
    label="业务持有",
    reads={"orders": Rows(DWD_SUBSCRIPTION_INTERVAL, newest_by=("valid_from", "ordered_at", "order_id"))},
)

NO_DATA_PLAN = "holds no data plan"


def _is(kind: str) -> Column:
    # The kind is null for products outside the catalogue, so they match no kind.
    return F.col("product_kind").eqNullSafe(F.lit(kind))


def _booked(on: Column) -> Column:
    """Whether the order line begins after D. A line cancelled before it begins does not count."""
    return (F.col("valid_from") > on) & (F.col("valid_to").isNull() | (F.col("valid_to") > F.col("valid_from")))


def _held(on: Column) -> Column:
    """Whether the order line is held on D; its first day without service does not count."""
    return (F.col("valid_from") <= on) & (F.col("valid_to").isNull() | (F.col("valid_to") > on))


def _held_or_booked(on: Column) -> Column:
    return _held(on) | _booked(on)


@PRODUCT_TAGS.aggregated("any", label="是否订购流量套餐")
def holds_data_plan(on: Column) -> Column:
    """Whether a data plan is held, paid, trial or bundled."""
    return _is("data_plan") & _held(on)


@PRODUCT_TAGS.aggregated("any", label="是否已预订流量套餐")
def has_booked_data_plan(on: Column) -> Column:
    """Whether a data plan is ordered that begins after D."""
    return _is("data_plan") & _booked(on)


@PRODUCT_TAGS.aggregated("latest", type="string", label="流量套餐", null_means=NO_DATA_PLAN)
def data_plan(on: Column) -> Column:
    """Product code of the data plan held, the newest of several."""
    return F.when(_is("data_plan") & _held(on), F.col("product"))


@PRODUCT_TAGS.aggregated("latest", type="bigint", unit="fen", label="流量套餐月费", null_means="holds no data plan of the catalogue")
def held_data_plan_fee_fen(on: Column) -> Column:
    """Monthly fee, the tier, of the data plan held."""
    return F.when(_is("data_plan") & _held(on), F.col("monthly_fee_fen"))


@PRODUCT_TAGS.aggregated("sum", unit="bytes", label="流量套餐内含流量", checks=(at_least(0),))
def held_data_plan_bytes(on: Column) -> Column:
    """Data included in the data plans held."""
    return F.when(_is("data_plan") & _held(on), F.col("allowance_bytes"))


@PRODUCT_TAGS.aggregated("latest", type="date", label="流量套餐生效日", null_means=NO_DATA_PLAN)
def data_plan_since(on: Column) -> Column:
    """First day of the data plan held."""
    return F.when(_is("data_plan") & _held(on), F.col("valid_from"))


@PRODUCT_TAGS.aggregated("any", label="是否曾订购流量套餐")
def ever_held_data_plan(on: Column) -> Column:
    """Whether a data plan was held on any day up to D."""
    began = F.col("valid_from") <= on
    # A line cancelled before it began was never held.
    return _is("data_plan") & began & (F.col("valid_to").isNull() | (F.col("valid_to") > F.col("valid_from")))


@PRODUCT_TAGS.aggregated("count", unit="orders", label="近30天流量套餐付费订购次数", checks=(at_least(0),))
def data_plan_orders_30d(on: Column) -> Column:
    """Paid data-plan orders of the last 30 days, D included, also cancelled ones."""
    ordered = F.to_date("ordered_at").between(F.date_sub(on, 29), on)
    return _is("data_plan") & (F.col("order_source") == "paid") & ordered


@PRODUCT_TAGS.aggregated("any", label="是否订购闲时包")
def holds_idle_pack(on: Column) -> Column:
    """Whether an idle pack is held."""
    return _is("idle_pack") & _held(on)


@PRODUCT_TAGS.aggregated("any", label="是否已预订闲时包")
def has_booked_idle_pack(on: Column) -> Column:
    """Whether an idle pack is ordered that begins after D."""
    return _is("idle_pack") & _booked(on)


@PRODUCT_TAGS.aggregated("latest", type="string", label="闲时包", null_means="holds no idle pack")
def idle_pack(on: Column) -> Column:
    """Product code of the idle pack held, the newest of several."""
    return F.when(_is("idle_pack") & _held(on), F.col("product"))


@PRODUCT_TAGS.aggregated("sum", unit="bytes", label="闲时包内含流量", checks=(at_least(0),))
def held_idle_pack_bytes(on: Column) -> Column:
    """Idle-hour data included in the idle packs held."""
    return F.when(_is("idle_pack") & _held(on), F.col("idle_allowance_bytes"))


@PRODUCT_TAGS.aggregated("latest", type="string", label="基础套餐", null_means="holds no base plan")
def base_plan(on: Column) -> Column:
    """Product code of the base plan held, the newest of several."""
    return F.when(_is("base_plan") & _held(on), F.col("product"))


@PRODUCT_TAGS.aggregated("sum", unit="bytes", label="基础套餐内含流量", checks=(at_least(0),))
def base_plan_allowance_bytes(on: Column) -> Column:
    """Data included in the base plan held; 0 for a base plan without data, and without a base plan."""
    return F.when(_is("base_plan") & _held(on), F.col("allowance_bytes"))


@PRODUCT_TAGS.aggregated("count", unit="packs", label="持有加油包数", checks=(at_least(0),))
def top_up_packs_held(on: Column) -> Column:
    """Top-up packs held."""
    return _is("top_up_pack") & _held(on)


@PRODUCT_TAGS.aggregated("count", unit="apps", label="持有自有应用数", checks=(at_least(0),))
def apps_held(on: Column) -> Column:
    """Apps held."""
    return _is("app") & _held(on)


@PRODUCT_TAGS.aggregated("count", unit="order lines", label="持有产品数", checks=(at_least(0),))
def products_held(on: Column) -> Column:
    """Order lines held, of any kind."""
    return _held(on)


@PRODUCT_TAGS.aggregated("any", label="是否持有目录外产品")
def holds_unknown_product(on: Column) -> Column:
    """Whether a product is held or booked that is not in the catalogue, or a data plan or idle pack without a tariff."""
    is_unpriced = (_is("data_plan") | _is("idle_pack")) & F.col("allowance_bytes").isNull()
    return (F.col("product_kind").isNull() | is_unpriced) & _held_or_booked(on)


@PRODUCT_TAGS.aggregated("count", unit="trials", label="试用产品数", checks=(at_least(0),))
def trials_held(on: Column) -> Column:
    """Free trials held."""
    return _held(on) & (F.col("order_source") == "trial")


@PRODUCT_TAGS.derived("int", unit="months", label="流量套餐持有月数", checks=(at_least(0),), null_means=NO_DATA_PLAN)
def data_plan_months_held(on: Column) -> Column:
    """Whole months since the data plan held began."""
    return F.floor(F.months_between(on, F.col("data_plan_since")))
