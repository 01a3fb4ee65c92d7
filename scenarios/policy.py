"""The contact policy 营销策略 that scenarios share: exclusions (P6), control groups (P8), the usual channels and waves (P10)."""

from dataclasses import dataclass, replace
from typing import Literal

from expectations.tables.ods_no_call import ALL_MARKETING
from scenarios.offers import ALREADY_HOLDS
from scenarios.scenario import Channels, Exclusion, Scenario
from scenarios.timing import NOT_TAKEN, After, Assumed, Event, Monthly, Stayed, Step, Timing

NOT_IN_USE = Exclusion("state", "号码状态", "state != 'active'", "The number is not in use, or its state is not known.")
SENSITIVE_NUMBER = Exclusion("sensitive_number", "敏感号码", "is_sensitive", "The number is sensitive, or it is not known whether it is.")
# A code that is not in the catalogue may mean the chosen channel, so it excludes from all channels. Closed channels are known.
SENSITIVE_CHANNEL = Exclusion(
    "sensitive_channel",
    "渠道敏感",
    "is_sensitive IS NULL OR coalesce(array_contains(sensitive_channels, channel), false) OR names_unknown_channel",
    "The customer is sensitive to this channel or to one that the catalogue does not know, or it is not known.",
)
# A code of the set that stands for every channel.
ALL_CHANNELS = "all"
NO_CONSENT = Exclusion("no_consent", "未同意营销", "NOT has_consent", "No consent to marketing is recorded.")
DO_NOT_DISTURB = Exclusion(
    "do_not_disturb",
    "免打扰",
    f"is_sensitive IS NULL OR coalesce(array_contains(do_not_disturb_channels, '{ALL_CHANNELS}'), false) "
    "OR coalesce(array_contains(do_not_disturb_channels, channel), false) OR disturbs_unknown_channel",
    "The customer does not want to be disturbed, at all or through this channel, or it is not known.",
)
# Null means that no list is known tonight. An empty set means that the subscriber is on none.
NO_CALL = Exclusion(
    "no_call",
    "谢绝营销",
    f"no_call_scopes IS NULL OR array_contains(no_call_scopes, '{ALL_MARKETING}') "
    "OR coalesce(array_contains(no_call_scopes, channel), false)",
    "The number is on a no-call list, or no such list is known tonight.",
)
EXAMINED = Exclusion("examined", "考核客户", "is_examined", "Auditors watch this customer, or it is not known whether they do.")
EMPLOYEE = Exclusion("employee", "通信客户", "is_employee", "The customer works for an operator, or it is not known whether they do.")
# "No bundle" is a known state, so null does not exclude here.
BUNDLE_NOT_ENDED = Exclusion("bundle_not_ended", "捆绑未到期", "coalesce(bundle_end_date > business_date, false)", "A bundle still runs.")
HOLDS_DATA_PLAN = Exclusion(
    ALREADY_HOLDS,
    "已有产品",
    "holds_data_plan OR has_booked_data_plan",
    "A data plan is held or booked, or it is not known whether one is.",
)
HOLDS_IDLE_PACK = Exclusion(
    ALREADY_HOLDS,
    "已有产品",
    "holds_idle_pack OR has_booked_idle_pack",
    "An idle pack is held or booked, or it is not known whether one is.",
)
# Solve it before any promotion.
OPEN_COMPLAINT = Exclusion("open_complaint", "投诉未结", "has_open_complaint", "A complaint is open, or it is not known whether one is.")
# Label 3 of features/recognition.py, whose other half is SENSITIVE_NUMBER. Care too: a gift would reward complaints.
SENSITIVE_CUSTOMER = Exclusion(
    "sensitive_customer",
    "敏感客户",
    "is_habitual_complainer",
    "The customer complained three times or more in 90 days, or it is not known whether they did.",
)
# Who has no settled month yet has no value that could be negative, so null does not exclude here.
NEGATIVE_VALUE = Exclusion("negative_value", "负价值客户", "coalesce(is_negative_value, false)", "The customer costs more than they pay.")
# It may be the product on offer, and the data it includes is unknown, which the best-fit tier needs.
HOLDS_UNKNOWN_PRODUCT = Exclusion(
    "holds_unknown_product", "持有目录外产品", "holds_unknown_product", "A product is held or booked that the catalogues do not describe."
)
# Nobody knows which of them has the number, so none of them is contacted (docs/decisions/0021).
NUMBER_HELD_TWICE = Exclusion("number_held_twice", "号码重复", "shares_number", "Another live subscription has the same number.")
NOT_IN_PILOT = Exclusion("not_in_pilot", "不在试点范围", "NOT in_pilot", "The scenario is a pilot, and the customer is not in it.")
# `lacks_channel` has the reason if no channel is open; null is no reason.
NO_CHANNEL_LEFT = Exclusion(
    "no_channel_left",
    "本期接触已满",
    "coalesce(lacks_channel = 'no_channel_left', false)",
    "All channels of the scenario have been used in this round.",
)
# No channel that is left suits the value of the customer and the product (P4), or the account manager is unknown.
NO_CHANNEL_FITS = Exclusion(
    "no_channel_fits",
    "渠道不匹配",
    "coalesce(lacks_channel = 'no_channel_fits', false)",
    "No channel suits the customer's value and the product.",
)
# Only channels suit whose staff do not work on the day on which the list is imported.
STAFF_OFF = Exclusion(
    "staff_off",
    "渠道休息",
    "coalesce(lacks_channel = 'staff_off', false)",
    "Only channels suit whose staff are off on the day of the import.",
)
# The product is dearer than the customer's value allows (P4). Another product that fits less well is not offered instead.
BEYOND_VALUE = Exclusion("beyond_value", "超出价值匹配", "is_beyond_value", "The product is dearer than the customer's value allows.")
NO_MESSAGE = Exclusion(
    "no_message", "话术缺数据", "offer IS NOT NULL AND message IS NULL", "A figure that the message states is not known."
)
# Null means that the channel sends no short messages, or that the message is missing, which is another reason.
MESSAGE_TOO_LONG = Exclusion(
    "message_too_long",
    "话术超长",
    "coalesce(short_messages > short_messages_at_most, false)",
    "The message takes more short messages than the channel may send.",
)
# What they answered to a contact (S12). Asked through two channels, it is meant for all.
ASKED_FOR_REST = Exclusion(
    "asked_for_rest",
    "答复免打扰",
    "size(disturbed_channels) > 1 OR coalesce(array_contains(disturbed_channels, channel), false) "
    "OR coalesce(array_contains(disturbed_kinds, offer_kind), false)",
    "The customer answered that they want no such contact.",
)
CONSIDERS = Exclusion("considers", "考虑中", "is_considering", "The customer is still considering.")
IMMUNE = Exclusion("immune", "免疫", "is_immune", "Three rounds have ended without an order.")
# `resting_channels` are those of active contacts, if another scenario or department approached the customer about the class lately.
CLASS_RESTS = Exclusion(
    "class_rests",
    "同类营销间隔",
    "coalesce(array_contains(resting_channels, channel), false)",
    "Another scenario or department approached the customer about such products a few days ago.",
)
AFTER_ANOTHER = Exclusion(
    "after_another", "业务冲突", "is_after_another", "Another scenario contacted the customer a few days ago, after which nothing is sold."
)

