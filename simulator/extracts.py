"""The columns of the daily extracts S1, S2, S3 and of the reference feeds, in the domain's terms."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations.channels import CHANNELS
from expectations.feed import Feed
from simulator.catalogue import channel_shares, channels, handsets, product_codes, products, rows_of, volume
from simulator.chance import Chance, Ints
from simulator.days import NEVER, dates
from simulator.lives import STATES, Standing
from simulator.orders import BASE, FIRST_SERVICE, SOURCES, TOP_UP, Lines, drawn_sources, order_ids
from simulator.rendering import coded
from simulator.traits import BRANDS, SUB_BRANDS, Traits
from simulator.usage import Usage

_VIPS = ("none", "silver", "gold", "diamond")
_PHONES = ("ordinary", "official", "service")
_REMARKS = ("批量开户", "老用户转入", "校园迎新", "礼品已领")
_CLASSES = ("high_value", "middle", "ordinary")
_DAY_SECONDS = 86_400
# One in fifty has three times the points of others, so that some without a card are a 贵宾.
_COLLECTORS = 50
_CATALOGUE_SINCE = np.datetime64("2020-01-01")


def subscriber_values(traits: Traits, standing: Standing, chance: Chance, day: int, rows: Ints) -> dict[str, Any]:
    """Return the columns of S1 for those rows of the chunk."""
    who, place = traits.subscriber[rows], traits.place[rows]
    entry_channel = chance.choice(channel_shares("ENTRY_SHARE"), "entry channel", 0, who)
    unknown = chance.uniform("handset unknown", 0, who) < 0.01
    first_imei = pa.array(traits.imei_on(-NEVER)[rows], mask=unknown)
    remark = np.where(chance.uniform("remarked", 0, who) < 0.05, chance.below(len(_REMARKS), "remark", 0, who), -1)
    org = rows_of("org")
    return {
        "USER_ID": traits.user_id[rows],
        "MSISDN": traits.number_on(day)[rows],
        "BRAND_CODE": coded(traits.brand[rows], BRANDS),
        "SUB_BRAND": coded(traits.sub_brand[rows], SUB_BRANDS),
        "OPEN_DATE": dates(traits.entry[rows]),
        "OPEN_CHANNEL": coded(entry_channel, channels()),
        "NUMBER_DATE": dates(traits.number_since(day)[rows]),
        "STATE_CODE": coded(standing.state[rows], STATES),
        "STATE_DATE": dates(standing.since[rows]),
        "BOOKED_CANCEL_DATE": dates(standing.booked[rows]),
        "BUNDLE_END_DATE": dates(traits.bundle_end[rows]),
        "PHONE_TYPE": coded(chance.choice(np.array([96.0, 3, 1]), "phone type", 0, who), _PHONES),
        "IMEI": pa.array(traits.imei_on(day)[rows], mask=unknown),
        "CITY_CODE": coded(place, tuple(row["CITY_CODE"] for row in org)),
        "COUNTY_CODE": coded(place, tuple(row["COUNTY_CODE"] for row in org)),
        "CREDIT_CLASS": traits.credit_class[rows],
        "VIP_LEVEL": coded(traits.vip[rows], _VIPS),
        "POINTS": (
            np.sqrt((day - traits.entry[rows]).clip(min=0)) * 40 * (1 + traits.vip[rows]) * np.where(who % _COLLECTORS == 0, 3, 1)
        ).astype(np.int64),
        "CUST_CLASS": coded(_customer_class(traits, rows), _CLASSES),
        "STOP_TYPE": coded(np.where(standing.stopped[rows] == NEVER, -1, 0), ("debt",)),
        "STOP_DATE": dates(standing.stopped[rows]),
        "RETENTION_DATE": dates(standing.retained[rows]),
        "FREEZE_DATE": dates(standing.frozen[rows]),
        "ENTRY_MONTH_IMEI": _entry_imei(traits, chance, day, rows, first_imei),
        "REMARK": coded(remark, _REMARKS),
    }


def _customer_class(traits: Traits, rows: Ints) -> Ints:
    """Return the position in _CLASSES: a VIP is of high value, others with much appetite for data are middle."""
    middle = traits.data_user[rows] & (traits.appetite[rows] > 2_500_000)
    return np.where(traits.vip[rows] > 0, 0, np.where(middle, 1, 2))


def _entry_imei(traits: Traits, chance: Chance, day: int, rows: Ints, imei: pa.Array) -> pa.Array:
    """Return the handset of the month of entry. After about two years half of the subscribers have another one."""
    who, years = traits.subscriber[rows], (day - traits.entry[rows]).clip(min=0) / 365.25
    changed = (chance.uniform("handset since entry", 0, who) > np.exp(-0.35 * years)) & ~traits.returned[rows]
    types = handsets()
    first = types.tac[chance.choice(types.share, "entry handset", 0, who)] * 10**7 + (who * 7_919 + 4_999_999) % 10**7
    # The month's log of early entrants was not kept.
    is_lost = years > 10
    return pc.if_else(pa.array(changed), pa.array(first, mask=is_lost), imei)


def subscription_values(traits: Traits, lines: Lines, chance: Chance) -> dict[str, Any]:
    """Return the columns of S2.

    The lives do not store everything about an order. The rest follows from who ordered which family when, so a line is the same when it is
    sent again.
    """
    who = traits.subscriber[lines.row]
    order = order_ids(lines.since, lines.family, who)
    drawn = drawn_sources(chance, order, lines.since <= traits.entry[lines.row])
    # A trial is one as long as the lives say so; see simulator/orders.py.
    paid = (lines.channel >= 0) | (lines.family == BASE) | (lines.family == TOP_UP) | (drawn == SOURCES.index("trial"))
    channel = np.where(lines.channel >= 0, lines.channel, chance.choice(channel_shares("ORDER_SHARE"), "order channel", 0, order))
    ordered = _moment(lines.since, 8 * 3600 + chance.below(13 * 3600, "order second", 0, order))
    cancelled = _moment(lines.ended, 8 * 3600 + chance.below(13 * 3600, "cancel second", 0, order))
    ends_by_itself = lines.family == TOP_UP
    return {
        "ORDER_ID": order,
        "USER_ID": traits.user_id[lines.row],
        "PRODUCT_CODE": coded(_product(lines), product_codes()),
        "CHANNEL_CODE": coded(channel, channels()),
        "ORDER_SOURCE": coded(np.where(lines.trial, SOURCES.index("trial"), np.where(paid, 0, drawn)), SOURCES),
        "ORDER_TIME": ordered,
        "CANCEL_TIME": np.where(ends_by_itself, np.datetime64("NaT"), cancelled),
        "EFF_DATE": dates(lines.since),
        "EXP_DATE": dates(lines.ended),
    }


def _moment(days: Ints, seconds: Ints) -> np.ndarray:
    known = np.where(days == NEVER, 0, days) * _DAY_SECONDS + seconds
    return np.where(days == NEVER, np.datetime64("NaT"), known.astype("datetime64[s]"))


def _product(lines: Lines) -> Ints:
    """Return the position among all product codes: kinds one after another in the order of families."""
    sizes = [len(kind.codes) for kind in products().values()]
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return first[lines.family.clip(max=FIRST_SERVICE)] + lines.product


def usage_values(traits: Traits, usage: Usage, day: int, rows: Ints) -> dict[str, Any]:
    """Return the columns of S3 for those rows of the chunk."""
    return {
        "USER_ID": traits.user_id[rows],
        "USE_DATE": np.full(len(rows), np.datetime64(day, "D")),
        "VOICE_LOCAL_SEC": usage.local[rows],
        "VOICE_ROAM_SEC": usage.roaming[rows],
        "VOICE_LONG_SEC": usage.long[rows],
        "VOICE_OFFNET_SEC": usage.off_net[rows],
        "SMS_COUNT": usage.sms[rows],
        "BYTES_2G": usage.by_rat[rows, 0],
        "BYTES_3G": usage.by_rat[rows, 1],
        "BYTES_4G": usage.by_rat[rows, 2],
        "BYTES_WLAN": usage.wlan[rows],
        "BYTES_IDLE": usage.idle[rows],
        "DATA_FEE_OUTSIDE": usage.fee[rows],
    }


def reference_values(feed: Feed) -> dict[str, Any]:
    """Return the columns of a reference feed from its authored catalogue; every row is valid from 2020 without an end.

    A channel's name and mode come from its declaration.
    """
    rows = [row | _declared(row.get("CHANNEL_CODE")) for row in rows_of(feed.name)]
    return {field.name: _authored(field.form.kind, field.name, dict(field.form.codes), rows) for field in feed.fields}


def _declared(channel: str | None) -> dict[str, str]:
    if channel is None:
        return {}
    declared = CHANNELS[channel]
    return {"CHANNEL_NAME": declared.label, "MODE": "active" if "active" in declared.modes else "passive"}


def _authored(kind: str, name: str, codes: dict[str, str], rows: list[dict[str, str]]) -> Any:
    if name == "VALID_FROM":
        return np.full(len(rows), _CATALOGUE_SINCE)
    if name == "VALID_TO":
        return np.full(len(rows), np.datetime64("NaT"), dtype="datetime64[D]")
    texts = [row[name] for row in rows]
    if kind == "flag":
        return np.array([text == "1" for text in texts])
    if kind == "yuan":
        return pa.array([round(float(text) * 100) for text in texts], pa.int64())
    if kind == "integer":
        return pa.array([volume(text) if text else None for text in texts], pa.int64())
    return pa.array([text or None for text in texts], pa.string())
