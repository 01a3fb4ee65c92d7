"""T6 生活圈: where a subscriber lives, works and goes, by cell and county."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.checks import at_least, between, one_of
from expectations.tables.dwd_location import DWD_LOCATION
from features.aggregates import METRES_A_DEGREE
from features.family import Family
from features.reads import Rows
from features.shares import per_mille

LOCATION_TAGS = Family(name="location", owner="network", label="生活圈", reads={"location": Rows(DWD_LOCATION)})

MINUTES = ("minutes_00_07", "minutes_07_09", "minutes_09_18", "minutes_18_24")
# A place seen on fewer nights, or working days, than this is less certain.
SURE_AFTER = 14
COMMUTES = ("none", "same_county", "other_county")
COUNT = (at_least(0),)
SHARE = (between(0, 1000),)
UNSEEN = "not seen in the last 30 days"
UNPLACED = "not seen at this time in the last 30 days, or in no cell of the cell catalogue"
UNSEEN_AT_NIGHT = "not seen at night in the last 30 days"
UNSEEN_AT_WORK = "not seen in working hours in the last 30 days"


def _minutes() -> Column:
    return sum((F.col(name) for name in MINUTES[1:]), start=F.col(MINUTES[0])).cast("bigint")


def _at_night() -> Column:
    return F.col("minutes_00_07").cast("bigint")


def _at_work() -> Column:
    """Minutes from 9 to 18 on Monday to Friday; holidays are not known."""
    return F.when(F.weekday("day") < 5, F.col("minutes_09_18").cast("bigint"))


def _away() -> Column:
    return F.when(F.col("is_away"), _minutes())


@LOCATION_TAGS.windowed("top", days=(30,), by="cell", label="居住小区", null_means=UNSEEN_AT_NIGHT)
def home_cell() -> Column:
    """The cell in which they are longest at night, from 0 to 7 o'clock; of equals the first by code."""
    return _at_night()


@LOCATION_TAGS.windowed(
    "top_share", days=(30,), by="cell", unit="per mille", label="居住小区占比", checks=SHARE, null_means=UNSEEN_AT_NIGHT
)
def home_cell_share() -> Column:
    """Share of the home cell in the minutes at night."""
    return _at_night()


@LOCATION_TAGS.windowed("top", days=(30,), by="cell", label="工作小区", null_means=UNSEEN_AT_WORK)
def work_cell() -> Column:
    """The cell in which they are longest from 9 to 18 o'clock on Monday to Friday; of equals the first by code. It may be the home cell."""
    return _at_work()


@LOCATION_TAGS.windowed("top_share", days=(30,), by="cell", unit="per mille", label="工作小区占比", checks=SHARE, null_means=UNSEEN_AT_WORK)
def work_cell_share() -> Column:
    """Share of the work cell in the minutes of working hours."""
    return _at_work()


@LOCATION_TAGS.windowed("top", days=(30,), by="cell", k=3, label="停留最久小区", null_means=UNSEEN)
def longest_cells() -> Column:
    """The three cells in which they are longest at any time, with commas between them."""
    return _minutes()


@LOCATION_TAGS.windowed("top_share", days=(30,), by="cell", unit="per mille", label="首要小区占比", checks=SHARE, null_means=UNSEEN)
def main_cell_share() -> Column:
    """Share of the cell in which they are longest in all minutes."""
    return _minutes()


@LOCATION_TAGS.windowed("distinct", days=(30,), by="cell", unit="cells", label="到过小区数", checks=COUNT)
def cells() -> Column:
    """Cells in which they were."""
    return _minutes()


@LOCATION_TAGS.windowed("entropy", days=(30,), by="cell", unit="thousandths of bits", label="活动范围熵", checks=COUNT, null_means=UNSEEN)
def cell_entropy() -> Column:
    """Variety of the cells in which they are, by minutes: 0 in one cell only, 1000 in two equally long."""
    return _minutes()