STANDARD = (
    *(NOT_IN_USE, SENSITIVE_NUMBER, SENSITIVE_CHANNEL, NO_CONSENT, DO_NOT_DISTURB, EXAMINED, EMPLOYEE, BUNDLE_NOT_ENDED),
    *(OPEN_COMPLAINT, SENSITIVE_CUSTOMER, NEGATIVE_VALUE),
)
# Reasons that forbid a contact or make it impossible; they exclude in every scenario.
ALWAYS = (
    *(NO_CALL, ASKED_FOR_REST, CONSIDERS, IMMUNE, AFTER_ANOTHER, CLASS_RESTS),
    *(NOT_IN_PILOT, NUMBER_HELD_TWICE, HOLDS_UNKNOWN_PRODUCT, BEYOND_VALUE, NO_CHANNEL_LEFT, NO_CHANNEL_FITS, STAFF_OFF),
    *(NO_MESSAGE, MESSAGE_TOO_LONG),
)

UNIVERSAL_CONTROL_PER_MILLE = 20
# A new salt draws new control groups. Change it only when every running comparison has ended.
CONTROL_SALT = "chudian-2026"


@dataclass(frozen=True)
class ContactCap:
    """A subscriber gets at most so many contacts in any so many days, of all scenarios and of other departments together (P2)."""

    mode: Literal["active", "passive"] | None
    days: int
    most: int

    @property
    def name(self) -> str:
        """The name of the cap in mkt.decision."""
        return f"cap {self.mode or 'any'} {self.days} days"

    @property
    def words(self) -> str:
        """What it allows, for people."""
        return f"at most {self.most} {f'{self.mode} ' if self.mode else ''}contact(s) in {self.days} days"


