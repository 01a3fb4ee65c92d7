"""The simulator's catalogues as frames of rows, with capacities and stocks so scarce that they bind."""

from datetime import date

import pandas as pd

from expectations.channels import CHANNELS
from simulator.catalogue import rows_of, volume
from tests.jobs.decide.provinces.drawn import COUNTIES, MANAGERS, Drawn


def catalogues(drawn: Drawn) -> dict[str, pd.DataFrame]:
    """Products, tariffs, resources, channels and the units of some, in force for ever."""
    people = len(drawn.province)

    def scarce(least: float, most: float) -> int | None:
        """A share of the people; sometimes without a limit."""
        return None if drawn.chance.random() < 0.2 else int(people * drawn.chance.uniform(least, most))

    made = {
        "products": [
            {
                **{"product": row["PRODUCT_CODE"], "product_name": row["PRODUCT_NAME"], "product_kind": row["KIND"]},
                "monthly_fee_fen": fen(row["MONTHLY_FEE"]),
            }
            for row in rows_of("product_catalog")
        ],
        "tariffs": [
            {
                **{"product": row["PRODUCT_CODE"], "monthly_fee_fen": fen(row["MONTHLY_FEE"])},
                **{"allowance_bytes": volume(row["ALLOWANCE_BYTES"]), "idle_allowance_bytes": volume(row["IDLE_ALLOWANCE_BYTES"])},
                "overage_fen_per_mb": int(row["OVERAGE_FEN_PER_MB"]) if row["OVERAGE_FEN_PER_MB"] else None,
                "margin_per_mille": int(row["MARGIN_PER_MILLE"]),
            }
            for row in rows_of("tariff_catalog")
        ],
        # Stock is used in expectation: so many are given as orders are expected.
        "resources": [
            {"resource": row["RESOURCE_CODE"], "unit_cost_fen": fen(row["UNIT_COST"]), "stock": scarce(0.002, 0.01)}
            for row in rows_of("resource_catalog")
        ],
        "channels": [
            {
                **{"channel": row["CHANNEL_CODE"], "mode": CHANNELS[row["CHANNEL_CODE"]].modes[0]},
                **{"contact_cost_fen": fen(row["CONTACT_COST"]), "daily_capacity": scarce(0.005, 0.06)},
            }
            for row in rows_of("channel_catalog")
        ],
    }
    made["units"] = [
        {"capacity": f"{channel} {code}", "channel": channel, "unit": unit, "unit_code": code, "county": None, "daily_capacity": most}
        for channel, unit, codes, most in (
            ("sms", "county", COUNTIES[::3], max(1, people // 1000)),
            ("crm", "county", COUNTIES[::5], max(1, people // 2000)),
            ("account_manager", "manager", MANAGERS[:2], 2),
        )
        for code in codes
    ]
    ever = {"day": date(2026, 3, 1), "known_on": date(2026, 3, 1), "valid_from": date(2020, 1, 1), "valid_to": None}
    return {name: pd.DataFrame([{**row, **ever} for row in rows], dtype=object) for name, rows in made.items()}


def fen(yuan: str) -> int:
    """Yuan as fen."""
    return round(float(yuan) * 100)
