"""Channels: found where they are declared, and refused with all faults at once."""

from datetime import date, time
from typing import Any

import pytest

from expectations.channel import LIST_COLUMNS, USUAL_LIST, Channel, ChannelError, ListForm
from expectations.channels import CHANNELS, one_channel_each
from tests.house.sources import ROOT


def channel(**otherwise: Any) -> Channel:
    """A channel of the usual form, declared otherwise in these respects."""
    stated = {"name": "fair", "label": "展会", "modes": ("active",), "medium": "script", "publish_by": time(8, 0)}
    return Channel(**(stated | otherwise))


def refused(**otherwise: Any) -> str:
    with pytest.raises(ChannelError) as refusal:
        channel(**otherwise)
    return str(refusal.value)


def form(**otherwise: Any) -> ListForm:
    return ListForm(**({"columns": ("number", "message")} | otherwise))


def test_a_channel_is_found_by_its_file_which_has_its_name() -> None:
    files = {path.stem for path in (ROOT / "expectations" / "channels").glob("*.py")} - {"__init__"}
    assert files == CHANNELS.keys()


def test_two_channels_of_one_name_are_refused() -> None:
    with pytest.raises(ChannelError, match="two have the name fair"):
        one_channel_each([channel(), channel(label="另一个"), CHANNELS["sms"]])


def test_faults_of_a_channel_are_told_all_at_once() -> None:
    told = refused(
        name="Fair 1",
        label=" ",
        modes=("active", "active"),
        medium="script",
        moments=("birthday",),
        form=form(columns=("rank", "rank", "produkt"), delimiter="||", short_messages_at_most=0),
    )
    assert "it is staffed; expected the mode active alone" in refused(modes=("passive",), moments=("login",), is_staffed=True)
    for fault in (
        *(
            "name 'Fair 1': expected small letters",
            "mode active is declared twice",
            "the label is empty",
            "moment 'birthday'",
            "column produkt is unknown",
        ),
        *("column rank is declared twice", "column number is missing", "delimiter '||'"),
        *("short_messages_at_most is 0", "short messages of medium script", "expectations/channels/"),
        *("active short messages without how_to_order", "active short messages without opt_out"),
    ):
        assert fault in told


def test_values_of_a_wrong_kind_are_told_all_at_once() -> None:
    told = refused(modes="active", medium="smell", publish_by="8:00", form=None)
    for fault in ("modes is 'active'; expected a tuple of 'active' or", "medium is 'smell'", "publish_by is '8:00'", "form is None"):
        assert fault in told
    with pytest.raises(ChannelError, match="compression is 'zip'; expected 'gz' or None"):
        form(compression="zip")


@pytest.mark.parametrize("encoding", ["gb1", "base64", "rot13", "undefined"])
def test_an_encoding_that_is_none_of_text_is_refused(encoding: str) -> None:
    assert f"encoding '{encoding}'" in refused(form=form(encoding=encoding))


@pytest.mark.parametrize(("delimiter", "encoding"), [("，", "ascii"), ("1", "utf-8"), ("a", "utf-8")])
def test_a_delimiter_that_cannot_be_written_or_told_from_a_value_is_refused(delimiter: str, encoding: str) -> None:
    assert "expected" in refused(form=form(delimiter=delimiter, encoding=encoding))


@pytest.mark.parametrize(
    ("modes", "moments", "fault"),
    [
        ((), (), "no mode; name at least one"),
        (("passive",), (), "no moment; state when"),
        (("active", "passive"), (), "no moment; state when"),
        (("active",), ("login",), "a channel that is only active has no moments"),
    ],
)
def test_moments_are_stated_by_who_waits_for_the_subscriber_and_by_nobody_else(modes: Any, moments: Any, fault: str) -> None:
    assert fault in refused(modes=modes, moments=moments)
    assert channel(modes=("active", "passive"), moments=("login",)).moments == ("login",)


