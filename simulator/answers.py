"""What channels do with the rows of their lists, and what the subscribers answer, by planted individual effects (see README.md)."""

from dataclasses import dataclass, field, fields, replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from expectations.channels import CHANNELS
from expectations.feedback import OUTCOMES, REASONS
from simulator.catalogue import SERVICE, Uplift, channels, product_codes, products, uplifts
from simulator.chance import Chance, Floats, Ints
from simulator.contacts import Prompts
from simulator.days import dates, number_of
from simulator.lives import Lives
from simulator.reach import reach, takes_factor, visits_on
from simulator.rendering import coded
from simulator.traits import Flags, Traits

# Each contact that is still felt lowers the take-up by this exponent, and raises the chance of a do-not-disturb by this factor.
FATIGUE, ANNOYANCE = 0.35, 2.0
# Subscribers of at least this unrest are stirred by a contact: some cancel their data plan.
UNREST_STIRRED = 0.6
# Shares of those who agree to a service who only try it; of reached customers who consider the offer; of refusals that are reported.
TRIES, CONSIDERS, SAYS_NO = 0.4, 0.15, 0.3
# Shares of those who order after a contact who recommend it to their friend, and of these friends who order the next day.
RECOMMENDS, FOLLOWS = 0.15, 0.30
UNUSABLE, NO_CAPACITY = 0.004, 0.006
OTHER = "other"
_OUTCOME = {name: place for place, name in enumerate(OUTCOMES)}
_REASON = {name: place for place, name in enumerate(REASONS)}


def uplift_of(scenario: str) -> Uplift:
    """Return the planted uplift of a scenario, found by the code at the beginning of its name (`c10_data_without_plan` -> c10)."""
    return uplifts().get(scenario.lower().split("_")[0], uplifts()[OTHER])


def willing(lives: Lives, row: Ints) -> Floats:
    """Return what remains of the subscribers' willingness after the contacts that they still feel; 1 without any."""
    return np.exp(-FATIGUE * lives.tired[row])


@dataclass
class Waiting:
    """What has become of the chunk's list rows: `met` by list and channel (rejected, or contacted), `taken` by scenario and night."""

    met: dict[tuple[int, str, str], Flags] = field(default_factory=dict)
    taken: dict[tuple[int, str], Flags] = field(default_factory=dict)

    def met_of(self, key: tuple[int, str, str], rows: int) -> Flags:
        """Return who was met, by row of the chunk and channel; to be changed in place."""
        return self.met.setdefault(key, np.zeros((rows, len(channels()) + 1), dtype=bool))

    def taken_of(self, key: tuple[int, str], rows: int) -> Flags:
        """Return who took up the offer; to be changed in place."""
        return self.taken.setdefault(key, np.zeros(rows, dtype=bool))


@dataclass(frozen=True)
class Answers:
    """One value per list row of the chunk that something happens to on a day. `is_new` is True on the first day of its list.

    `reason` and `outcome` are positions in REASONS and OUTCOMES, -1 for none.

    `effect` is the planted probability that a contact which reaches the subscriber makes them order.
    """

    row: Ints
    number: Ints
    channel: Ints
    scenario: pa.Array
    step: pa.Array
    product: pa.Array
    contact_id: pa.Array
    effect: Floats
    reason: Ints
    delivered: Flags
    reached: Flags
    takes: Flags
    trial: Flags
    outcome: Ints
    is_new: Flags
    night: int

    def of(self, wanted: Flags) -> "Answers":
        """Return the answers of some rows."""
        at = np.flatnonzero(wanted)
        columns = {of.name: getattr(self, of.name) for of in fields(self) if of.name != "night"}
        return replace(
            self, **{name: column.take(pa.array(at)) if isinstance(column, pa.Array) else column[at] for name, column in columns.items()}
        )

    def table(self, traits: Traits) -> pa.Table:
        """Return the truth about these contacts."""
        names = ("scenario", "step", "product", "effect", "delivered", "reached", "takes", "trial")
        coded_columns = {
            "channel": coded(self.channel, channels()).dictionary_decode(),
            "reason": coded(self.reason, REASONS).dictionary_decode(),
            "outcome": coded(self.outcome, tuple(OUTCOMES)).dictionary_decode(),
        }
        who = {"user_id": traits.user_id[self.row].astype(str), "list_date": dates(np.full(len(self.row), self.night))}
        return pa.table({**who, **{name: getattr(self, name) for name in names}, **coded_columns})


