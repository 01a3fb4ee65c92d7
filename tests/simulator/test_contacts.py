"""On which days a channel uses the rows of a list."""

from datetime import date
from pathlib import Path

from simulator.contacts import contacts_of, open_on
from simulator.days import number_of
from tests.simulator.lists import publish

NIGHT = date(2026, 3, 4)


def test_a_list_is_used_from_its_first_day_and_later_only_where_it_waits_for_the_customer(tmp_path: Path) -> None:
    publish(tmp_path, ["12900000001"], "dp030", "c10", "sms", days=4)
    publish(tmp_path, ["12900000002"], "dp030", "c10", "outbound_call", days=4, waits=2)
    publish(tmp_path, ["12900000003"], "dp030", "c10", "web_hall", days=3)
    contacts = contacts_of(tmp_path, NIGHT)
    used = {day: sorted(open_on(contacts, number_of(date(2026, 3, day)))["channel"]) for day in range(4, 9)}
    assert used == {4: [], 5: ["sms", "web_hall"], 6: ["web_hall"], 7: ["outbound_call", "web_hall"], 8: []}