# The first one is the space between two active contacts. A passive contact waits until the subscriber comes, so it may be more frequent.
CAPS = (ContactCap("active", days=3, most=1), ContactCap("active", days=30, most=4), ContactCap(None, days=30, most=8))


# After an active contact about a class of products no other scenario makes one about it for so many days (P2): our assumption. The steps
# of a scenario have their own days between them. A class that is not named needs no rest.
CLASS_REST_DAYS = {"data_plan": 14, "idle_pack": 14, "top_up_pack": 7, "app": 7, "handset": 30}


@dataclass(frozen=True)
class Conflict:
    """After a contact of this scenario no other one sells the subscriber anything: on the same day, and for so many days (P2, P9)."""

    scenario: str
    days: int

    def forbids(self, other: Scenario, step: Step) -> bool:
        """Whether the step of the other scenario has to wait. One that sells nothing need not."""
        return other.name != self.scenario and not isinstance(other.success_of(step), Stayed)


# Who may leave, or has just complained, is first made content: our reading.
CONFLICTS = (Conflict("c22_likely_to_leave", days=14), Conflict("c20_data_complaint", days=7))

# The value of a customer in the tables of scenarios/matching/ (P4), beside the scenario's own rule for high value. Where the tag is unknown
# it is middle.
VALUE_CLASS, HIGH_CLASS, LOW_CLASS = "value_class", "high_value", "ordinary"
# Who has an account manager's time without having a preference (P3): a VIP or 贵宾, or a member of a company's group.
BY_MANAGER = "customer_tier != 'ordinary' OR company_group IS NOT NULL"
MANAGER_CHANNEL = "account_manager"
# Code of the account manager who serves a customer, a column of the CAR. Without one no work order reaches anybody.
MANAGER = "account_manager"
# A member has at most so many channels to choose among, those of the rules first, then as the scenario lists them; and at most so many
# rows, where a step has several offers.
MOST_OPEN, MOST_ROWS = 3, 8

# The take-up rate of a subscriber without a score, until our own controls measure one: our assumption.
UNSCORED = Assumed(ppm=10_000)
# The share of contacts that reach the customer, by mode. A passive one is shown if the customer comes while its list is valid. Our
# assumption.
SHOWN_PER_MILLE = {"active": 1000, "passive": 100}
# The price of a customer's attention in fen, by mode of contact: what a contact costs beside its money, because each one makes the customer
# listen less to the next. An active one disturbs about as much as a short message costs: our assumption.
ATTENTION_FEN = {"active": 5, "passive": 1}

# The usual channels and waves of mass scenarios: two waves a month, the second for those who did not order.
MASS_CHANNELS = Channels(
    allowed=("sms", "web_hall", "app_hall", "kiosk", "fetion", "mailbox", "toolbar", "crm"),
    high_value="crm",
    preferred="preferred_channel",
    chosen_by="allocation",
)
MASS_BY_RULE = replace(MASS_CHANNELS, chosen_by="rule")
TWO_WAVES = Timing(
    steps=(
        Step("wave1", Monthly(5, feedback_on=9), channel="sms"),
        Step(
            "wave2",
            After("wave1", NOT_TAKEN, opens=Monthly(10, feedback_on="month end")),
            channel="web_hall",
            instead="sms",
            control_per_mille=50,
        ),
    ),
    after_settlement=True,
    valid_days=5,
)


# The event that 80 % of the data included in the plans is used, in the running month (P10).
PLAN_80_USED = "try_divide(data_bytes_m0, try_add(base_plan_allowance_bytes, held_data_plan_bytes)) >= 0.8"


def one_wave(day: int, channel: str, after_settlement: bool = False) -> Timing:
    """Return one wave a month, imported from that day, with a week in which its lists may be used."""
    step = Step("wave1", Monthly(day, feedback_on="month end"), channel=channel)
    return Timing(steps=(step,), after_settlement=after_settlement, valid_days=7)


def when_seen(event: str, channel: str, name: str = "seen", of_month: bool = False) -> Timing:
    """Return one step in the night in which the event is seen, with five days in which its lists may be used."""
    return Timing(steps=(Step(name, Event(event, of_month), channel=channel),), after_settlement=False, valid_days=5)
