"""What the night should say, worked out by pandas from the raw extract files alone: no line of the pipeline is used.

Deliveries are taken as a person would: the newest file of a data date that lay in a landing folder by the night.
"""

import hashlib
import hmac
import re
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

MB = 1 << 20
TERMINAL = {"50", "51", "52", "60", "70"}
SUBSCRIBER = """
    USER_ID MSISDN BRAND SUB OPEN CHANNEL NUMDATE STATE STATEDATE BOOKED BUNDLE PHONE IMEI CITY COUNTY CREDIT VIP POINTS
    CLASS STOPTYPE STOPDATE RETAINED FROZEN ENTRYIMEI REMARK
""".split()  # noqa: SIM905
ORDER = ["ORDER_ID", "USER_ID", "PRODUCT", "CHANNEL", "SOURCE", "ORDERED", "CANCELLED", "EFF", "EXP"]
USE = ["USER_ID", "DAY", "LOCAL", "ROAM", "LONG", "OFFNET", "SMS", "B2G", "B3G", "B4G", "WLAN", "IDLE", "FEE"]
WEB = ["TIME", "MSISDN", "URL", "AGENT", "RAT", "CELL", "UP", "DOWN", "STATUS"]
BILL = ["USER_ID", "MONTH", "TOTAL", "PLAN", "DATAPLAN", "OUTSIDE", "VOICE", "SMSFEE", "SERVICE", "ALLOW", "USED", "OWED"]


def token(key: bytes, kind: str, raw: str) -> str:
    return hmac.new(key, f"{kind}:{raw}".encode(), hashlib.sha256).hexdigest()[:32]