@LOCATION_TAGS.derived("string", label="第三生活圈小区", null_means="seen in no cell but those of home and work in the last 30 days")
def third_cell_30d() -> Column:
    """The cell beside home and work in which they are longest, last 30 days."""
    places = F.split("longest_cells_30d", ",")
    known = F.array(F.coalesce("home_cell_30d", F.lit("")), F.coalesce("work_cell_30d", F.lit("")))
    return F.get(F.array_except(places, known), F.lit(0))


@LOCATION_TAGS.windowed("top", days=(30,), by="county", label="居住区县", null_means=UNSEEN_AT_NIGHT)
def home_county() -> Column:
    """The county in which they are longest at night; of equals the first by code."""
    return _at_night()


@LOCATION_TAGS.windowed("top", days=(30,), by="county", label="工作区县", null_means=UNSEEN_AT_WORK)
def work_county() -> Column:
    """The county in which they are longest in working hours; of equals the first by code."""
    return _at_work()


@LOCATION_TAGS.windowed("distinct", days=(30,), by="county", unit="counties", label="到过区县数", checks=COUNT)
def counties() -> Column:
    """Counties in which they were."""
    return _minutes()


@LOCATION_TAGS.windowed("top", days=(30,), by="county", label="漫游区县", null_means="never outside the home city in the last 30 days")
def roaming_county() -> Column:
    """The county outside the home city in which they are longest."""
    return _away()


@LOCATION_TAGS.derived("string", label="漫游城市", null_means="never outside the home city in the last 30 days")
def roaming_city_30d() -> Column:
    """The city of the county outside the home city in which they are longest, last 30 days."""
    return F.left("roaming_county_30d", F.lit(4))


@LOCATION_TAGS.windowed("days", days=(30,), unit="days", label="出现天数", checks=COUNT)
def days_seen() -> Column:
    """Days on which the network saw the handset."""
    return _minutes()


@LOCATION_TAGS.windowed("days", days=(30,), unit="nights", label="夜间出现天数", checks=COUNT)
def nights_seen() -> Column:
    """Nights in which the network saw the handset."""
    return _at_night()


@LOCATION_TAGS.windowed("days", days=(30,), unit="days", label="工作时段出现天数", checks=COUNT)
def work_days_seen() -> Column:
    """Days from Monday to Friday on which the network saw the handset in working hours."""
    return _at_work()


@LOCATION_TAGS.windowed("days", days=(30,), unit="days", label="外出天数", checks=COUNT)
def days_away() -> Column:
    """Days on which they were outside the home city."""
    return _away()


@LOCATION_TAGS.windowed("days", days=(30,), unit="nights", label="外出过夜天数", checks=COUNT)
def nights_away() -> Column:
    """Nights in which they were outside the home city."""
    return F.when(F.col("is_away"), _at_night())


@LOCATION_TAGS.derived("int", unit="per mille", label="居住地置信度", checks=SHARE, null_means=UNSEEN_AT_NIGHT)
def home_confidence() -> Column:
    """The home cell's share of the minutes at night, lowered in proportion when they were seen in fewer than 14 nights."""
    return _sure("home_cell_share_30d", "nights_seen_30d")


@LOCATION_TAGS.derived("int", unit="per mille", label="工作地置信度", checks=SHARE, null_means=UNSEEN_AT_WORK)
def work_confidence() -> Column:
    """The work cell's share of the minutes in working hours, lowered in proportion when they were seen on fewer than 14 such days."""
    return _sure("work_cell_share_30d", "work_days_seen_30d")


def _sure(share: str, days: str) -> Column:
    return F.expr(f"{share} * least({days}, {SURE_AFTER}) DIV {SURE_AFTER}")


@LOCATION_TAGS.derived("string", label="通勤类型", checks=(one_of(*COMMUTES),), null_means="home or work is not known")
def commute_30d() -> Column:
    """Whether they work in the home cell (none), in another cell of the home county (same_county), or in another county."""
    in_cell = F.col("home_cell_30d") == F.col("work_cell_30d")
    in_county = F.col("home_county_30d") == F.col("work_county_30d")
    return F.when(in_cell, "none").when(~in_cell & in_county, "same_county").when(~in_cell & ~in_county, "other_county")


@LOCATION_TAGS.windowed("top", days=(30,), by="position", is_tag=False)
def home_position() -> Column:
    """Longitude and latitude, in millionths of a degree, of the place in which they are longest at night."""
    return _at_night()


