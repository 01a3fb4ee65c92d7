"""Small provinces drawn from a seed, all in one frame: each is a block of subscribers with customs of its own."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

MB = 1 << 20
PLAN_BYTES = {"dp005": 30 * MB, "dp010": 70 * MB, "dp030": 500 * MB, "dp050": 1024 * MB}
PLAN_FEES = {"dp005": 500, "dp010": 1000, "dp030": 3000, "dp050": 5000}
CHANNELS = ("sms", "sms_tail", "mms", "fetion", "mailbox", "web_hall", "app_hall", "wap_hall", "kiosk", "toolbar", "crm", "agent_shop")
CHANNELS += ("outbound_call",)
SCOPES = ("all", *CHANNELS)
MANAGERS = ("m1", "m2", "m3", "m4")
COUNTIES = tuple(f"{990100 + place}" for place in range(37))
CITY_OF = {county: "9901" if county < "990118" else "9902" for county in COUNTIES}
# Of each a province prefers some values. They lie on both sides of what the audiences ask for.
VALUES: dict[str, tuple[Any, ...]] = {
    "tenure_days": (0, 3, 6, 7, 10, 13, 21, 30, 36, 45, 60, 91, 180, 365, 2000),
    "base_plan": ("eo010", "eo000", "mz018", "gt088"),
    "holds": ("", "", "", "dp005", "dp010", "dp030"),
    "holds_idle_pack": (False, False, True),
    "preferred_channel": (None, *CHANNELS),
    "account_manager": (None, None, *MANAGERS),
    "company_group": (None, None, "g1"),
    "customer_tier": ("ordinary", "ordinary", "diamond", None),
    "value_class": ("high_value", "middle", "ordinary"),
    "network": ("2G", "3G", "4G", None),
    "price_band": ("low", "middle", "high", None),
    "data_trend_3m": ("falling", "steady", None),
    "preferred_category": ("video", "games", None),
    "reading_genre_90d": ("玄幻", None),
    "reading_app_status": (None, None, "paid", "trial", "cancelled"),
    "handset_changed_on": (None, date(2026, 2, 20), date(2026, 3, 1)),
    "bill_data_fee_outside_fen_1m": (0, 1, 1740, None),
    "mean_bill_fen_3m": (1999, 2000, 5800, None),
    "mean_contribution_fen_3m": (-100, 999, 1000, 9000, None),
    "data_complaints_90d": (0, 0, 1),
    "overflow_months_3m": (0, 1, 2, 3, None),
    "unused_months_3m": (0, 1, 3),
    "allowance_use_1m": (100, 799, 800, 1000, None),
    "new_services_90d": (0, 0, 1),
    "apps_held": (0, 1, 2),
    "wlan_offload_3m": (0, 499, 500, None),
    "offload_3g_30d": (0, 100, 500, None),
    "data_days_30d": (0, 1, 20),
    "data_bytes_30d": (0, 1, 60 * MB),
    "mean_data_bytes_3m": (0, MB, 30 * MB, 200 * MB),
    **{f"data_bytes_{month}": (0, MB, 60 * MB, 120 * MB, 700 * MB) for month in ("m0", "1m", "m2", "m3")},
    **{f"idle_bytes_{month}": (0, MB, 60 * MB, 300 * MB) for month in ("1m", "m2", "m3")},
    **{f"{name}_preference": (0, 10, 300, None) for name in ("games", "life", "music", "news", "reading", "shopping", "social", "video")},
    "data_plan_propensity_ppm": (None, 500, 20_000, 100_000, 400_000),
    "churn_ppm": (None, 10_000, 49_999, 50_000, 300_000),
    "trial_days_left": (None, None, 2, 3, 4, 9),
}
LIKELY = ("is_smartphone", "has_gprs", "has_mms", "has_java", "has_fetion")
POSSIBLE = (
    "is_high_value",
    "is_smart_unused_30d",
    "is_4g_plan_small",
    "is_gamer_club_member",
    "has_open_complaint",
    "is_handset_changed_30d",
)
# What forbids a contact, for few in most provinces and for many in some; null forbids it too.
FORBIDS = (
    "is_sensitive",
    "is_examined",
    "is_employee",
    "is_negative_value",
    "is_habitual_complainer",
    "holds_unknown_product",
    "has_booked_data_plan",
    "has_booked_idle_pack",
)


@dataclass
class Drawn:
    """The random numbers of one walk: `chance` is drawn from in order, so equal seeds give equal walks."""

    seed: int
    provinces: int
    most_people: int

    def __post_init__(self) -> None:
        """Draw the people and how each province behaves."""
        self.chance = np.random.default_rng(self.seed)
        sizes = self.chance.integers(1, self.most_people + 1, self.provinces)
        self.province = np.repeat(np.arange(self.provinces), sizes)
        # How often a day brings something, by province.
        self.rates = {
            name: self.chance.beta(1, least, self.provinces)[self.province]
            for name, least in (("forbids", 30), ("opts_out", 60), ("others", 10), ("answers", 1), ("takes", 5), ("disturbed", 6))
        }

    def happens(self, name: str) -> "np.ndarray":
        """Whether it happens to each subscriber, at their province's rate."""
        return self.chance.random(len(self.province)) < self.rates[name]

    def picked(self, values: tuple[Any, ...]) -> list[Any]:
        """One of the values for each subscriber, by what their province prefers."""
        prefers = self.chance.dirichlet(np.full(len(values), 0.6), self.provinces).cumsum(axis=1)[self.province]
        at = (self.chance.random(len(self.province))[:, None] > prefers).sum(axis=1).clip(max=len(values) - 1)
        return [values[place] for place in at]

    def people(self) -> pd.DataFrame:
        """The subscribers before the first night: columns of the CAR and the scores, and `number_token`."""
        count = len(self.province)
        told: dict[str, Any] = {"subscriber_id": [self.chance.bytes(16).hex() for _ in range(count)]}
        told["number_token"] = [self.chance.bytes(16).hex() for _ in range(count)]
        told["county"] = [COUNTIES[place % len(COUNTIES)] for place in self.province]
        told["city"] = [CITY_OF[county] for county in told["county"]]
        for name, values in VALUES.items():
            told[name] = self.picked(values)
        for name in LIKELY:
            told[name] = self.picked((True, True, False, None))
        for name in POSSIBLE:
            told[name] = self.picked((True, False, False))
        for name in FORBIDS:
            told[name] = [bool(is_it) if known else None for is_it, known in zip(self.happens("forbids"), ~self.rarely(), strict=True)]
        told["state"] = ["stopped" if is_it else "active" for is_it in self.happens("forbids")]
        told["has_consent"] = [not is_it for is_it in self.happens("forbids")]
        told["bundle_end_date"] = [date(2026, 3, 9) if is_it else None for is_it in self.happens("forbids")]
        for name, values in (("sensitive_channels", CHANNELS), ("do_not_disturb_channels", SCOPES)):
            told[name] = [[value] if is_it else None for is_it, value in zip(self.happens("forbids"), self.picked(values), strict=True)]
        scopes = zip(self.happens("forbids"), self.picked(SCOPES), ~self.rarely(), strict=True)
        told["no_call_scopes"] = [([value] if is_it else []) if known else None for is_it, value, known in scopes]
        people = pd.DataFrame(told, dtype=object)
        # Neighbours who share a number.
        twice = np.flatnonzero(self.rarely()[1:]) + 1
        people.loc[twice, "number_token"] = people["number_token"].to_numpy()[twice - 1]
        return people

    def rarely(self) -> "np.ndarray":
        """One in a hundred."""
        return self.chance.random(len(self.province)) < 0.01

    def a_day_later(self, people: pd.DataFrame) -> pd.DataFrame:
        """The people a day later: older, and some of them stopped, complaining, or with a wish to be left alone that is known now."""
        later = people.copy()
        later["tenure_days"] = later["tenure_days"] + 1
        later["trial_days_left"] = [None if left is None or left <= 0 else left - 1 for left in later["trial_days_left"]]
        for name, values in (("do_not_disturb_channels", SCOPES), ("no_call_scopes", SCOPES)):
            asked = zip(self.happens("opts_out"), self.picked(values), later[name], strict=True)
            later[name] = pd.Series([[*(had or []), value] if asks else had for asks, value, had in asked], later.index, object)
        later.loc[self.happens("opts_out"), "state"] = "stopped"
        later.loc[self.happens("opts_out"), "has_consent"] = False
        later.loc[self.happens("opts_out"), "has_open_complaint"] = True
        return later

    def others(self, people: pd.DataFrame, day: date) -> pd.DataFrame:
        """Contacts of other departments on a day: of a campaign that drew its arms, or of one that did not."""
        who = people[self.happens("others")]
        arms, channels, products = (
            self.chance.choice(of, len(who))
            for of in (("treated", "control", ""), ("sms", "toolbar", "outbound_call", "odd"), ("dp010", "ip005", "video", "odd", ""))
        )
        told = {"channel": channels, "product": [of or None for of in products], "arm": [arm or None for arm in arms], "day": day}
        return pd.DataFrame({"subscriber_id": who["subscriber_id"], **told})


def told_of(people: pd.DataFrame, on: date) -> pd.DataFrame:
    """The people with the columns that follow from others."""
    told = people.copy()
    holds = told.pop("holds")
    told["is_live"] = told["state"] == "active"
    told["base_plan_allowance_bytes"] = np.where(told["base_plan"] == "gt088", 200 * MB, 0)
    told["holds_data_plan"] = holds != ""
    told["data_plan"] = [plan or None for plan in holds]
    told["held_data_plan_bytes"] = [PLAN_BYTES.get(plan, 0) for plan in holds]
    told["held_data_plan_fee_fen"] = [PLAN_FEES.get(plan) for plan in holds]
    told["held_idle_pack_bytes"] = [300 * MB if has else 0 for has in told["holds_idle_pack"]]
    told["is_in_trial"] = told["trial_days_left"].notna()
    told["number_date"] = date(2020, 1, 1)
    told["entry_date"] = [on - timedelta(days=int(days)) for days in told["tenure_days"]]
    for name in ("data_plan_propensity", "churn"):
        told[f"{name}_version"] = [None if ppm is None else "1" for ppm in told[f"{name}_ppm"]]
    return told
