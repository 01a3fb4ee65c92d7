"""A day's usage of the network, and its data fee outside the package."""

from dataclasses import dataclass

import numpy as np

from simulator.catalogue import NETWORKS, handsets, products
from simulator.chance import Chance, Floats, Ints
from simulator.lives import STATES, Lives
from simulator.seasons import MONTH_END, Season, is_month_end, season_of
from simulator.traits import Flags, Traits

MB = 2**20
_USING = [STATES.index("active"), STATES.index("cancel_booked")]
# Share of 2G, 3G and 4G in the cellular traffic of a handset whose best network is 2G, 3G or 4G.
RAT_SHARES = np.array([[1.0, 0.0, 0.0], [0.35, 0.65, 0.0], [0.08, 0.17, 0.75]])
# So many of the 3G handsets are set wrongly, and use 3G for so little (C09).
SET_WRONGLY, THEN_3G = 0.06, 0.15


@dataclass(frozen=True)
class Usage:
    """One value per subscriber: seconds, messages, bytes and fen. `cellular` is the sum over 2G, 3G and 4G; idle bytes are part of it."""

    local: Ints
    roaming: Ints
    long: Ints
    off_net: Ints
    sms: Ints
    by_rat: Ints
    wlan: Ints
    idle: Ints
    fee: Ints

    @property
    def cellular(self) -> Ints:
        """Bytes over 2G, 3G and 4G."""
        return self.by_rat.sum(axis=1)

    @property
    def voice(self) -> Ints:
        """Seconds of all calls."""
        return self.local + self.roaming + self.long

    @property
    def any(self) -> Flags:
        """Whether the subscriber used anything."""
        return (self.voice + self.sms + self.cellular + self.wlan) > 0


def use(lives: Lives, traits: Traits, state: Ints, chance: Chance, day: int) -> Usage:
    """Return everybody's usage of the day. It is zero before entry and in a state that bars the network."""
    present = (traits.entry <= day) & np.isin(state, _USING)
    level = np.exp(-(day - lives.onset).clip(min=0) / 16.0).clip(min=0.06) * present
    season = season_of(day)
    talk = _talk(traits, chance, day, level, season)
    by_rat, wlan, idle = _surf(lives, traits, chance, day, level, season)
    fee = _day_fee(lives, traits, by_rat.sum(axis=1), idle)
    return Usage(
        local=talk.local,
        roaming=talk.roaming,
        long=talk.long,
        off_net=talk.off_net,
        sms=talk.sms,
        by_rat=by_rat,
        wlan=wlan,
        idle=idle,
        fee=fee,
    )


@dataclass(frozen=True)
class _Talk:
    """Seconds of calls, and messages; calls with other operators' customers (`off_net`) are part of the other seconds."""

    local: Ints
    roaming: Ints
    long: Ints
    off_net: Ints
    sms: Ints


def _talk(traits: Traits, chance: Chance, day: int, level: Floats, season: Season) -> _Talk:
    who = traits.subscriber
    calls = chance.uniform("calls", day, who) < 0.85 * level.clip(min=0.35) * (level > 0)
    seconds = traits.talk * level * season.voice * np.exp(0.6 * chance.normal("seconds", day, who) - 0.18) * calls
    roams = chance.uniform("roams", day, who) < traits.roaming_share * season.roaming
    roaming = np.where(roams, seconds * 0.8, 0.0).astype(np.int64)
    long = (seconds * np.where(roams, 0.1, 1.0) * traits.long_share).astype(np.int64)
    local = (seconds - roaming - long).clip(min=0).astype(np.int64)
    off_net = ((local + roaming + long) * traits.off_net_share).astype(np.int64)
    sms = (traits.texting * level * season.sms * -np.log1p(-chance.uniform("sms", day, who))).astype(np.int64)
    return _Talk(local, roaming, long, off_net, sms)