class Oracle:
    """The raw extracts as known on a business date."""

    def __init__(self, home: Path, on: date) -> None:
        self.home, self.on = home, on
        self.key = (home / "vault" / "token.key").read_bytes()

    def newest(self, feed: str) -> dict[date, list[Path]]:
        """Part files of the newest delivery of each data date that had arrived by the night."""
        chosen: dict[date, tuple[tuple[str, str], list[Path]]] = {}
        for check in (self.home / "landing").glob(f"*/{feed}/*.chk"):
            arrived = check.parent.parent.name
            found = re.fullmatch(rf"{feed}_(\d{{8}})_(\d{{2}})\.chk", check.name)
            assert found, check
            day = date(int(found[1][:4]), int(found[1][4:6]), int(found[1][6:]))
            rank = (arrived, found[2])
            if arrived <= f"{self.on}" and day <= self.on and (day not in chosen or rank > chosen[day][0]):
                parts = [p for p in check.parent.glob(f"{check.stem}_*") if p.suffix != ".chk"]
                chosen[day] = (rank, sorted(parts))
        return {day: parts for day, (_, parts) in chosen.items()}

    def table(self, feed: str, names: list[str], days: "set[date] | None" = None, **reading: object) -> pd.DataFrame:
        """The rows of these data dates as text, rows with the wrong shape or broken cells left out by `whole`."""
        frames = []
        for day, parts in sorted(self.newest(feed).items()):
            if days is None or day in days:
                for part in parts:
                    options = {"sep": "|", "header": None, "names": names, "dtype": str, "keep_default_na": False, **reading}
                    frames.append(pd.read_csv(part, on_bad_lines="skip", encoding_errors="replace", **options).assign(day=day))
        return pd.concat(frames, ignore_index=True)

    def subscribers(self, days: "set[date] | None" = None) -> pd.DataFrame:
        """The newest full extract, or those of these data dates; rows that can be read."""
        wanted = days or {max(self.newest("boss_subscriber"))}
        rows = self.table("boss_subscriber", SUBSCRIBER, wanted, encoding="gb18030", quoting=3)
        readable = rows.VIP.isin(list("0123")) & rows.STATE.isin(["10", "20", "25", "30", "40", *TERMINAL]) & _dates(rows.OPEN)
        return rows[readable & _dates(rows.STATEDATE) & _dates(rows.NUMDATE) & rows.BRAND.isin(list("123"))]

    def requests(self, first: date, last: date) -> pd.DataFrame:
        """WAP requests of these days by USER_ID: of all who were ever said to have the number, who had it last by the day of the request.

        Left out are requests after a terminal state, of a number its holder had changed by then, and of a number nobody had.
        """
        days = {first + timedelta(days=n) for n in range((last - first).days + 1)}
        rows = self.table("wap_log", WEB, days, sep="\x01", quoting=3)
        figures = rows[["UP", "DOWN", "STATUS"]].apply(pd.to_numeric, errors="coerce")
        dated = rows.day.map(lambda day: f"{day:%Y%m%d}") == rows.TIME.str[:8]
        fine = dated & _dates(rows.TIME, "%Y%m%d%H%M%S") & (figures >= 0).all(axis=1) & rows.URL.str.match(r"[a-z]+://[^/:?#@]+")
        # The gateway logs a few requests twice.
        once = rows[fine].drop_duplicates(["MSISDN", "TIME", "URL", "UP", "DOWN"])
        asked = once.assign(BYTES=figures.UP + figures.DOWN, on=rows.day.map(lambda day: f"{day:%Y%m%d}")).reset_index(names="request")
        told = self.subscribers(set(self.newest("boss_subscriber"))).sort_values("day", kind="stable")
        had = told.groupby(["USER_ID", "MSISDN"], as_index=False).last()[["USER_ID", "MSISDN", "NUMDATE", "STATE", "STATEDATE"]]
        by_number = asked.merge(had, on="MSISDN").query("NUMDATE <= on").sort_values("NUMDATE").groupby("request").tail(1)
        is_over = by_number.STATE.isin(TERMINAL) & (by_number.on >= by_number.STATEDATE)
        later = by_number[["request", "USER_ID", "NUMDATE", "on"]].merge(had[["USER_ID", "NUMDATE"]], on="USER_ID", suffixes=("", "_other"))
        changed = later[(later.NUMDATE_other > later.NUMDATE) & (later.NUMDATE_other <= later.on)].request
        return by_number[~is_over & ~by_number.request.isin(changed)]

    def use(self, first: date, last: date) -> pd.DataFrame:
        """Usage of these days with numbers as numbers, unreadable rows left out."""
        days = {first + timedelta(days=n) for n in range((last - first).days + 1)}
        rows = self.table("boss_usage", USE, days)
        figures = ["LOCAL", "ROAM", "LONG", "OFFNET", "SMS", "B2G", "B3G", "B4G", "WLAN", "IDLE"]
        numbers = rows[figures].apply(pd.to_numeric, errors="coerce")
        fee = pd.to_numeric(rows.FEE, errors="coerce")
        dated = rows.day.map(lambda day: f"{day:%Y%m%d}") == rows.DAY
        fine = numbers.notna().all(axis=1) & (numbers >= 0).all(axis=1) & fee.ge(0) & dated
        out = rows[["USER_ID", "day"]].join(numbers).assign(FEE=(fee * 100).round())[fine]
        return out.assign(DATA=out.B2G + out.B3G + out.B4G)

    def orders(self) -> pd.DataFrame:
        """The newest state of every order line."""
        rows = self.table("boss_subscription", ORDER, sep="\t")
        return rows.sort_values("day", kind="stable").groupby("ORDER_ID").tail(1)

    def held(self) -> pd.DataFrame:
        """Order lines in force on the night."""
        orders, today = self.orders(), f"{self.on:%Y%m%d}"
        return orders[(today >= orders.EFF) & ((orders.EXP == "") | (today < orders.EXP))]

    def catalogue(self, feed: str) -> pd.DataFrame:
        newest = max(self.newest(feed))
        (part,) = self.newest(feed)[newest]
        return pd.read_csv(part, encoding="gb18030", dtype=str, keep_default_na=False)

    def months(self) -> list[tuple[date, date]]:
        """First and last day of the three closed months, newest first."""
        out, first = [], self.on.replace(day=1)
        for _ in range(3):
            last = first - timedelta(days=1)
            first = last.replace(day=1)
            out.append((first, last))
        return out

    @staticmethod
    def is_live(who: pd.DataFrame) -> pd.Series:
        return ~who.STATE.isin(TERMINAL)

    @cached_property
    def facts(self) -> pd.DataFrame:
        """One row per subscriber: what audiences, best fit and the chosen tags need."""
        who = self.subscribers().set_index("USER_ID")
        row = pd.DataFrame({"state": who.STATE, "city": who.CITY, "open": pd.to_datetime(who.OPEN)}, index=who.index)
        row["is_live"] = self.is_live(who)
        row["is_high_value"] = who.VIP != "0"
        ended = pd.to_datetime(who.STATEDATE).where(~row.is_live, pd.Timestamp(self.on)).clip(upper=pd.Timestamp(self.on))
        row["tenure_days"] = (ended - row.open).dt.days
        for number, (first, last) in enumerate(self.months(), start=1):
            use = self.use(first, last).groupby("USER_ID")[["DATA", "IDLE"]].sum()
            there = row.open.dt.date <= last
            row[f"data_{number}"] = use.DATA.reindex(row.index).fillna(0).where(there)
            row[f"idle_{number}"] = use.IDLE.reindex(row.index).fillna(0).where(there)
        recent = self.use(self.on - timedelta(days=29), self.on)
        for name, column in {
            "data_bytes_30d": "DATA",
            "wlan_bytes_30d": "WLAN",
            "sms_count_30d": "SMS",
            "data_fee_outside_fen_30d": "FEE",
        }.items():
            row[name] = recent.groupby("USER_ID")[column].sum().reindex(row.index).fillna(0)
        row["idle_bytes_30d"] = recent.groupby("USER_ID").IDLE.sum().reindex(row.index).fillna(0)
        asked = self.requests(self.on - timedelta(days=29), self.on).groupby("USER_ID").BYTES
        row["content_requests_30d"] = asked.count().reindex(row.index).fillna(0)
        row["content_bytes_30d"] = asked.sum().reindex(row.index).fillna(0)
        return self._with_bills(self._with_products(row))

    def _with_products(self, row: pd.DataFrame) -> pd.DataFrame:
        kinds = self.catalogue("product_catalog").set_index("PRODUCT_CODE").KIND
        tariffs = self.catalogue("tariff_catalog").set_index("PRODUCT_CODE")
        held = self.held().assign(kind=lambda h: h.PRODUCT.map(kinds))
        allowance = held.PRODUCT.map(tariffs.ALLOWANCE_BYTES.astype(float)).fillna(0)
        for kind in ("data_plan", "idle_pack"):
            row[f"holds_{kind}"] = row.index.isin(held[held.kind == kind].USER_ID)
        included = allowance.where(held.kind.isin(["base_plan", "data_plan"]), 0).groupby(held.USER_ID).sum()
        row["included"] = included.reindex(row.index).fillna(0)
        idle = held.PRODUCT.map(tariffs.IDLE_ALLOWANCE_BYTES.astype(float)).fillna(0)
        row["idle_included"] = idle.where(held.kind == "idle_pack", 0).groupby(held.USER_ID).sum().reindex(row.index).fillna(0)
        base = held[held.kind == "base_plan"]
        row["base_bytes"] = allowance[base.index].groupby(base.USER_ID).sum().reindex(row.index).fillna(0)
        price = pd.to_numeric(tariffs.OVERAGE_FEN_PER_MB)
        by_kind = {kind: held[held.kind == kind].sort_values(["EFF", "ORDERED", "ORDER_ID"]) for kind in ("data_plan", "base_plan")}
        plan, base_plan = (of_kind.groupby("USER_ID").PRODUCT.last().map(price).reindex(row.index) for of_kind in by_kind.values())
        row["rate"] = plan.fillna(base_plan)
        return row

    def _with_bills(self, row: pd.DataFrame) -> pd.DataFrame:
        firsts = [first for first, _ in self.months()]
        bills = self.table("boss_bill", BILL, set(firsts), sep=",")
        fen = bills[["TOTAL", "OUTSIDE"]].astype(float).mul(100).round()
        last = bills.day == firsts[0]
        row["bill_outside_1m"] = fen.OUTSIDE[last].groupby(bills.USER_ID[last]).sum().reindex(row.index)
        row["bill_fen_3m"] = fen.TOTAL.groupby(bills.USER_ID).sum().reindex(row.index)
        return row

    def audience(self, scenario: str) -> set[str]:
        """User ids whom domain C10 or C11 is meant for."""
        row = self.facts
        if scenario == "c10":
            wanted = row.is_live & ~row.holds_data_plan & (row.base_bytes == 0) & (row.bill_outside_1m > 0)
        else:
            wanted = row.is_live & ~row.holds_idle_pack & (row.idle_1 > 0)
        return set(row.index[wanted])

    def best_fit(self, kind: str) -> dict[str, "tuple[str | None, int]"]:
        """User id -> (product or None, saving in fen) by pricing each closed month under every product of the kind."""
        products = self.catalogue("product_catalog")
        tariffs = self.catalogue("tariff_catalog").set_index("PRODUCT_CODE")
        codes = products[kind == products.KIND].PRODUCT_CODE
        out: dict[str, tuple[str | None, int]] = {}
        for user, row in self.facts.iterrows():
            months = [(int(row[f"data_{n}"]), int(row[f"idle_{n}"])) for n in (1, 2, 3) if not np.isnan(row[f"data_{n}"])]
            if not months or np.isnan(row.rate):
                out[str(user)] = (None, 0)
                continue
            stay = sum(_started(d - row.included - min(i, row.idle_included)) * row.rate for d, i in months) // len(months)
            offers = []
            for code in codes:
                t = tariffs.loc[code]
                fee, inside, idle_inside = (float(t[c]) for c in ("MONTHLY_FEE", "ALLOWANCE_BYTES", "IDLE_ALLOWANCE_BYTES"))
                rate = float(t.OVERAGE_FEN_PER_MB) if t.OVERAGE_FEN_PER_MB else row.rate
                cost = [fee * 100 + _started(d - row.included - min(i, row.idle_included + idle_inside) - inside) * rate for d, i in months]
                offers.append((sum(cost) // len(months), fee, code))
            bill, _, code = min(offers)
            out[str(user)] = (code, int(stay - bill)) if bill < stay else (None, 0)
        return out


def _started(size: float) -> int:
    """Started megabytes."""
    return max(0, -int(-size // MB)) if size > 0 else 0


def _dates(texts: pd.Series, form: str = "%Y%m%d") -> pd.Series:
    return pd.to_datetime(texts, format=form, errors="coerce").notna()
