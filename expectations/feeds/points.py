"""S13 积分 and 推荐: accounts of points, and recommendations by clerks and subscribers. Both name subscribers by number."""

from functools import partial

from expectations.feed import Feed, Field
from expectations.forms import SMALL, TIMESTAMP, code, token
from expectations.tables import ods_points_event, ods_recommendation

_WHO = code(clerk="1", subscriber="2")

_of_points = partial(
    Feed,
    source="S13",
    owner="points",
    cadence="daily",
    content="delta",
    data_class="response",
    lateness_days=3,
    at_deadline="run without",
    may_be_empty=True,
)

POINTS_EVENT_FEED = _of_points(
    name="points_event",
    label="积分",
    table=ods_points_event.ODS_POINTS_EVENT,
    fields=(
        Field("EVENT_ID", "event_id"),
        Field("EVENT_TIME", "occurred_at", TIMESTAMP, is_event_date=True),
        Field("EARNER_KIND", "earner", _WHO),
        Field("CLERK_ID", "clerk_id"),
        Field("MSISDN", "number_token", token("number"), personal=True),
        Field("REASON", "reason", code(consumption="C", recommendation="T", redeemed="D", expired="X", corrected="Z")),
        Field("POINTS", "points", SMALL),
    ),
)

RECOMMENDATION_FEED = _of_points(
    name="recommendation",
    label="推荐",
    table=ods_recommendation.ODS_RECOMMENDATION,
    delimiter="\t",
    header=True,
    fields=(
        Field("RECOMMEND_ID", "recommendation_id"),
        Field("RECOMMEND_TIME", "recommended_at", TIMESTAMP, is_event_date=True),
        Field("RECOMMENDER_KIND", "recommender", _WHO),
        Field("CLERK_ID", "clerk_id"),
        Field("RECOMMENDER_MSISDN", "recommender_token", token("number"), personal=True),
        Field("MSISDN", "number_token", token("number"), personal=True),
        Field("PRODUCT_CODE", "product"),
    ),
)