def _surf(lives: Lives, traits: Traits, chance: Chance, day: int, level: Floats, season: Season) -> tuple[Ints, Ints, Ints]:
    """Return bytes by network generation, over WLAN, and cellular bytes in idle hours.

    Plan holders use more, and so does everybody at weekends and in holidays; at the end of a month plan holders use what they have left.
    """
    who = traits.subscriber
    surfs = traits.data_user & (chance.uniform("surfs", day, who) < 0.88 * level.clip(min=0.3) * (level > 0))
    has_left = (lives.data_plan >= 0) & (lives.month_bytes < allowances(lives, traits)[0])
    season_share = season.data * np.where(has_left & is_month_end(day), MONTH_END, 1.0)
    # Subscribers without a plan have position -1, the last.
    taken = np.append(products()["data_plan"].appetite, 1.0)[lives.data_plan] * np.where(traits.has_base_allowance, 1.3, 1.0)
    wanted = traits.appetite * taken * level * season_share * np.exp(0.85 * chance.normal("bytes", day, who) - 0.3) * surfs
    spike = np.where(chance.uniform("spike", day, who) < 0.01, 6.0, 1.0)
    night_share = (traits.idle_share * np.exp(0.4 * chance.normal("night", day, who))).clip(max=0.95)
    by_day = wanted * spike * (1 - night_share)
    by_night = wanted * spike * night_share * np.where(lives.idle_pack >= 0, 2.5, 1.0)
    total = (by_day + by_night).astype(np.int64)
    network = handsets().network[traits.handset_on(day)]
    shares = RAT_SHARES[network]
    is_wrong = (network == NETWORKS.index("3G")) & (chance.uniform("handset set wrongly", 0, who) < SET_WRONGLY)
    shares[is_wrong] = (1 - THEN_3G, THEN_3G, 0.0)
    second = (total * shares[:, 1] * (0.8 + 0.4 * chance.uniform("rat", day, who))).astype(np.int64).clip(max=total)
    third = np.minimum((total * shares[:, 2]).astype(np.int64), total - second)
    by_rat = np.stack([total - second - third, second, third], axis=1)
    wlan = np.where(traits.wlan_user, 1.4 * wanted * np.exp(0.9 * chance.normal("wlan bytes", day, who)), 0.0).astype(np.int64)
    return by_rat, wlan, np.minimum(by_night.astype(np.int64), total)


def allowances(lives: Lives, traits: Traits) -> tuple[Ints, Ints]:
    """Return the bytes included at any hour (base plan, data plan and top-ups together) and in idle hours only."""
    kinds = products()
    plan = np.append(kinds["data_plan"].allowance, 0)[lives.data_plan]
    pack = np.append(kinds["idle_pack"].idle_allowance, 0)[lives.idle_pack]
    return kinds["base_plan"].allowance[traits.base_plan] + plan + lives.top_up_bytes, pack


def billable(used: Ints, idle_used: Ints, allowance: Ints, idle_allowance: Ints) -> Ints:
    """Return the bytes beyond the allowances; idle usage is taken from the idle allowance first."""
    return (used - np.minimum(idle_used, idle_allowance) - allowance).clip(min=0)


def _day_fee(lives: Lives, traits: Traits, cellular: Ints, idle: Ints) -> Ints:
    """Return the day's fee: the month's fee up to this day minus that up to the day before, at today's tariff.

    So each started MB counts once.
    """
    kinds, (allowance, idle_allowance) = products(), allowances(lives, traits)
    plan_price = np.append(kinds["data_plan"].overage_fen, 0)[lives.data_plan]
    price = np.where(lives.data_plan >= 0, plan_price, kinds["base_plan"].overage_fen[traits.base_plan])
    before = billable(lives.month_bytes, lives.month_idle_bytes, allowance, idle_allowance)
    after = billable(lives.month_bytes + cellular, lives.month_idle_bytes + idle, allowance, idle_allowance)
    return (-(-after // MB) - -(-before // MB)) * price
