"""T11 家庭 集团: family accounts and companies' groups, and what the other members do."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.checks import at_least, between
from expectations.tables.dwd_family_member import DWD_FAMILY_MEMBER
from expectations.tables.dwd_group_member import DWD_GROUP_MEMBER
from features.family import Family
from features.product import PRODUCT_TAGS
from features.reads import Rows, TagsOf
from features.shares import per_mille
from features.tag import Tags

SOCIAL_TAGS = Family(
    name="social",
    owner="customer-data",
    label="家庭集团",
    reads={
        "families": Rows(DWD_FAMILY_MEMBER),
        "groups": Rows(DWD_GROUP_MEMBER, newest_by=("joined_on", "group_id")),
        "product": TagsOf(PRODUCT_TAGS),
    },
)

FAMILY_PRODUCTS = {"family_number": "亲情号", "family_home": "移动之家"}
KEY_ROLES = ("key_person", "leader")
NO_FAMILY = "in no family account"
NO_GROUP = "in no group"
COUNT = (at_least(0),)
SHARE = (between(0, 1000),)


@SOCIAL_TAGS.aggregated("any", of="families", per=FAMILY_PRODUCTS, label="是否{}成员")
def member(kind: str) -> Column:
    """Whether they belong to a {} account, as its main account or a member."""
    return F.col("kind") == kind


@SOCIAL_TAGS.aggregated("any", of="families", per=FAMILY_PRODUCTS, label="是否{}主账户")
def main_account(kind: str) -> Column:
    """Whether they are the main account of a {} account, who decides and pays."""
    return (F.col("kind") == kind) & F.col("is_main")


@SOCIAL_TAGS.aggregated("max", of="families", type="int", unit="people", label="家庭人数", checks=COUNT, null_means=NO_FAMILY)
def family_size() -> Column:
    """Members of the family account whose subscription exists, the subscriber included; the larger of two accounts."""
    return F.col("live_members")


@SOCIAL_TAGS.aggregated("min", of="families", type="date", label="加入家庭日期", null_means=NO_FAMILY)
def family_since() -> Column:
    """Day on which they joined the family account, the older of two."""
    return F.col("joined_on")


@SOCIAL_TAGS.derived("int", unit="days", label="加入家庭天数", checks=COUNT, null_means=NO_FAMILY)
def days_in_family(on: Column) -> Column:
    """Days since they joined the family account."""
    return F.datediff(on, F.col("family_since"))


@SOCIAL_TAGS.aggregated("max", of="families", type="int", unit="people", label="家庭离网人数", checks=COUNT, null_means=NO_FAMILY)
def family_members_left() -> Column:
    """Members of the family account whose subscription has ended: those who are left may follow."""
    return F.col("left_members")


@SOCIAL_TAGS.aggregated("max", of="families", type="int", unit="people", label="家庭中订流量套餐人数", checks=COUNT, null_means=NO_FAMILY)
def family_with_data_plan() -> Column:
    """Other members of the family account who hold a data plan."""
    return F.col("others_with_plan")


@SOCIAL_TAGS.aggregated("any", of="families", label="家庭是否有流量充足成员")
def has_data_rich_family() -> Column:
    """Whether another member of the family account holds data plans of at least 1 GB: data could be shared."""
    return F.col("others_with_much_data") > 0


@SOCIAL_TAGS.aggregated("any", of="groups", label="是否集团成员")
def is_group_member() -> Column:
    """Whether they are a member of a company's group."""
    return F.lit(True)


@SOCIAL_TAGS.aggregated("any", of="groups", label="是否集团关键人")
def is_group_key_person() -> Column:
    """Whether they are a key person or leader of a company's group 集团关键人: group products (label 2)."""
    return F.col("group_role").isin(*KEY_ROLES)


@SOCIAL_TAGS.aggregated("latest", of="groups", type="string", label="集团编号", null_means=NO_GROUP)
def company_group() -> Column:
    """Id of the company's group, by the group's own list; the CRM's group_id may differ."""
    return F.col("group_id")


@SOCIAL_TAGS.aggregated("latest", of="groups", type="string", label="集团角色", null_means=NO_GROUP)
def company_role() -> Column:
    """Role in the company's group: member, key_person, leader."""
    return F.col("group_role")


@SOCIAL_TAGS.aggregated("latest", of="groups", type="string", label="集团客户经理", null_means="in no group, or it has no manager")
def company_manager() -> Column:
    """Code of the account manager of the company's group."""
    return F.col("manager_id")


@SOCIAL_TAGS.derived("string", label="服务客户经理", null_means="no account manager")
def account_manager() -> Column:
    """Code of the account manager who serves them: their own, else the one of their group (P3)."""
    return F.coalesce(F.col("manager_id"), F.col("company_manager"))


@SOCIAL_TAGS.aggregated("min", of="groups", type="date", label="加入集团日期", null_means=NO_GROUP)
def in_group_since() -> Column:
    """Day on which they joined the company's group."""
    return F.col("joined_on")


@SOCIAL_TAGS.derived("int", unit="days", label="加入集团天数", checks=COUNT, null_means=NO_GROUP)
def days_in_group(on: Column) -> Column:
    """Days since they joined the company's group."""
    return F.datediff(on, F.col("in_group_since"))


@SOCIAL_TAGS.aggregated("max", of="groups", type="int", unit="people", label="集团人数", checks=COUNT, null_means=NO_GROUP)
def group_size() -> Column:
    """Members of the company's group whose subscription exists."""
    return F.col("live_members")


@SOCIAL_TAGS.aggregated("max", of="groups", type="int", unit="people", label="集团订流量套餐人数", checks=COUNT, null_means=NO_GROUP)
def group_with_data_plan() -> Column:
    """Members of the company's group who hold a data plan."""
    return F.col("members_with_plan")


@SOCIAL_TAGS.derived("int", unit="per mille", label="集团流量套餐订购占比", checks=SHARE, null_means="in no group, or nobody is left in it")
def group_data_plan_share() -> Column:
    """Share of the members of the company's group who hold a data plan: a low share calls for an offer to the company."""
    return per_mille("group_with_data_plan", "group_size")


@SOCIAL_TAGS.derived("boolean", label="家人有流量套餐而本人没有", null_means="in no family account, or no product tags tonight")
def is_without_plan_in_data_family(product: Tags) -> Column:
    """Whether another member of the family account holds a data plan and they hold none: the family can recommend one."""
    # False and unknown would be false.
    others = F.col("family_with_data_plan")
    return F.when(others.isNotNull(), (others > 0) & ~product.holds_data_plan)
