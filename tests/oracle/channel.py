"""T7: channels that are visited and answered, and how often they were contacted."""

from fractions import Fraction

from tests.oracle.person import Person, Row, Rows, first_of, halved, most, per_mille, weights

VISITS, FEEDBACK, EXTERNAL, RESPONSES = "dwd.channel_visit", "dwd.feedback", "dwd.external_contact", "dwd.channel_response"
VISITED = (
    *("agent_shop", "app_hall", "crm", "data_park", "ivr", "kiosk", "portal", "sms", "toolbar", "trial_platform", "wap_hall"),
    "web_hall",
)
# The stage that says that a contact was made: the receipt, or what the channel counts as pushed.
MADE = {
    **dict.fromkeys(("app_hall", "fetion", "kiosk", "mailbox", "mms", "outbound_call", "sms", "toolbar", "ussd", "web_hall"), "delivered"),
    **dict.fromkeys(("agent_shop", "crm"), "recommended"),
    **dict.fromkeys(("data_park", "portal", "trial_platform", "wap_hall"), "shown"),
    "account_manager": "visited",
    "ivr": "played",
    "sms_tail": "appended",
}
WITHOUT_STAFF = {"web_hall", "app_hall", "wap_hall", "kiosk", "portal", "toolbar", "data_park", "trial_platform", "sms", "ivr"}
QUERIES = {"fee_query", "bill_query", "data_query", "offer_query"}
PARTS = {"morning": range(8, 12), "noon": range(12, 14), "afternoon": range(14, 18), "evening": range(18, 22)}


def one(_: Row) -> int:
    return 1


def part_of_day(visits: Rows) -> str | None:
    """The part of the day with most visits, with at least two; of equals the earlier one."""
    hours = [row["visited_at"].hour for row in visits]
    counts = {part: sum(hour in of for hour in hours) for part, of in PARTS.items()}
    best = max(counts, key=lambda part: counts[part])
    return best if counts[best] >= 2 else None


def drawn_share(own: int, every: int) -> int | None:
    """Thousandths of the visits, as if there were ten more, spread evenly over twelve channels."""
    return int(1000 * (own + Fraction(10, 12)) / (every + 10)) if every else None


def tags(who: Person) -> Row:
    return visited(who) | contacted(who) | answered(who)


def visited(who: Person) -> Row:
    visits, month = who.within(VISITS, "90d"), who.within(VISITS, "30d")
    by_channel = weights(visits, "channel", one)
    electronic = per_mille(sum(row["channel"] in WITHOUT_STAFF for row in visits), len(visits))
    queries = sum(row["channel"] in WITHOUT_STAFF and row["moment"] in QUERIES for row in month)
    found: Row = {f"{channel}_visit_share_90d": drawn_share(by_channel.get(channel, 0), len(visits)) for channel in VISITED}
    found |= {f"visits_days_not_arrived_{window}": who.lacking(VISITS, window) for window in ("30d", "90d")}
    return found | {
        "channel_visits_30d": len(month),
        "channel_visits_90d": len(visits),
        "channels_visited_90d": len(by_channel),
        "top_visited_channel_90d": first_of(by_channel),
        "top_moment_90d": first_of(weights(visits, "moment", one)),
        "interested_queries_90d": sum(row["moment"] in ("data_query", "offer_query") for row in visits),
        "payment_visits_90d": sum(row["moment"] == "payment" for row in visits),
        "electronic_share_90d": electronic,
        "electronic_queries_30d": queries,
        "prefers_electronic_channels": queries >= 2 and (electronic or 0) >= 500,
        "days_since_visit": who.days_since(most(row["day"] for row in visits)),
        "best_contact_time": part_of_day(visits),
    }


def contacted(who: Person) -> Row:
    made = [row["day"] for row in who.within(FEEDBACK, "90d") if MADE[row["channel"]] == row["stage"]]
    others = [row["day"] for row in who.within(EXTERNAL, "90d") if row["arm"] != "control"]
    ages = [(who.on - day).days for day in (*made, *others)]
    ours, theirs = (sum((who.on - day).days < 30 for day in days) for days in (made, others))
    return {
        "contacts_30d": ours,
        "external_contacts_30d": theirs,
        "all_contacts_30d": ours + theirs,
        "days_since_contact": min(ages, default=None),
        "contact_fatigue": sum(halved(age, 14) for age in ages),
    }


def answered(who: Person) -> Row:
    rows, responses = who.within(FEEDBACK, "90d"), who.all(RESPONSES)
    outcomes = [row["outcome"] for row in rows if row["outcome"] is not None]
    wishes = weights([row for row in rows if row["outcome"] == "do_not_disturb"], "channel", one)
    taken = [(row["response_ppm"], row["channel"]) for row in responses if row["taken_up"] > 0]
    visits = weights(who.within(VISITS, "90d"), "channel", one)
    best = max(taken)[1] if taken else None
    first = first_of(visits)
    often = first if first and (drawn_share(visits[first], sum(visits.values())) or 0) >= 200 else None
    return (
        {f"{channel}_response_ppm": None for channel in MADE}
        | {f"{row['channel']}_response_ppm": row["response_ppm"] for row in responses}
        | {
            "answers_90d": sum(outcome != "unreached" for outcome in outcomes),
            "agreements_90d": sum(outcome in ("agreed_paid", "agreed_trial") for outcome in outcomes),
            "refusals_90d": outcomes.count("refused"),
            "is_considering_30d": any(row["outcome"] == "considering" for row in who.within(FEEDBACK, "30d")),
            "dissatisfied_contacts_90d": sum(row["satisfaction"] == "dissatisfied" for row in rows),
            "no_contact_wishes_90d": first_of(wishes, len(wishes)),
            "contacts_taken_up": sum(row["taken_up"] for row in responses),
            "best_answered_channel": best,
            "preferred_channel": best or often,
        }
    )