@LOCATION_TAGS.windowed("top", days=(30,), by="position", is_tag=False)
def work_position() -> Column:
    """Longitude and latitude, in millionths of a degree, of the place in which they are longest in working hours."""
    return _at_work()


@LOCATION_TAGS.derived("int", unit="metres", label="通勤距离", checks=COUNT, null_means=UNPLACED)
def commute_m() -> Column:
    """Distance between the places of home and work as the crow flies."""
    (east, north), (other_east, other_north) = _degrees("home_position_30d"), _degrees("work_position_30d")
    narrower = F.cos(F.radians((north + other_north) / 2))
    across, along = (other_east - east) * narrower, other_north - north
    return F.round(F.sqrt(across * across + along * along) * METRES_A_DEGREE)


def _degrees(position: str) -> tuple[Column, Column]:
    longitude, latitude = (F.split_part(position, F.lit(":"), F.lit(place)).cast("double") / 1_000_000 for place in (1, 2))
    return longitude, latitude


@LOCATION_TAGS.windowed("radius", days=(30,), by="position", unit="metres", label="活动半径", checks=COUNT, null_means=UNPLACED)
def activity_radius_m() -> Column:
    """Radius of gyration 活动半径: the root of the mean squared distance from the centre of all places, by minutes."""
    return _minutes()


@LOCATION_TAGS.derived("boolean", label="是否居住在归属地市之外", null_means=UNSEEN_AT_NIGHT)
def lives_outside_home_city() -> Column:
    """Whether the county in which they spend their nights is outside the home city of the subscription."""
    return F.left("home_county_30d", F.lit(4)) != F.col("city")


@LOCATION_TAGS.windowed("sum", days=(30,), is_tag=False)
def minutes_seen() -> Column:
    """Minutes for which the network knew the cell."""
    return _minutes()


@LOCATION_TAGS.windowed("sum", days=(30,), is_tag=False)
def minutes_away() -> Column:
    """Minutes outside the home city."""
    return _away()


@LOCATION_TAGS.derived("int", unit="per mille", label="近30天外出时长占比", checks=SHARE, null_means=UNSEEN)
def away_share_30d() -> Column:
    """Share of the minutes outside the home city, last 30 days."""
    return per_mille("minutes_away_30d", "minutes_seen_30d")


@LOCATION_TAGS.windowed("max", days=(30,), type="date", is_tag=False)
def last_seen_on() -> Column:
    """Newest day on which the network saw the handset."""
    return F.col("day")


@LOCATION_TAGS.derived("int", unit="days", label="距最近出现天数", checks=(between(0, 29),), null_means=UNSEEN)
def days_since_seen(on: Column) -> Column:
    """Days since the network saw the handset; 0 is D."""
    return F.datediff(on, F.col("last_seen_on_30d"))


@LOCATION_TAGS.windowed("sum", days=(30,), unit="times", label="开机次数", checks=COUNT)
def switch_ons() -> Column:
    """How often the handset was switched on 开机."""
    return F.col("switch_ons").cast("bigint")


@LOCATION_TAGS.windowed(
    "top",
    months=(1,),
    single_months=(2, 3),
    keep=True,
    by="county",
    label="归属区域",
    null_means="not seen in the month, or it ended before network entry",
)
def region() -> Column:
    """The county in which they are longest 归属区域; of equals the first by code."""
    return _minutes()


@LOCATION_TAGS.derived("string", label="永久归属区域", null_means="not the same county in the last three closed months")
def permanent_region() -> Column:
    """The county in which they were longest in each of the last three closed months 永久归属区域."""
    same = (F.col("region_1m") == F.col("region_m2")) & (F.col("region_m2") == F.col("region_m3"))
    return F.when(same, F.col("region_1m"))


@LOCATION_TAGS.derived("boolean", label="是否迁移区域", null_means="not seen in one of the last two closed months")
def has_moved_region() -> Column:
    """Whether they were longest in another county in the last closed month than in the month before."""
    return F.col("region_1m") != F.col("region_m2")
