"""What lists say to those who say the words: in which order to make a subscriber's offers, and why they were chosen."""

from expectations.list_reader import read_list
from tests.jobs.publish.test_publish_lists import C10, C11, ON, Night
from tests.jobs.publish.test_publish_lists import night as night


def test_the_counter_gets_a_subscribers_offers_in_the_order_of_their_value_with_the_reason_for_each(night: Night) -> None:
    offers = """
    who  | scenario             | step  | city | stage  | offer | resource | channel | mode    | rank
    one  | c10                  | wave1 | 9901 | listed | dp010 | credit_5 | crm     | passive | 7
    one  | c11                  | wave1 | 9901 | listed | ip005 | credit_5 | crm     | passive | 2
    two  | c11                  | wave1 | 9901 | listed | ip005 | credit_5 | crm     | passive | 9
    """
    night.run(offers)
    read = [row for scenario in (C10, C11) for row in read_list(night.outbox / f"crm/{scenario}/wave1/{ON}")]
    # The value is 100 less the rank; figures are made of the rank.
    assert [(row["number"][-1], row["product"], row["place"], row["reason"]) for row in read] == [
        ("1", "dp010", "2", "有流量无流量套餐客户营销,预计每月省0.35元"),
        ("1", "ip005", "1", "有闲时流量无闲时包客户营销,预计每月省0.1元"),
        ("2", "ip005", "1", "有闲时流量无闲时包客户营销,预计每月省0.45元"),
    ]
