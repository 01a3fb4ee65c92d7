"""The state of customer x scenario: what became of each contact that was meant, by what channels report and customers order."""

from expectations.checks import NOT_NULL, between, one_of
from expectations.columns import SUBSCRIBER_ID
from expectations.contract import STATE_KEPT_DAYS, Column, Table
from expectations.tables.ods_product import PRODUCT_KINDS

# In this order: of two reports of the same moment the later one in the list counts.
STAGES_TOLD = ("acknowledged", "rejected", "delivered", "unreached", "reached")
DECISIONS_TOLD = ("other", "considering", "agreed_trial", "agreed_paid", "refused", "do_not_disturb")
STATES_TOLD = STAGES_TOLD + DECISIONS_TOLD

FB_CUSTOMER_STATE = Table(
    name="fb.customer_state",
    owner="marketing",
    comment="One row per subscriber, step of a scenario, list and channel, of those who were meant or of whom a channel reports.",
    key=("scenario", "step", "subscriber_id", "list_date", "channel"),
    may_be_empty=True,
    kept_days=STATE_KEPT_DAYS,
    columns=(
        SUBSCRIBER_ID,
        Column("scenario", "string", "The scenario's name.", (NOT_NULL,)),
        Column("step", "string", "The scenario's step.", (NOT_NULL,)),
        Column("list_date", "date", "Business date of the list; its channel has it a day later.", (NOT_NULL,)),
        Column("channel", "string", "The channel.", (NOT_NULL,), label="渠道"),
        Column("mode", "string", "Kind of contact.", null_means="they were in no list of it"),
        Column("offer", "string", "Product offered.", null_means="they were in no list of it"),
        Column(
            "product_kind",
            "string",
            "Kind of the product.",
            (one_of(*PRODUCT_KINDS).as_warning,),
            null_means="no product, or an unknown one",
        ),
        Column("resource", "string", "Code of the resource that comes with it.", null_means="none, or they were in no list of it"),
        Column(
            "effect_ppm",
            "int",
            "Probability that the offer is taken, as the night of the list decided.",
            (between(0, 1_000_000),),
            unit="ppm",
            null_means="they were in no list of it",
        ),
        Column("is_listed", "boolean", "Whether the night listed them.", (NOT_NULL,)),
        Column("is_held_out", "boolean", "Whether a control group held them out, and they would have been listed.", (NOT_NULL,)),
        Column("is_sent", "boolean", "Whether the channel received the row.", (NOT_NULL,)),
        Column(
            "arm",
            "string",
            "treated: the channel received the row; control: held out. Both go through the steps alike.",
            (one_of("treated", "control"),),
            null_means="no contact: the list never reached its channel, the channel rejected the row, or they were in no list",
        ),
        Column(
            "state",
            "string",
            "What the channel reports. A customer's decision outweighs a stage; of each the newest counts.",
            (one_of(*STATES_TOLD),),
            null_means="nothing is reported",
            label="接触情况",
        ),
        Column("state_at", "timestamp", "When that happened.", null_means="nothing is reported"),
        Column("state_on", "date", "The day of it.", null_means="nothing is reported"),
        Column("is_answered", "boolean", "Whether the channel reported on the row; for a held-out subscriber, on their list.", (NOT_NULL,)),
        Column("delivered_on", "date", "First day on which they got the message or saw the offer.", null_means="not reported"),
        Column("claimed_on", "date", "First day on which the channel reports that they took it up.", null_means="not reported"),
        Column("tried_on", "date", "First day on which they agreed to a free trial.", null_means="not reported"),
        Column("disturbed_on", "date", "First day on which they asked not to be disturbed.", null_means="not reported"),
        Column("opted_out_on", "date", "First day on which the channel rejected them because they opted out.", null_means="not reported"),
        Column("taken_on", "date", "First day on which they took it up, by orders (S2) or by the channel.", null_means="not taken up"),
        Column("trial_since", "date", "First day of the free trial, by the order line or else by the channel.", null_means="no trial"),
        Column("trial_until", "date", "First day after the trial.", null_means="no trial"),
        Column("round_on", "date", "Day of the first list of the round: the month's first, or that of the event's cascade.", (NOT_NULL,)),
    ),
)
