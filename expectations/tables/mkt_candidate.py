"""What could be offered to whom: one row per scenario, step, subscriber, offer and channel, with its value and all reasons against it."""

from expectations.checks import NOT_NULL, at_least, between, one_of
from expectations.columns import CITY, COUNTY, SUBSCRIBER_ID
from expectations.contract import LEAST_KEPT_DAYS, Column, Table

MKT_CANDIDATE = Table(
    name="mkt.candidate",
    kept_days=LEAST_KEPT_DAYS,
    owner="marketing",
    comment="One row per option and open channel of a subscriber who is due for a step; without an offer or a channel one row too.",
    key=(),  # offer and channel may be null, which a key may not be
    may_be_empty=True,  # on some nights no step is due
    columns=(
        Column("scenario", "string", "The scenario's name.", (NOT_NULL,)),
        Column("step", "string", "The step's name.", (NOT_NULL,)),
        SUBSCRIBER_ID,
        CITY,
        COUNTY,
        Column("offer", "string", "Product code offered.", null_means="nothing can be offered; the reasons say why"),
        Column("resource", "string", "Code of the resource that comes with it.", null_means="no offer, or no resource"),
        Column(
            "channel",
            "string",
            "Channel code.",
            null_means="no channel is left in this cycle, none fits, or its staff are off; the reasons say which",
        ),
        Column("mode", "string", "Active or passive contact.", (one_of("active", "passive"),), null_means="no channel"),
        Column("manager_id", "string", "Code of the account manager who gets the work order.", null_means="another channel"),
        Column(
            "most_contacts_30d",
            "int",
            "Contacts of any kind in 30 days that the value of the customer allows (P4).",
            (at_least(0),),
            null_means="as the caps allow",
        ),
        Column("reasons", "array<string>", "Every reason against it, as codes; empty if it may be allocated.", (NOT_NULL,)),
        Column("effect_ppm", "int", "Probability that the offer is taken.", (NOT_NULL, between(0, 1_000_000)), unit="ppm"),
        Column("effect_version", "string", "Model and version of that probability, or `assumed`.", (NOT_NULL,)),
        Column("margin_fen", "bigint", "Margin of the offer over the scenario's months.", unit="fen", null_means="no offer"),
        Column("resource_fen", "bigint", "Cost of the resource.", (NOT_NULL,), unit="fen"),
        Column("contact_fen", "bigint", "Cost of the contact.", unit="fen", null_means="no channel"),
        Column("attention_fen", "bigint", "Price of the customer's attention.", unit="fen", null_means="no channel"),
        Column(
            "value_fen", "bigint", "Effect x (margin - resource) - contact - attention.", unit="fen", null_means="no offer, or no channel"
        ),
        Column("figures", "map<string,bigint>", "Named whole numbers for messages and clerks: saving_fen, bill_change_fen, ..."),
        Column(
            "variant",
            "string",
            "Name of the text that the message is, of several; each subscriber keeps theirs in a step.",
            null_means="the channel has one text, or there is a reason against it",
        ),
        Column("message", "string", "The message with the subscriber's own figures.", null_means="there is a reason against it"),
    ),
)
