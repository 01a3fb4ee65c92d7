"""The capacities that the catalogues state, as limits."""

from scenarios.capacity import Capacity, capacities_of

COLUMNS = ("channel", "unit", "unit_code", "county", "daily_capacity")


def test_what_is_stated_is_a_limit_and_shops_and_agents_add_up_over_their_county() -> None:
    units = [
        ("outbound_call", "county", "990101", None, 300),
        ("account_manager", "manager", "M0001", None, 8),
        ("agent_shop", "shop", "S1", "990101", 40),
        ("agent_shop", "shop", "S2", "990101", 60),
        ("agent_shop", "shop", "S3", "990102", 70),
        ("ivr", "agent", "A1", None, 50),
        ("ivr", "agent", "A2", None, 50),
    ]
    assert capacities_of({"sms": 1000, "crm": None}, [dict(zip(COLUMNS, unit, strict=True)) for unit in units]) == [
        Capacity("account_manager", 8, manager="M0001"),
        Capacity("agent_shop", 100, county="990101"),
        Capacity("agent_shop", 70, county="990102"),
        Capacity("ivr", 100),
        Capacity("outbound_call", 300, county="990101"),
        Capacity("sms", 1000),
    ]


def test_shops_and_agents_without_a_county_serve_customers_of_all_counties() -> None:
    units = [
        ("agent_shop", "shop", "S1", "990101", 100),
        ("agent_shop", "agent", "A1", "990101", 40),
        ("agent_shop", "shop", "S2", None, 50),
        ("outbound_call", "manager", "M0001", None, 20),
    ]
    assert capacities_of({}, [dict(zip(COLUMNS, unit, strict=True)) for unit in units]) == [
        Capacity("agent_shop", 190),
        Capacity("agent_shop", 190, county="990101"),
    ]


def test_of_two_lines_that_limit_the_same_the_smaller_one_holds() -> None:
    units = [
        ("outbound_call", "county", "990101", None, 300),
        ("outbound_call", "agent", "A1", "990101", 120),
        ("outbound_call", "agent", "A2", "990101", 120),
        ("sms", "agent", "A3", None, 5000),
    ]
    assert capacities_of({"sms": 1000}, [dict(zip(COLUMNS, unit, strict=True)) for unit in units]) == [
        Capacity("outbound_call", 240, county="990101"),
        Capacity("sms", 1000),
    ]


def test_a_limit_is_named_by_its_channel_and_its_county_or_manager() -> None:
    named = [Capacity("sms", 1), Capacity("sms", 1, county="990101"), Capacity("account_manager", 1, manager="M0001")]
    assert [one.name for one in named] == ["capacity sms", "capacity sms county 990101", "capacity account_manager manager M0001"]
