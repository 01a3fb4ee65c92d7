"""What contacts do, measured from drawn arms of other departments and from our own control groups."""

from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.mkt_effect import MKT_EFFECT
from expectations.tables.ods_external_contact import DWD_EXTERNAL_CONTACT
from expectations.tables.ods_product import ODS_PRODUCT
from jobs.decide.measure_effects import measure_effects
from scenarios.library.c10_data_without_plan import SCENARIO as C10
from tests.frames import frame, rows

ON = date(2026, 3, 4)
PRODUCTS = """
    product | product_kind | valid_from
    dp010   | data_plan    | 2020-01-01
"""


def test_orders_of_the_treated_less_those_of_the_held_out_by_class_and_channel(spark: SparkSession) -> None:
    # By call: 4 of 8 treated order within 30 days (one on the day itself, one on the last), 1 of 4 in the control arm. One order is late,
    # one is for another class, one contact was not drawn, and of one the draw is not known.
    calls = [f"c{n} | dp010 | outbound_call | treated | 600000 | 2026-01-10" for n in range(8)]
    calls += [f"k{n} | dp010 | outbound_call | control | 600000 | 2026-01-10" for n in range(4)]
    calls += ["x1 | dp010 | outbound_call | | | 2026-01-10", "x2 | dp010 | outbound_call | treated | | 2026-01-10"]
    days = {
        "c0": "2026-01-10",
        "c1": "2026-02-09",
        "c2": "2026-01-20",
        "c3": "2026-01-20",
        "c4": "2026-02-10",
        "k0": "2026-01-11",
        "x1": "2026-01-11",
    }
    orders = [f"o{who} | {who} | data_plan | {day} 12:00:00" for who, day in days.items()] + ["o9 | c5 | app | 2026-01-11 12:00:00"]
    # Our own: 3 of 9 listed order, and none of those held out; one list never reached its channel.
    decided = [f"{C10.name} | wave1 | s{n} | sms | listed | true | 900000 | 2026-01-04" for n in range(9)]
    decided += [f"{C10.name} | wave1 | h{n} | sms | held_out | true | 900000 | 2026-01-04" for n in range(3)]
    decided += [f"{C10.name} | wave1 | n{n} | sms | not_allocated | false | 900000 | 2026-01-04" for n in range(3)]
    decided += [f"{C10.name} | wave2 | u{n} | sms | listed | true | 900000 | 2026-01-09" for n in range(3)]
    orders += [f"p{n} | s{n} | data_plan | 2026-01-08 12:00:00" for n in range(3)]
    found = measure_effects.call(
        ON,
        others=frame(spark, DWD_EXTERNAL_CONTACT, "\n".join(["subscriber_id | product | channel | arm | propensity_ppm | day", *calls])),
        earlier=frame(
            spark,
            MKT_DECISION,
            "\n".join(["scenario | step | subscriber_id | channel | stage | would_list | propensity_ppm | business_date", *decided]),
        ),
        contacts=frame(spark, MKT_CONTACT, f"scenario | step | channel | business_date\n{C10.name} | wave1 | sms | 2026-01-04"),
        orders=frame(spark, DWD_SUBSCRIPTION_INTERVAL, "\n".join(["order_id | subscriber_id | product_kind | ordered_at", *orders])),
        products=frame(spark, ODS_PRODUCT, PRODUCTS),
    )
    told = rows(MKT_EFFECT.conform(found), "product_kind", "channel", "treated", "control", "measured_ppm")
    assert told == [("data_plan", "outbound_call", 8, 4, 250_000), ("data_plan", "sms", 9, 3, 333_333)]


def test_a_new_home_has_no_effects(spark: SparkSession) -> None:
    empty = {name: read.table.empty(spark) for name, read in measure_effects.reads.items()}
    assert MKT_EFFECT.conform(measure_effects.call(ON, **empty)).count() == 0
