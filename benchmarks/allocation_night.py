"""A night's choice as `decide_contacts` makes it, from the numbers that Spark hands over: `python -m benchmarks.allocation_night`.

The policy is the province's own: caps, conflicts, exploration, control groups. The offers are made: `--customers 1000000 --pairs 26`.
"""

import argparse
import resource
import sys
import time

import numpy as np
import pyarrow as pa

from scenarios.capacity import Capacity
from scenarios.chosen import choose
from scenarios.contacted import USED
from scenarios.library import SCENARIOS
from scenarios.limits import Activity, Offers, activities_of

ACTIVITIES, COUNTIES = 60, 30


def offers_of(customers: int, pairs: int) -> tuple[pa.Table, list[Activity]]:
    """Return offers of so many customers, `pairs` of them each, in the form of `Offers`."""
    rng = np.random.default_rng(1)
    every = activities_of(SCENARIOS, {"sms": "active", "outbound_call": "active", "mms": "active"})
    activities = [every[place * len(every) // ACTIVITIES] for place in range(ACTIVITIES)]
    drawn = [np.argsort(rng.random((len(some), ACTIVITIES)))[:, :pairs] for some in np.array_split(np.arange(customers), 100)]
    activity = np.sort(np.concatenate(drawn), axis=1).astype(np.int16).ravel()
    customer, number = np.repeat(np.arange(customers), pairs), len(activity)
    county = pa.array(np.sort(rng.integers(0, COUNTIES, customers))[customer].astype(np.int16))
    numbers = {
        "row": np.arange(number),
        "activity": activity,
        "who": customer,
        "city": np.full(number, "a"),
        "served_by": pa.nulls(number, pa.string()),
        "most_contacts_30d": np.full(number, 8, np.int16),
        "value_fen": rng.integers(-50, 2000, number),
        "effect_ppm": rng.integers(1000, 50_000, number).astype(np.int32),
        "contact_fen": np.full(number, 5, np.int16),
        "resource_fen": np.full(number, 500, np.int16),
        "is_held_out": rng.random(customers)[customer] < 0.1,
        "explore_draw": rng.integers(0, 1_000_000, number).astype(np.int32),
        **dict.fromkeys(USED, np.zeros(number, np.int16)),
    }
    counties = pa.DictionaryArray.from_arrays(county, pa.array([f"county {n:02}" for n in range(COUNTIES)])).cast(pa.string())
    return pa.table({"county": counties, **numbers}), activities


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, default=9, help="offers of each customer, at most 60")
    asked = parser.parse_args()
    many = asked.customers
    offers = Offers(*offers_of(many, asked.pairs))
    began = time.process_time()
    capacities = [Capacity("sms", many // 4), Capacity("outbound_call", many // 200), Capacity("web_hall", many // 3)]
    told = choose(offers, SCENARIOS, capacities, {"credit_5": many // 50}, ()).told
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    size = f"{many:,} customers, {len(offers.row):,} offers"
    sys.stdout.write(f"{size}: gap {told.gap:.1e}, {time.process_time() - began:.0f} processor s, peak {peak:.1f} GB\n")


if __name__ == "__main__":
    main()