def answers_to(
    contacts: pd.DataFrame,
    traits: Traits,
    lives: Lives,
    active: Flags,
    liked: Ints,
    chance: Chance,
    business_date: date,
    day: int,
    waiting: Waiting,
) -> Answers:
    """Return what happens on `day` to the chunk's rows of the lists of `business_date`, and note in `waiting` what happened.

    A channel that waits makes its contact at the customer's first visit. There is one draw per subscriber, scenario and night, for any
    number of channels with the offer. The first channel in the alphabet that reaches the subscriber gets the order.
    """
    holders = pd.Series(np.arange(len(traits.subscriber)), index=traits.number_on(day))
    holders = holders[(traits.entry <= day) & (traits.number_reused > day)]
    rows = contacts[contacts["number"].isin(holders.index)]
    rows = rows.astype(dict.fromkeys(("product", "scenario", "step", "channel", "contact_id"), object))
    rows = rows.drop_duplicates(["number", "scenario", "step", "channel"])
    row = holders.loc[rows["number"]].to_numpy(dtype=np.int64)
    night = number_of(business_date)
    codes = channels()
    channel = rows["channel"].map({code: place for place, code in enumerate(codes)}).fillna(-1).to_numpy(dtype=np.int64)
    key = traits.subscriber[row] * (len(codes) + 1) + channel + 1
    of = _by_channel(channel)

    def happens(purpose: str, probability: Floats | float) -> Flags:
        return chance.uniform(f"list {purpose}", night, key) < probability

    is_new = (rows["valid_from"] == day).to_numpy()
    comes, met, taken = _who_comes(rows, row, channel, traits, liked, active, chance, night, day, waiting)
    reason = np.full(len(row), -1)
    reason[happens("capacity", NO_CAPACITY)] = _REASON["no_capacity"]
    reason[happens("unusable", UNUSABLE)] = _REASON["unusable"]
    reason[~active[row]] = _REASON["not_in_service"]
    reason[lives.refused_on[row] < day] = _REASON["opted_out"]
    accepted = reason < 0
    tried = accepted & comes & ~met
    delivered = tried & happens("delivered", of["delivered"])
    reached = delivered & happens("reached", of["reached"])
    effect, draw = _effects(rows["scenario"], row, channel, traits, lives, liked, chance, night)
    agrees = reached & ~taken & (draw < effect)
    takes = np.zeros(len(row), dtype=bool)
    takes[np.flatnonzero(agrees)[~rows[agrees].duplicated(["number", "scenario"]).to_numpy()]] = True
    trial = takes & rows["product"].isin(products()[SERVICE].codes).to_numpy() & happens("trial", TRIES)
    disturbed = reached & ~takes & happens("disturbed", (of["disturbs"] * (1 + ANNOYANCE * lives.tired[row])).clip(max=1))
    outcome = np.where(tried & ~reached, _OUTCOME["unreached"], -1)
    outcome[reached & happens("refused", SAYS_NO)] = _OUTCOME["refused"]
    outcome[reached & happens("considers", CONSIDERS)] = _OUTCOME["considering"]
    outcome[takes] = _OUTCOME["agreed_paid"]
    outcome[trial] = _OUTCOME["agreed_trial"]
    outcome[disturbed] = _OUTCOME["do_not_disturb"]
    scenario, step, product, ids = (pa.array(rows[name], pa.string()) for name in ("scenario", "step", "product", "contact_id"))
    number = rows["number"].to_numpy()
    _note(rows, row, channel, comes | ~accepted, takes, night, len(traits.subscriber), waiting)
    which = (row, number, channel, scenario, step, product, ids)
    found = Answers(*which, effect, reason, delivered, reached, takes, trial, outcome, is_new, night)
    return found.of(tried | is_new)


def _who_comes(
    rows: pd.DataFrame,
    row: Ints,
    channel: Ints,
    traits: Traits,
    liked: Ints,
    active: Flags,
    chance: Chance,
    night: int,
    day: int,
    waiting: Waiting,
) -> tuple[Flags, Flags, Flags]:
    """Return for each list row whether the channel can make the contact today, whether it did before, and whether the offer is taken."""
    codes = channels()
    waits = np.array(["active" not in CHANNELS[code].modes for code in codes] + [False])
    comes = ~waits[channel]
    for place, visitors in visits_on(traits, liked, active, chance, day).items() if waits[channel].any() else ():
        comes |= (channel == place) & waits[place] & np.isin(row, visitors)
    met, taken = np.zeros(len(row), dtype=bool), np.zeros(len(row), dtype=bool)
    for (scenario, step), at in _by_list(rows):
        met[at] = waiting.met_of((night, scenario, step), len(traits.subscriber))[row[at], channel[at]]
        taken[at] = waiting.taken_of((night, scenario), len(traits.subscriber))[row[at]]
    return comes, met, taken


