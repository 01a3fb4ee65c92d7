"""T9 业务, the operator's own apps: which are held, tried, cancelled, used and silent, from S10 and the order lines (S2)."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.checks import NOT_NULL, at_least, between, one_of
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.ods_platform_usage import ODS_PLATFORM_USAGE
from features.family import Family
from features.reads import Rows

PLATFORM_TAGS = Family(
    name="platform",
    owner="products",
    label="自有业务",
    reads={
        "use": Rows(ODS_PLATFORM_USAGE),
        "orders": Rows(DWD_SUBSCRIPTION_INTERVAL, newest_by=("valid_from", "ordered_at", "order_id")),
    },
)

# The own apps of S10 by product code. A trial of the 体验平台 is a trial of one of them.
APPS = {
    "mm": "MM商场",
    "reading": "手机阅读",
    "payment": "手机支付",
    "music": "无线音乐",
    "mail139": "139邮箱",
    "video": "手机视频",
    "games": "手机游戏",
}
STATUSES = ("paid", "trial", "bundled", "cancelled", "tried")
# A new subscriber of an app needs some days before not using it says anything.
SILENT_DAYS = 30
NEVER_ORDERED = "no order line of it has begun"
FIGURE = (at_least(0),)


def _began(on: Column) -> Column:
    """Whether the order line was in force on a day up to D. A line cancelled before it begins never was."""
    return (F.col("valid_from") <= on) & (F.col("valid_to").isNull() | (F.col("valid_to") > F.col("valid_from")))


def _held(on: Column) -> Column:
    return _began(on) & (F.col("valid_to").isNull() | (F.col("valid_to") > on))


def _is_app() -> Column:
    return F.col("product_kind").eqNullSafe(F.lit("app"))


@PLATFORM_TAGS.windowed("count", of="use", days=(30,), per=APPS, unit="days", label="{}使用天数", checks=FIGURE)
def app_days(app: str) -> Column:
    """Days on which the subscriber did something in the own app {}."""
    return (F.col("product") == app) & (F.col("actions") > 0)


@PLATFORM_TAGS.windowed("max", of="use", days=(180,), per=APPS, type="date", is_tag=False)
def app_last_used(app: str) -> Column:
    """Newest day with use of the own app {}."""
    return F.when((F.col("product") == app) & (F.col("actions") > 0), F.col("day"))


@PLATFORM_TAGS.windowed("sum", of="use", days=(30,), unit="actions", label="自有业务操作次数", checks=FIGURE)
def app_actions() -> Column:
    """Pages, plays and downloads in all own services."""
    return F.col("actions")


@PLATFORM_TAGS.windowed("max", of="use", days=(90,), type="date", is_tag=False)
def trial_end() -> Column:
    """Latest end of a free trial that the platforms report."""
    return F.col("trial_end")


@PLATFORM_TAGS.aggregated(
    "latest", of="orders", per=APPS, type="string", label="{}持有状态", checks=(one_of(*STATUSES),), null_means=NEVER_ORDERED
)
def app_status(app: str, on: Column) -> Column:
    """The newest order line of the own app {}: held as paid, trial or bundled; over as tried (a trial) or cancelled."""
    over = F.when(F.col("order_source") == "trial", "tried").otherwise("cancelled")
    return F.when((F.col("product") == app) & _began(on), F.when(_held(on), F.col("order_source")).otherwise(over))


@PLATFORM_TAGS.aggregated("latest", of="orders", per=APPS, type="date", is_tag=False)
def app_since(app: str, on: Column) -> Column:
    """First day of service of the newest order line of the own app {}."""
    return F.when((F.col("product") == app) & _began(on), F.col("valid_from"))


@PLATFORM_TAGS.aggregated("any", of="orders", per=APPS, is_tag=False)
def app_tried(app: str, on: Column) -> Column:
    """Whether the own app {} was ever on trial."""
    return (F.col("product") == app) & (F.col("order_source") == "trial") & _began(on)


@PLATFORM_TAGS.aggregated("sum", of="orders", unit="fen", label="付费业务月费", checks=FIGURE)
def paid_apps_fee_fen(on: Column) -> Column:
    """Monthly fees of the apps that are held and paid for."""
    return F.when(_is_app() & (F.col("order_source") == "paid") & _held(on), F.col("monthly_fee_fen"))


@PLATFORM_TAGS.aggregated("count", of="orders", unit="services", label="近90天新办业务数", checks=FIGURE)
def new_services_90d(on: Column) -> Column:
    """Apps whose order line began in the last 90 days, D included, trials too; recognition label 5."""
    return _is_app() & _began(on) & (F.col("valid_from") > F.date_sub(on, 90))


@PLATFORM_TAGS.aggregated("count", of="orders", unit="services", label="近90天退订业务数", checks=FIGURE)
def services_cancelled_90d(on: Column) -> Column:
    """Apps whose paid or bundled order line ended in the last 90 days, D included."""
    ended = F.col("valid_to").between(F.date_sub(on, 89), on)
    return _is_app() & _began(on) & (F.col("order_source") != "trial") & ended


@PLATFORM_TAGS.aggregated("any", of="orders", label="是否体验中")
def is_in_trial(on: Column) -> Column:
    """Whether an app is on a free trial on D."""
    return _is_app() & (F.col("order_source") == "trial") & _held(on)


@PLATFORM_TAGS.aggregated("max", of="orders", type="date", is_tag=False)
def trial_line_to(on: Column) -> Column:
    """First day without service of the trials that run, by their order lines; of several the latest."""
    return F.when(_is_app() & (F.col("order_source") == "trial") & _held(on), F.col("valid_to"))


@PLATFORM_TAGS.derived(
    "int", unit="days", label="体验剩余天数", checks=(at_least(0),), null_means="no trial runs, or neither source states its end"
)
def trial_days_left(on: Column) -> Column:
    """Days to the last day of the trial that runs; 0 on that day. The order line's end counts before the platform's."""
    last = F.coalesce(F.date_sub("trial_line_to", 1), F.when(F.col("is_in_trial"), F.col("trial_end_90d")))
    return F.when(last >= on, F.datediff(last, on))


@PLATFORM_TAGS.derived("int", per=APPS, unit="months", label="{}未使用月数", checks=(between(0, 6),), null_means="not used in 180 days")
def app_idle_months(app: str, on: Column) -> Column:
    """Whole months since the own app {} was last used."""
    return F.floor(F.months_between(on, F.col(f"{app}_app_last_used_180d")))


@PLATFORM_TAGS.derived("boolean", per=APPS, label="{}是否沉默订购", null_means=NEVER_ORDERED)
def app_silent(app: str, on: Column) -> Column:
    """Whether the own app {} is held and paid for since 30 days or more, and was not used since it is paid for (沉默)."""
    since, used = F.col(f"{app}_app_since"), F.col(f"{app}_app_last_used_180d")
    is_old = since <= F.date_sub(on, SILENT_DAYS)
    return (F.col(f"{app}_app_status") == "paid") & is_old & (used.isNull() | (used < since))


def _number_of(condition: str) -> Column:
    """Return how many own apps meet a condition; in it @ stands for the app."""
    return F.expr(" + ".join(f"int(coalesce({condition.replace('@', app)}, false))" for app in APPS))


@PLATFORM_TAGS.derived("int", unit="apps", label="近30天使用自有业务数", checks=(NOT_NULL, between(0, len(APPS))))
def apps_used_30d() -> Column:
    """Own apps used in the last 30 days."""
    return _number_of("@_app_days_30d > 0")


@PLATFORM_TAGS.derived("int", unit="apps", label="沉默订购业务数", checks=(NOT_NULL, between(0, len(APPS))))
def silent_apps() -> Column:
    """Own apps that are paid for and were not used since."""
    return _number_of("@_app_silent")


@PLATFORM_TAGS.derived("int", unit="apps", label="体验后付费业务数", checks=(NOT_NULL, between(0, len(APPS))))
def trials_converted() -> Column:
    """Own apps that were on trial and are paid for now."""
    return _number_of("@_app_tried AND @_app_status = 'paid'")


@PLATFORM_TAGS.derived("int", unit="apps", label="体验后未付费业务数", checks=(NOT_NULL, between(0, len(APPS))))
def trials_not_converted() -> Column:
    """Own apps whose trial is over without an order after it."""
    return _number_of("@_app_status = 'tried'")


@PLATFORM_TAGS.derived("string", label="近30天首要自有业务", checks=(one_of(*APPS),), null_means="no own app was used in 30 days")
def top_app_30d() -> Column:
    """Own app with most days of use, last 30 days; of equals the first by name."""
    most = F.greatest(*(F.coalesce(F.col(f"{app}_app_days_30d"), F.lit(0)) for app in APPS))
    return F.when(most > 0, F.coalesce(*(F.when(F.col(f"{app}_app_days_30d") == most, F.lit(app)) for app in sorted(APPS))))
