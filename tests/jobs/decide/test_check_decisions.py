"""What the run says of subscribers whom the data keep from being contacted."""

from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.ods_channel import ODS_CHANNEL
from jobs.decide.check_decisions import findings, waiting
from scenarios.settlement import Settlement
from tests.frames import frame, token

ON = date(2026, 3, 4)


def found(spark: SparkSession, decisions: str = "", subscribers: str = "", orders: str = "", channels: str = "") -> list[str]:
    frames = {
        "decisions": frame(spark, MKT_DECISION, decisions),
        "subscribers": frame(spark, DWD_SUBSCRIBER, subscribers),
        "orders": frame(spark, DWD_SUBSCRIPTION_INTERVAL, orders),
        "channels": frame(spark, ODS_CHANNEL, channels),
    }
    return findings(ON, **frames)


def test_nothing_is_said_where_nothing_is_left_out(spark: SparkSession) -> None:
    assert found(spark) == []


def test_sensitive_channels_that_no_catalogue_has_are_named_with_their_subscribers_and_texts_are_not_shown(spark: SparkSession) -> None:
    (said,) = found(
        spark,
        subscribers="""
        subscriber_id | state     | number_token | sensitive_channels
        one           | active    | 1            | sms;SMS
        two           | stopped   | 2            | SMS;SMS
        three         | active    | 3            | fetion
        four          | active    | 4            | 12900010001
        five          | active    | 5            | 张三
        gone          | cancelled | 6            | GONE
        none          | active    | 7            |
        """,
        channels="""
        channel | valid_from | valid_to
        sms     | 2020-01-01 |
        fetion  | 2020-01-01 | 2026-01-01
        """,
    )
    assert said == (
        "sensitive channels that are not in the catalogue; subscribers who name one are excluded (sensitive_channel): "
        "SMS (2), a text that is no code (2)"
    )


def test_do_not_disturb_channels_that_no_catalogue_has_are_named_and_all_is_none_of_them(spark: SparkSession) -> None:
    (said,) = found(
        spark,
        subscribers="""
        subscriber_id | state  | number_token | do_not_disturb_channels
        one           | active | 1            | all
        two           | active | 2            | SMS;sms
        """,
        channels="""
        channel | valid_from | valid_to
        sms     | 2020-01-01 |
        """,
    )
    assert said == "do-not-disturb channels that are not in the catalogue; subscribers who name one are excluded (do_not_disturb): SMS (1)"


def test_products_that_no_catalogue_has_are_named_with_their_holders_the_commonest_first(spark: SparkSession) -> None:
    lines = [f"p{n:02} | {n} | X{n:02} | | 2026-01-01 |" for n in range(11)]
    (said,) = found(
        spark,
        orders="\n".join(
            [
                "subscriber_id | order_id | product | product_kind | valid_from | valid_to",
                "one | 101 | DP010 | | 2026-01-01 |",
                "one | 102 | DP010 | | 2026-05-01 |",
                "two | 103 | DP010 | | 2026-01-01 |",
                "two | 104 | OLD   | | 2020-01-01 | 2026-01-01",
                "two | 105 | dp010 | base_plan | 2026-01-01 |",
                *lines,
            ]
        ),
    )
    assert said.startswith(
        "products that are not in the catalogues; subscribers who hold or booked one are excluded (holds_unknown_product): "
    )
    assert said.endswith(": DP010 (2), X00 (1), X01 (1), X02 (1), X03 (1), X04 (1), X05 (1), X06 (1), X07 (1), X08 (1), and 2 more")


def test_holders_of_one_number_are_named_by_their_tokens_the_newest_first(spark: SparkSession) -> None:
    (said,) = found(
        spark,
        subscribers="""
        subscriber_id | state  | number_token | number_date
        older         | active | 1            | 2020-01-01
        newer         | active | 1            | 2026-03-01
        alone         | active | 2            | 2020-01-01
        """,
    )
    assert said.endswith(f"(number_held_twice): {token('newer')} {token('older')} (2)")


def test_texts_of_several_short_messages_are_counted_by_step_and_those_too_long_too(spark: SparkSession) -> None:
    said = found(
        spark,
        decisions=f"""
        scenario | step | subscriber_id | channel  | message     | reasons
        c10      | 1    | fits          | sms      | {"元" * 70} |
        c10      | 1    | long          | sms      | {"元" * 71} |
        c10      | 2    | longer        | sms      | {"元" * 99} |
        c10      | 2    | longtoo       | sms      | {"元" * 99} |
        c10      | 1    | passive       | web_hall | {"元" * 99} |
        c11      | 1    | toolong       | sms      |             | employee;message_too_long
        c11      | 1    | other         | sms      |             | employee
        """,
    )
    assert said == [
        "texts that take several short messages, each of which costs a contact: c10 2 (2), c10 1 (1)",
        "texts that take too many short messages; their subscribers are excluded (message_too_long): c11 1 (1)",
    ]


def test_a_monthly_step_whose_day_has_come_says_that_it_waits_for_bills_with_both_counts() -> None:
    few, enough = (Settlement(date(2026, 2, 1), 400, bills) for bills in (133, 400))
    done = {"c11_idle_data_without_pack": [("wave1", date(2026, 3, 1))]}
    names = ("c10_data_without_plan", "c12_plan_with_data", "c14_plan_overflows")
    assert waiting(ON, few, done) == [f"{name} wave1 waits for bills: {few.words}" for name in names]
    assert waiting(date(2026, 3, 3), few, {}) == []
    assert waiting(ON, enough, done) == []