def _note(rows: pd.DataFrame, row: Ints, channel: Ints, done: Flags, takes: Flags, night: int, count: int, waiting: Waiting) -> None:
    for (scenario, step), at in _by_list(rows):
        over, taken = at[done[at]], at[takes[at]]
        waiting.met_of((night, scenario, step), count)[row[over], channel[over]] = True
        waiting.taken_of((night, scenario), count)[row[taken]] = True


def _by_list(rows: pd.DataFrame) -> list[tuple[tuple[str, str], Ints]]:
    """Return the positions of the rows of each scenario and step."""
    return [(key, np.asarray(at)) for key, at in rows.groupby(["scenario", "step"], sort=True).indices.items()]


def _by_channel(channel: Ints) -> dict[str, Floats]:
    """Return the reach of each row's channel; -1 is a channel that the catalogue does not have."""
    every = list(reach().values())
    return {name: np.array([getattr(of, name) for of in (*every, every[-1])])[channel] for name in ("delivered", "reached", "disturbs")}


def _effects(
    scenarios: pd.Series, row: Ints, channel: Ints, traits: Traits, lives: Lives, liked: Ints, chance: Chance, night: int
) -> tuple[Floats, Floats]:
    """Return the planted effect of each contact, and the subscriber's draw for the scenario."""
    effect, draw = np.zeros(len(row)), np.ones(len(row))
    for scenario in sorted(set(scenarios)):
        of = np.flatnonzero((scenarios == scenario).to_numpy())
        uplift = uplift_of(scenario)
        effect[of] = uplift.least + (uplift.most - uplift.least) * traits.price_sensitivity[row[of]]
        draw[of] = chance.uniform(f"contact {scenario}", night, traits.subscriber[row[of]])
    return (effect * takes_factor(liked[row], channel) * willing(lives, row)).clip(max=1), draw


def add_answers(prompts: Prompts, answers: Answers, traits: Traits, chance: Chance, business_date: date) -> None:
    """Add to the prompts what the answers make subscribers do."""
    row, night = answers.row, number_of(business_date)
    offered = pd.Series(answers.product.to_pylist(), dtype=object)
    for kind, of_kind in products().items():
        place = offered.map({code: place for place, code in enumerate(of_kind.codes)}).fillna(-1).to_numpy(dtype=np.int64)
        moved = answers.takes & (place >= 0)
        prompts.product[kind][row[moved]], prompts.channel[kind][row[moved]] = place[moved], answers.channel[moved]
    prompts.trial[row[answers.trial]] = True
    prompts.disturbed[row[answers.outcome == _OUTCOME["do_not_disturb"]]] = True
    np.add.at(prompts.contacts, row[answers.delivered], 1)
    # Friends are neighbours: the even position and the odd one after it.
    friend = row ^ 1
    tells = answers.takes & (chance.uniform("recommends", night, traits.subscriber[row]) < RECOMMENDS) & (friend < len(traits.subscriber))
    codes = {code: place for place, code in enumerate(product_codes())}
    prompts.advised[friend[tells]] = offered.map(codes).fillna(-1).to_numpy(dtype=np.int64)[tells]
    scenarios = np.array(answers.scenario.to_pylist(), dtype=object)
    for scenario in sorted(set(scenarios)):
        of = answers.reached & ~answers.takes & (scenarios == scenario) & (traits.unrest[row] > UNREST_STIRRED)
        harm = chance.uniform(f"harm {scenario}", night, traits.subscriber[row]) < uplift_of(scenario).harmed
        prompts.drops[row[of & harm]] = True


def follow_advice(prompts: Prompts, lives: Lives, traits: Traits, chance: Chance, day: int) -> None:
    """Add to the prompts what friends recommended the day before; such an order names no channel."""
    if not (lives.advised >= 0).any():
        return
    follows = (lives.advised >= 0) & (chance.uniform("follows advice", day, traits.subscriber) < FOLLOWS)
    first = 0
    for kind, of_kind in products().items():
        mine = follows & (lives.advised >= first) & (lives.advised < first + len(of_kind.codes))
        prompts.product[kind][mine] = lives.advised[mine] - first
        first += len(of_kind.codes)