def test_who_contacts_people_states_when_and_not_before_the_lists_are_there() -> None:
    assert channel().hours == {"send_from": "09:00", "send_until": "20:00"}
    assert channel(modes=("passive",), moments=("login",)).hours == {"send_from": None, "send_until": None}
    for otherwise in ({"send_from": time(7, 59)}, {"send_until": time(9, 0)}):
        assert "expected one after the other" in refused(**otherwise)
    assert "most_per_subscriber is 0; expected at least 1, or None" in refused(most_per_subscriber=0)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("{town}.csv", "has {town}; known are city, scenario, step, date"),
        ("{city.csv", "file name '{city.csv'"),
        ("../{city}.csv", "expected letters, digits"),
        (".{city}", "no dot at the beginning"),
        ("manifest.json", "is reserved"),
        ("Unknown_entrants.csv", "is reserved"),
        ("{date:%Y}.csv", "write {date} alone"),
        ("{city!r}.csv", "write {city} alone"),
        ("{scenario}{step}{scenario}{step}.csv", "longer than the 255 bytes"),
    ],
)
def test_a_file_name_that_could_not_be_written_is_refused(name: str, fault: str) -> None:
    assert fault in refused(form=form(file_name=name))


def test_a_file_is_named_by_city_scenario_step_and_date_or_is_one_for_the_province() -> None:
    named = {"scenario": "c10", "step": "wave1", "on": date(2026, 3, 4)}
    assert USUAL_LIST.by_city
    assert USUAL_LIST.named(city="9901", **named) == "9901.csv"
    whole = form(file_name="{scenario}_{step}_{date}.txt")
    assert not whole.by_city
    assert whole.named(city=None, **named) == "c10_wave1_20260304.txt"


def test_every_column_of_a_list_says_what_it_is() -> None:
    assert all(LIST_COLUMNS[name] for channel in CHANNELS.values() for name in channel.form.columns)


def test_a_channel_without_the_permission_has_contact_ids_in_place_of_numbers() -> None:
    fault = "it may not have numbers; expected column contact_id and no column number"
    assert fault in refused(may_have_numbers=False, form=form(columns=("number", "contact_id", "message")))
    assert fault in refused(may_have_numbers=False, form=form(columns=("rank", "message")))
    assert channel(may_have_numbers=False, form=form(columns=("contact_id", "message"))).form.columns == ("contact_id", "message")


def test_a_file_for_people_has_chinese_names_amounts_in_yuan_and_a_mark() -> None:
    people = form(columns=("number", "saving_yuan", "message"), encoding="utf-8-sig", for_people=True)
    assert (people.first_line, people.faults()) == (("手机号码", "预计月省(元)", "话术"), [])
    assert form().first_line == ("number", "message")
    told = refused(form=form(columns=("number", "saving_fen"), delimiter="|", header=False, compression="gz", for_people=True))
    for fault in (
        *("header False of a file for people; expected True", "delimiter '|' of a file for people; expected ','"),
        *("encoding 'utf-8' of a file for people; expected 'utf-8-sig'", "compression 'gz' of a file for people; expected None"),
        "column saving_fen of a file for people; expected an amount in yuan",
    ):
        assert fault in told
    labelled = form(columns=("number", "advice"), encoding="utf-8-sig", for_people=True)
    assert labelled.faults({"number": "", "advice": ""}) == ["column advice has no Chinese name in LABELS of expectations/channel.py"]


def test_a_tail_is_a_passive_contact_of_its_own_channel_and_an_active_list_has_no_moments() -> None:
    tail, message = CHANNELS["sms_tail"], CHANNELS["sms"]
    assert (tail.modes, tail.part_of, tail.form.short_messages_at_most) == (("passive",), "sms", 1)
    assert tail.moments == ("fee_query", "bill_query", "data_query", "offer_query")
    assert (message.modes, message.moments) == (("active",), ())


def test_a_part_of_a_channel_that_is_not_there_or_is_itself_is_refused() -> None:
    with pytest.raises(ChannelError, match="example is part of pigeon, which is no other channel"):
        one_channel_each([channel(name="example", part_of="pigeon")])
    with pytest.raises(ChannelError, match="example is part of example, which is no other channel"):
        one_channel_each([channel(name="example", part_of="example")])
