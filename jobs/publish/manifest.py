"""The manifest of a list: what a channel's engineer needs to read and to use it."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from expectations.channel import UNKNOWN_ENTRANTS
from expectations.channels import CHANNELS
from jobs.publish.key import Key
from jobs.publish.outbox import Part
from scenarios.calendar import days_off, feedback_by, import_day, valid_to
from scenarios.scenario import Scenario

# Version of manifest and files; raised when the form of either changes.
SCHEMA_VERSION = 2


def manifest_of(
    key: Key, scenario: Scenario, parts: Mapping[str | None, Part], unknown_entrants: Part | None, cities: Collection[str], on: date
) -> tuple[dict[str, Part], dict[str, Any]]:
    """Return the list's files by name, and its manifest, which lists cities without rows too.

    `parts` are by city (None: the province); `unknown_entrants` is the offer to customers who are in no list.
    """
    channel, step = CHANNELS[key.channel], scenario.timing.step(key.step)
    form = channel.form
    files, entries = dict[str, Part](), []
    for city in sorted({*cities, *parts}, key=str) if form.by_city else [None]:
        part = parts.get(city)
        name = form.named(city=city, scenario=key.scenario, step=key.step, on=on) if part else None
        if name and part:
            files[name] = part
        entries.append({"city": city, "file": name, **(part.described if part else {"rows": 0})})
    default = None
    if unknown_entrants:
        files[UNKNOWN_ENTRANTS] = unknown_entrants
        default = {"file": UNKNOWN_ENTRANTS, "entered_after": f"{on}", **unknown_entrants.described}
    written = [*entries, *([default] if default else [])]
    manifest = {
        "channel": key.channel,
        "channel_label": channel.label,
        "scenario": key.scenario,
        "scenario_label": scenario.label,
        "owner": scenario.owner,
        "level": scenario.level,
        "step": key.step,
        "business_date": f"{on}",
        "publish_by": f"{channel.publish_by:%H:%M}",
        "valid_from": f"{import_day(on)}",
        "valid_to": f"{valid_to(scenario, step, on)}",
        "days_off": [f"{day}" for day in days_off(scenario, step, key.channel, on)],
        **channel.hours,
        "feedback_by": f"{feedback_by(scenario, step, on)}",
        "moments": list(channel.moments),
        "schema_version": SCHEMA_VERSION,
        **form.described,
        "run_id": hashlib.sha256("".join(str(entry.get("sha256")) for entry in written).encode()).hexdigest()[:16],
        "files": entries,
        "unknown_entrants": default,
    }
    return files, manifest
