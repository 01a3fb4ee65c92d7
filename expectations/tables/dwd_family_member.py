"""Who belongs to whose family account, once each member is a subscriber."""

from expectations.checks import IS_TOKEN, NOT_NULL, one_of
from expectations.columns import SUBSCRIBER_ID
from expectations.contract import Column, Table
from expectations.tables.ods_family_tie import FAMILY_TIES


def _count(name: str, comment: str) -> Column:
    return Column(name, "int", comment, (NOT_NULL,), unit="people")


DWD_FAMILY_MEMBER = Table(
    name="dwd.family_member",
    owner="customer-data",
    comment="One row per subscriber in a family account and kind of family product, as of the night; of several accounts one.",
    key=("subscriber_id", "kind"),
    may_be_empty=True,
    columns=(
        SUBSCRIBER_ID,
        Column("kind", "string", "Family product: family_number 亲情号, family_home 移动之家.", (NOT_NULL, one_of(*FAMILY_TIES))),
        Column("main_subscriber_id", "string", "Token of the main account.", (NOT_NULL, IS_TOKEN)),
        Column("is_main", "boolean", "Whether the subscriber is the main account.", (NOT_NULL,)),
        Column("joined_on", "date", "Day on which they joined; for the main account, when the first member joined.", (NOT_NULL,)),
        _count("live_members", "Members whose subscription exists, main account and subscriber included."),
        _count("left_members", "Members whose subscription has ended."),
        _count("others_with_plan", "Other live members who hold a data plan."),
        _count("others_with_much_data", "Other live members whose data plans include at least 1 GB."),
    ),
)
