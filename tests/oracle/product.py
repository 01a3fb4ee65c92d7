"""T9: products held, by their order lines."""

from datetime import timedelta

from tests.oracle.person import Person, Row, Rows, add, newest, whole_months

TABLE = "dwd.subscription_interval"
ORDER = ("valid_from", "ordered_at", "order_id")


def is_service(line: Row) -> bool:
    """Whether the line ever serves: one cancelled before it begins never does."""
    return line["valid_to"] is None or line["valid_to"] > line["valid_from"]


def began(who: Person, line: Row) -> bool:
    return line["valid_from"] <= who.on and is_service(line)


def held(who: Person, line: Row) -> bool:
    return line["valid_from"] <= who.on and (line["valid_to"] is None or line["valid_to"] > who.on)


def booked(who: Person, line: Row) -> bool:
    return line["valid_from"] > who.on and is_service(line)


def tags(who: Person) -> Row:
    lines = who.all(TABLE)
    holds = [line for line in lines if held(who, line)]
    to_come = [line for line in lines if booked(who, line)]

    def of(kind: str, among: Rows = holds) -> Rows:
        return [line for line in among if line["product_kind"] == kind]

    plans, since = of("data_plan"), newest(of("data_plan"), lambda line: line["valid_from"], *ORDER)
    priced = ("data_plan", "idle_pack")
    unknown = [line for line in (*holds, *to_come) if line["product_kind"] is None]
    unknown += [line for line in (*holds, *to_come) if line["product_kind"] in priced and line["allowance_bytes"] is None]
    month_ago = who.on - timedelta(days=29)
    return {
        "holds_data_plan": bool(plans),
        "has_booked_data_plan": bool(of("data_plan", to_come)),
        "data_plan": newest(plans, lambda line: line["product"], *ORDER),
        "held_data_plan_fee_fen": newest(plans, lambda line: line["monthly_fee_fen"], *ORDER),
        "held_data_plan_bytes": add(plans, "allowance_bytes"),
        "data_plan_since": since,
        "ever_held_data_plan": any(began(who, line) for line in of("data_plan", lines)),
        "data_plan_orders_30d": sum(
            line["order_source"] == "paid" and month_ago <= line["ordered_at"].date() <= who.on for line in of("data_plan", lines)
        ),
        "holds_idle_pack": bool(of("idle_pack")),
        "has_booked_idle_pack": bool(of("idle_pack", to_come)),
        "idle_pack": newest(of("idle_pack"), lambda line: line["product"], *ORDER),
        "held_idle_pack_bytes": add(of("idle_pack"), "idle_allowance_bytes"),
        "base_plan": newest(of("base_plan"), lambda line: line["product"], *ORDER),
        "base_plan_allowance_bytes": add(of("base_plan"), "allowance_bytes"),
        "top_up_packs_held": len(of("top_up_pack")),
        "apps_held": len(of("app")),
        "products_held": len(holds),
        "holds_unknown_product": bool(unknown),
        "trials_held": sum(line["order_source"] == "trial" for line in holds),
        "data_plan_months_held": whole_months(since, who.on),
    }
