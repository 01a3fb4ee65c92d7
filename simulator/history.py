"""`simulate` writes a province's history, `live_on` a later day: chunk by chunk, each independent of the others."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from expectations.channels import CHANNELS
from expectations.feeds import FEEDS
from simulator.answers import Answers, Waiting, add_answers, answers_to, follow_advice
from simulator.bills import bill_values
from simulator.campaigns import add_prompts, contact_values, drawn_on, has_campaign
from simulator.chance import Chance
from simulator.circles import family_values, group_values
from simulator.contacts import Prompts, contacts_of, no_prompts, open_on
from simulator.day import Lived, live
from simulator.days import NEVER, number_of, through
from simulator.delivery import Delivery, Landing
from simulator.dirt import Dirt
from simulator.errors import SimulatorError
from simulator.extracts import reference_values, subscriber_values, subscription_values, usage_values
from simulator.faults import Faults
from simulator.feedback import feedback_values
from simulator.lives import KEPT_TERMINAL_DAYS, Lives, begin
from simulator.location import cell_values, location_values
from simulator.orders import in_force
from simulator.people import customer_values, former_numbers
from simulator.platforms import platform_values
from simulator.points import points_values, recommendation_values
from simulator.province import Province
from simulator.reach import liked_channel, visit_values
from simulator.refusing import no_call_values
from simulator.schedule import bill_due, has_events, has_full, has_locations, usage_known_on
from simulator.service import service_values
from simulator.surveys import has_survey, survey_values
from simulator.today import Today
from simulator.traits import Flags, Traits, draw_traits
from simulator.truth import Truth
from simulator.wap import log_values

# Feed -> (whether it is delivered for a day, its columns).
OTHER_EXTRACTS: dict[str, tuple[Callable[[Province, date], bool], Callable[[Today], dict[str, Any]]]] = {
    "family_tie": (has_full, family_values),
    "group_tie": (has_full, group_values),
    "crm_service": (has_events, service_values),
    "location": (has_locations, location_values),
    "platform_usage": (has_events, platform_values),
    "points_event": (has_events, points_values),
    "recommendation": (has_events, recommendation_values),
    "survey": (has_survey, survey_values),
}
Progress = Callable[[int, int, str], None]
REFERENCES = ("terminal", "product_catalog", "tariff_catalog", "resource_catalog", "channel_catalog", "capacity_catalog", "org")


def simulate(province: Province, home: Path, progress: Progress | None = None) -> None:
    """Write the history up to and including the night into `<home>/landing` and the truth into `<home>/truth`.

    Another run writes the same bytes. SimulatorError when the home has another province.
    """
    truth, landing = Truth(province, home), _landing(province, home)
    truth.claim()
    for name in REFERENCES:
        landing.part(FEEDS[name], Delivery(province.first_day, name, province.first_day), 1, reference_values(FEEDS[name]))
    landing.part(FEEDS["cell_catalog"], Delivery(province.first_day, "cell_catalog", province.first_day), 1, cell_values())
    days = through(province.first_lived_day, province.night)
    total = len(province.chunks) * len(days)
    for part, (start, stop) in enumerate(province.chunks, start=1):
        chunk = _Chunk(province, landing, part, start, stop)
        chunk.lives = begin(chunk.traits, chunk.chance, number_of(days[0]))
        for done, day in enumerate(days, start=1):
            lived = live(chunk.lives, chunk.traits, chunk.chance, day, chunk.prompted(day))
            chunk.deliver(day, lived)
            if progress:
                progress((part - 1) * len(days) + done, total, f"{day} subscribers {start} to {stop - 1}")
        truth.add(part, chunk.traits, chunk.lives, lived.standing, chunk.liked)
    landing.close()
    truth.close()
    truth.write_faults(landing)


def live_on(province: Province, home: Path, day: date, progress: Progress | None = None) -> None:
    """Write the deliveries of one day after the night, for the province that `simulate` wrote into the same home.

    Lives continue from the night. On each day after it, the lists published for the day before are read from `<home>/outbox`, and
    subscribers who take up an offer order it. SimulatorError when the day is not after the night or the home has another province.
    """
    if day <= province.night:
        raise SimulatorError(f"live_on({day}): the history already has this day, its night is {province.night}; ask for a later one.")
    truth, landing = Truth(province, home), _landing(province, home)
    truth.check()
    days = through(province.night + timedelta(days=1), day)
    lists = {night: contacts_of(home, night) for night in (province.night, *days[:-1])}
    contacts = {lived: _in_force(lists, lived) for lived in days}
    listed = {channel for _, rows in contacts[day] for channel in set(rows["channel"])}
    entered = (province.subscribers, province.subscribers + province.entrants_by(day))
    for part, (start, stop) in enumerate([*province.chunks, entered], start=1):
        chunk = _Chunk(province, landing, part, start, stop)
        is_old = part <= len(province.chunks)
        chunk.lives = Lives.load(truth.lives_path(part)) if is_old else begin(chunk.traits, chunk.chance, number_of(days[0]))
        for lived_day in days:
            lived = live(chunk.lives, chunk.traits, chunk.chance, lived_day, chunk.prompted(lived_day, contacts[lived_day]))
        chunk.deliver(day, lived)
        chunk.feed_back(day, listed)
        truth.add_contacts(day, part, pa.concat_tables([answers.table(chunk.traits) for answers in chunk.answers]))
        if progress:
            progress(part, len(province.chunks) + 1, f"{day} subscribers {start} to {stop - 1}")
    landing.close()
    truth.write_faults(landing, day)


def _in_force(lists: dict[date, pd.DataFrame], day: date) -> list[tuple[date, pd.DataFrame]]:
    """Return the list rows that channels use on the day, by business date; the newest list is there even without rows."""
    last = day - timedelta(days=1)
    used = [(night, open_on(rows, number_of(day))) for night, rows in lists.items() if night <= last]
    return [(night, rows) for night, rows in used if len(rows) or night == last]


def live_up_to(province: Province, home: Path, last: date, progress: Progress | None = None) -> None:
    """Write the deliveries of each day after the night up to `last`. A day that was written before is left alone.

    Its people answered the lists that existed when it was written. SimulatorError as of `live_on`.
    """
    days = through(province.night + timedelta(days=1), last)
    truth = Truth(province, home)
    for day in [day for day in days if not truth.has_lived(day)] or [last]:
        live_on(province, home, day, progress)


def _landing(province: Province, home: Path) -> Landing:
    chance = Chance(province.seed)
    return Landing(home, Faults(chance, province.bad_rows_per_million), Dirt(chance, province.faults, province.bad_week))


def _joined(columns: list[Any]) -> Any:
    """Return the values of one column one after another."""
    if isinstance(columns[0], np.ndarray):
        return np.concatenate(columns)
    return pa.chunked_array(columns).combine_chunks()


class _Chunk:
    """A chunk of subscribers and its deliveries on a day."""

    lives: Lives
    # Of the last day with lists, for each business date.
    answers: list[Answers]

    def __init__(self, province: Province, landing: Landing, part: int, start: int, stop: int) -> None:
        self.province, self.landing, self.part = province, landing, part
        self.chance, self.waiting = Chance(province.seed), Waiting()
        self.traits: Traits = draw_traits(province, start, stop)

    @cached_property
    def customers(self) -> dict[str, Any]:
        """The columns of S5 that never change."""
        return customer_values(self.traits, self.chance, self.province)

    @cached_property
    def liked(self) -> np.ndarray:
        """The channel that each likes best."""
        return liked_channel(self.traits, self.chance)

    def prompted(self, day: date, lists: list[tuple[date, pd.DataFrame]] | None = None) -> Callable[[Flags], Prompts]:
        """Return what the day's contacts do in this chunk: those of other departments, and of lists."""

        def prompts_of(active: Flags) -> Prompts:
            today = number_of(day)
            prompts = no_prompts(len(active))
            follow_advice(prompts, self.lives, self.traits, self.chance, today)
            if day >= self.province.first_contact_day:
                drawn = drawn_on(self.traits, active, self.chance, today)
                add_prompts(prompts, drawn, self.traits, self.lives, self.liked, self.chance, today)
            self.answers = []
            for night, rows in lists or ():
                found = answers_to(rows, self.traits, self.lives, active, self.liked, self.chance, night, today, self.waiting)
                add_answers(prompts, found, self.traits, self.chance, night)
                self.answers.append(found)
            return prompts

        return prompts_of

    def deliver(self, day: date, lived: Lived) -> None:
        """Write every part about this day, or due on it."""
        if has_full(self.province, day):
            self._fulls(day, lived)
        if day >= self.province.first_day:
            self._orders(day, lived)
            self._usage(day, lived)
        if day >= self.province.first_wap_day:
            self._log(day, lived)
        if day >= self.province.first_visit_day:
            visits, keys = visit_values(self.traits, self.liked, lived.active, self.chance, number_of(day))
            self._part("channel_visit", day, day, visits, keys)
        if day >= self.province.first_contact_day and has_campaign(number_of(day)):
            self._campaigns(day, lived)
        self._bills(day)
        today = Today(self.province, self.traits, self.lives, self._here(day), self.chance, number_of(day))
        for name, (is_due, values) in OTHER_EXTRACTS.items():
            if is_due(self.province, day):
                self._part(name, day, day, values(today))

    def _here(self, day: date) -> np.ndarray:
        """Return who is a customer on the day: has entered, and the subscription goes on."""
        return (self.traits.entry <= number_of(day)) & (self.lives.closed > number_of(day))

    def _campaigns(self, day: date, lived: Lived) -> None:
        """Write S16; what is older than the history arrives with its first day."""
        drawn = drawn_on(self.traits, lived.active, self.chance, number_of(day))
        values, keys = contact_values(drawn, self.traits, self.chance, number_of(day))
        self._part("external_contact", day, max(day, self.province.first_day), values, keys)

    def feed_back(self, day: date, listed: set[str]) -> None:
        """Write S12: the day's answers to lists, for each channel that has one to use and sends feedback."""
        for channel in sorted(name for name in listed & CHANNELS.keys() if CHANNELS[name].feedback):
            feed = FEEDS[CHANNELS[channel].feedback_feed]
            parts = [feedback_values(feed, channel, found, self.traits, self.chance, number_of(day)) for found in self.answers]
            self._part(feed.name, day, day, {name: _joined([part[name] for part in parts]) for name in parts[0]})

    def _fulls(self, day: date, lived: Lived) -> None:
        """Write S1 and S5: everybody who has entered; an ended subscription for some more months. Write S17 beside them."""
        today, closed = number_of(day), self.lives.closed
        kept = (self.traits.entry <= today) & ((closed == NEVER) | (closed + KEPT_TERMINAL_DAYS > today))
        rows = np.flatnonzero(kept)
        values = subscriber_values(self.traits, lived.standing, self.chance, today, rows)
        self._part("boss_subscriber", day, day, values, self.traits.subscriber[rows])
        people = self.customers | {"FORMER_NUMBERS": former_numbers(self.traits, today)}
        self._part("crm_customer", day, day, {name: column.take(rows) for name, column in people.items()})
        self._part("no_call", day, day, no_call_values(self.traits, self.chance, today))

    def _orders(self, day: date, lived: Lived) -> None:
        """Write S2: everything in force on the first day, later only new or changed lines."""
        first = day == self.province.first_day
        lines = in_force(self.lives, self.traits, lived.standing.terminal, number_of(day)) if first else lived.lines
        self._part("boss_subscription", day, day, subscription_values(self.traits, lines, self.chance))

    def _usage(self, day: date, lived: Lived) -> None:
        rows = np.flatnonzero(lived.usage.any)
        values = usage_values(self.traits, lived.usage, number_of(day), rows)
        self._part("boss_usage", day, usage_known_on(self.province, day), values, self.traits.subscriber[rows])

    def _log(self, day: date, lived: Lived) -> None:
        values, keys = log_values(self.traits, lived.usage, self.chance, number_of(day), self.province)
        self._part("wap_log", day, day, values, keys)

    def _bills(self, day: date) -> None:
        """Write S4; the bill that is corrected later is first delivered with a mistake."""
        due = bill_due(self.province, day)
        if due is None:
            return
        month, sequence = due
        mistaken = sequence == 1 and bill_due(self.province, day + timedelta(days=20)) == (month, 2)
        values = bill_values(self.lives, self.traits, self.chance, number_of(month), mistaken)
        self._part("boss_bill", month, max(day, self.province.first_day), values, sequence=sequence)

    def _part(self, feed: str, data_date: date, known_on: date, values: dict, keys: np.ndarray | None = None, sequence: int = 1) -> None:
        if self.part > len(self.province.chunks) and not len(next(iter(values.values()))):
            return  # The chunk of recent entrants may have nothing to deliver, but the parts of all others exist.
        self.landing.part(FEEDS[feed], Delivery(known_on, feed, data_date, sequence), self.part, values, keys)
