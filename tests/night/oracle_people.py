"""Where people are, what they bring to the service, which channels they visit, and who they belong to: pandas over the raw extracts."""

from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from tests.night.oracle import TERMINAL, Oracle

EVENT = ["EVENT_ID", "USER_ID", "TIME", "KIND", "PATH", "TOPIC", "CASE", "ORDER", "SEVERITY", "STATUS", "SATISFIED", "NOTE"]
VISIT = ["TIME", "MSISDN", "CHANNEL", "MOMENT"]
EXTERNAL = ["CAMPAIGN", "MSISDN", "PRODUCT", "CHANNEL", "TIME", "ARM", "PPM"]
PLACE = ["DATE", "MSISDN", "CELL", "COUNTY", "NIGHT", "EARLY", "WORK", "LATE", "ONS", "OFFS"]
MINUTES = ["NIGHT", "EARLY", "WORK", "LATE"]
STAFFED = {"crm", "agent_shop", "account_manager", "outbound_call"}
PARTS = ["morning"] * 4 + ["noon"] * 2 + ["afternoon"] * 4 + ["evening"] * 4
GIGABYTE = 1 << 30
# Metres of one degree on a globe of 40,030 km.
DEGREE = 111_195


class People(Oracle):
    """Tags of the families service, channel, location and social by USER_ID."""

    def last(self, days: int) -> set[date]:
        """The last days up to the night."""
        return {self.on - timedelta(days=back) for back in range(days)}

    def whose(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows with USER_ID: who of all who were ever said to have the number had it last by the row's day, and still then."""
        told = self.subscribers(set(self.newest("boss_subscriber"))).sort_values("day", kind="stable")
        had = told.groupby(["USER_ID", "MSISDN"], as_index=False).last()[["USER_ID", "MSISDN", "NUMDATE", "STATE", "STATEDATE"]]
        of_day = rows.assign(on=rows.day.map(lambda day: f"{day:%Y%m%d}")).reset_index(names="row")
        held = of_day.merge(had, on="MSISDN").query("NUMDATE <= on").sort_values("NUMDATE").groupby("row").tail(1)
        is_over = held.STATE.isin(TERMINAL) & (held.on >= held.STATEDATE)
        later = held[["row", "USER_ID", "NUMDATE", "on"]].merge(had[["USER_ID", "NUMDATE"]], on="USER_ID", suffixes=("", "_other"))
        changed = later[(later.NUMDATE_other > later.NUMDATE) & (later.NUMDATE_other <= later.on)].row
        return held[~is_over & ~held.row.isin(changed)]

    @cached_property
    def tags(self) -> pd.DataFrame:
        """One row per subscriber of the newest S1. A missing value is null."""
        rows = pd.DataFrame(index=self.subscribers().USER_ID)
        for found in (self.service(), self.visits(), self.places(), self.families(), self.groups()):
            rows = rows.join(found)
        return rows

    def service(self) -> pd.DataFrame:
        rows = self.table("crm_service", EVENT, self.last(90), sep=",", encoding="gb18030")
        rows = rows[rows.KIND.isin(list("12345"))]
        found: dict[str, Any] = {}
        for user, all_events in rows.groupby("USER_ID"):
            month = all_events[all_events.day > self.on - timedelta(days=30)]
            complaints, replies = all_events[all_events.KIND == "3"], all_events[all_events.SATISFIED != ""]
            topics = complaints[complaints.TOPIC != ""].TOPIC
            cases = all_events[all_events.CASE != ""]
            asked = all_events[(all_events.KIND == "2") & (all_events.TOPIC != "")].TOPIC
            found[str(user)] = {
                "complaints_30d": (month.KIND == "3").sum(),
                "complaints_90d": len(complaints),
                "data_complaints_90d": topics.isin(["data_plan", "data_fee", "network"]).sum(),
                "days_since_complaint": (self.on - complaints.day.max()).days if len(complaints) else None,
                "repeated_complaints_90d": topics.duplicated().sum(),
                "open_cases": len(set(cases.CASE) - set(cases[cases.STATUS == "2"].CASE)),
                "ivr_calls_90d": (all_events.KIND == "1").sum(),
                "consultations_90d": (all_events.KIND == "2").sum(),
                "top_consultation_topic_90d": commonest(asked),
                "dissatisfied_replies_90d": (replies.SATISFIED == "0").sum(),
                "satisfied_share_90d": (replies.SATISFIED == "1").sum() * 1000 // len(replies) if len(replies) else None,
            }
        return self.of_all(found, zeros=("complaints", "calls", "consultations_90d", "replies", "cases"))

    def visits(self) -> pd.DataFrame:
        visits = self.whose(readable(self.table("channel_visit", VISIT, self.last(90))))
        external = self.whose(readable(self.table("external_contact", EXTERNAL, self.last(90), sep=",")).query("ARM != 'C'"))
        made = external.groupby("USER_ID").day
        found: dict[str, Any] = {}
        for user in {*visits.USER_ID, *external.USER_ID}:
            mine = visits[user == visits.USER_ID]
            contacts = list(made.get_group(user)) if user in made.groups else []
            hours = mine.TIME.str[8:10].astype(int)
            parts = hours[(hours >= 8) & (hours < 22)].map(lambda hour: PARTS[hour - 8])
            most = max(((parts == part).sum(), -place, part) for place, part in enumerate(dict.fromkeys(PARTS)))
            channel = commonest(mine.CHANNEL)
            # Ten visits more, spread evenly over the twelve channels that take visits.
            shares = (mine.CHANNEL.value_counts() * 12 + 10) * 1000 // ((len(mine) + 10) * 12)
            found[str(user)] = {
                "channel_visits_30d": (mine.day > self.on - timedelta(days=30)).sum(),
                "web_hall_visit_share_90d": shares.get("web_hall", 10_000 // ((len(mine) + 10) * 12)) if len(mine) else None,
                "top_visited_channel_90d": channel,
                "electronic_share_90d": (~mine.CHANNEL.isin(STAFFED)).sum() * 1000 // len(mine) if len(mine) else None,
                "days_since_visit": (self.on - mine.day.max()).days if len(mine) else None,
                "best_contact_time": most[2] if most[0] >= 2 else None,
                # Nobody was contacted by our lists before this night.
                "preferred_channel": channel if len(shares) and shares.max() >= 200 else None,
                "external_contacts_30d": sum(day > self.on - timedelta(days=30) for day in contacts),
                "days_since_contact": (self.on - max(contacts)).days if contacts else None,
                "contact_fatigue": sum(round(1000 * 0.5 ** ((self.on - day).days / 14)) for day in contacts),
            }
        return self.of_all(found, zeros=("visits", "external_contacts", "contact_fatigue"))

    def places(self) -> pd.DataFrame:
        rows = self.table("location", PLACE, self.last(30), sep="\x01")
        rows[MINUTES] = rows[MINUTES].apply(pd.to_numeric, errors="coerce")
        rows = self.whose(rows[rows[MINUTES].notna().all(axis=1)])
        home_city = self.subscribers().set_index("USER_ID").CITY
        (part,) = self.newest("cell_catalog")[max(self.newest("cell_catalog"))]
        masts = pd.read_csv(part, dtype={"CELL_ID": str}).set_index("CELL_ID")[["LONGITUDE_E6", "LATITUDE_E6"]] / 1e6
        rows = rows.assign(ALL=rows[MINUTES].sum(axis=1), away=rows.COUNTY.str[:4] != rows.USER_ID.map(home_city))
        rows["IN_OFFICE_HOURS"] = rows.WORK.where(rows.day.map(lambda day: day.weekday() < 5), 0)
        found: dict[str, Any] = {}
        for user, mine in rows.groupby("USER_ID"):
            night, office, every = (heaviest(mine.CELL, mine[band]) for band in ("NIGHT", "IN_OFFICE_HOURS", "ALL"))
            share = every / every.sum()
            nights = mine[mine.NIGHT > 0].day.nunique()
            at_home = night.iloc[0] * 1000 // night.sum() if len(night) else None
            away = mine[mine.away & (mine.ALL > 0)]
            others = [cell for cell in every.index[:3] if cell not in (*night.index[:1], *office.index[:1])]
            found[str(user)] = {
                "home_cell_30d": first(night),
                "home_cell_share_30d": at_home,
                "home_confidence": at_home * min(nights, 14) // 14 if len(night) else None,
                "work_cell_30d": first(office),
                "third_cell_30d": others[0] if others else None,
                "cells_30d": len(every),
                "cell_entropy_30d": round(1000 * -(share * np.log2(share)).sum()),
                "home_county_30d": first(heaviest(mine.COUNTY, mine.NIGHT)),
                "days_away_30d": away.day.nunique(),
                "roaming_county_30d": first(heaviest(away.COUNTY, away.ALL)),
                "activity_radius_m_30d": radius(masts.loc[every.index], every),
                "commute_m": distance(masts.loc[night.index[0]], masts.loc[office.index[0]]) if len(night) and len(office) else None,
            }
        return self.of_all(found, zeros=("cells_30d", "days_away"))

    def plans(self) -> pd.Series:
        """Data included in the data plans that each holds, up to a gigabyte."""
        kinds = self.catalogue("product_catalog").set_index("PRODUCT_CODE").KIND
        included = self.catalogue("tariff_catalog").set_index("PRODUCT_CODE").ALLOWANCE_BYTES.astype(float)
        held = self.held()
        plans = held[held.PRODUCT.map(kinds) == "data_plan"]
        return plans.PRODUCT.map(included).groupby(plans.USER_ID).sum().clip(upper=GIGABYTE)

    def families(self) -> pd.DataFrame:
        (part,) = self.newest("family_tie")[max(self.newest("family_tie"))]
        ties, today = pd.read_csv(part, sep="\t", dtype=str, keep_default_na=False), f"{self.on:%Y%m%d}"
        ties = ties[(today >= ties.START_DATE) & ((ties.END_DATE == "") | (today < ties.END_DATE))]
        members = self.whose(ties.rename(columns={"MEMBER_MSISDN": "MSISDN"}).assign(day=self.on))[["MAIN_USER_ID", "USER_ID", "TIE_KIND"]]
        mains = members.assign(USER_ID=members.MAIN_USER_ID).drop_duplicates()
        everybody, plans = pd.concat([mains, members]), self.plans()
        who = self.subscribers().set_index("USER_ID")
        live = set(who.index[self.is_live(who)])
        found: dict[str, Any] = {}
        for (_, kind), family in everybody.groupby(["MAIN_USER_ID", "TIE_KIND"]):
            for user in family.USER_ID:
                others = [other for other in family.USER_ID if other in live and other != user]
                found.setdefault(str(user), {}).update(
                    {
                        "family_home_member": kind == "2",
                        "family_size": len(set(family.USER_ID) & live),
                        "family_members_left": len(set(family.USER_ID) - live),
                        "family_with_data_plan": sum(other in plans.index for other in others),
                        "has_data_rich_family": any(plans.get(other, 0) >= GIGABYTE for other in others),
                    }
                )
        return self.of_all(found, zeros=("family_home_member", "has_data_rich"))

    def groups(self) -> pd.DataFrame:
        (part,) = self.newest("group_tie")[max(self.newest("group_tie"))]
        ties = pd.read_csv(part, dtype=str, encoding="gb18030", keep_default_na=False)
        who = self.subscribers().set_index("USER_ID")
        live = ties.USER_ID.isin(who.index[self.is_live(who)])
        size = live.groupby(ties.GROUP_ID).sum()
        holders = (live & ties.USER_ID.isin(self.plans().index)).groupby(ties.GROUP_ID).sum()
        found = {
            tie.USER_ID: {
                "company_group": tie.GROUP_ID,
                "is_group_key_person": tie.ROLE != "0",
                "group_size": size[tie.GROUP_ID],
                "group_data_plan_share": holders[tie.GROUP_ID] * 1000 // size[tie.GROUP_ID],
            }
            for tie in ties.itertuples()
        }
        return self.of_all(found, zeros=("is_group_key_person",))

    def of_all(self, found: dict[str, Any], zeros: tuple[str, ...]) -> pd.DataFrame:
        """The tags of every subscriber; columns whose names have one of the words are 0 for those without rows."""
        rows = pd.DataFrame.from_dict(found, orient="index").reindex(self.subscribers().USER_ID).astype(object)
        counted = [name for name in rows if any(word in name for word in zeros)]
        rows[counted] = rows[counted].where(rows[counted].notna(), 0)
        return rows


def readable(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows without planted faults: no cell is missing or has wrong bytes, the time is of the day, and codes are of the feed."""
    whole = ~rows.astype(str).apply(lambda cells: cells.str.contains("\ufffd|^nan$")).any(axis=1)
    dated = rows.TIME.str.fullmatch(r"\d{14}", na=False) & (rows.TIME.str[:8] == rows.day.map(lambda day: f"{day:%Y%m%d}"))
    codes = rows.MOMENT.str.fullmatch(r"\d\d", na=False) if "MOMENT" in rows else rows.ARM.isin(["T", "C", ""])
    return rows[whole & dated & codes]


def heaviest(keys: pd.Series, weights: pd.Series) -> pd.Series:
    """The weight of each key, the greatest first, of equals the first key; keys without weight are left out."""
    total = weights.groupby(keys).sum()
    total = total[total > 0].sort_index()
    return total.sort_values(ascending=False, kind="stable")


def first(weights: pd.Series) -> Any:
    return weights.index[0] if len(weights) else None


def commonest(values: pd.Series) -> Any:
    return first(heaviest(values, pd.Series(1, values.index)))


def distance(one: pd.Series, other: pd.Series) -> int:
    """Metres along the great circle."""
    (east, north), (other_east, other_north) = np.radians(one), np.radians(other)
    half = np.sin((other_north - north) / 2) ** 2 + np.cos(north) * np.cos(other_north) * np.sin((other_east - east) / 2) ** 2
    return round(2 * np.degrees(np.arcsin(np.sqrt(half))) * DEGREE)


def radius(masts: pd.DataFrame, weights: pd.Series) -> int:
    """The root of the mean squared distance from the centre, by weight."""
    centre = masts.mul(weights, axis=0).sum() / weights.sum()
    squares = [distance(mast, centre) ** 2 for _, mast in masts.iterrows()]
    return round(np.sqrt(np.average(squares, weights=weights)))
