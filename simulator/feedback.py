"""S12: the answers to a channel's lists as its feedback, in the channel's own form."""

from typing import Any

import numpy as np
import pyarrow as pa

from expectations.channels import CHANNELS
from expectations.feed import Feed
from expectations.feedback import OUTCOMES, REASONS, REPLIES
from simulator.answers import Answers
from simulator.catalogue import channels
from simulator.chance import Chance, Ints
from simulator.rendering import coded
from simulator.traits import Flags, Traits

_DAY_SECONDS, _MORNING = 86_400, 8 * 3600 + 1800
_AFTER_QUERY, _BROWSES, _REPLIES, _CONTENT = 0.2, 0.1, 0.1, 0.85
_AGREED = tuple(place for place, name in enumerate(OUTCOMES) if name.startswith("agreed"))
_SILENT = tuple(place for place, name in enumerate(OUTCOMES) if name == "unreached")


def feedback_values(feed: Feed, channel: str, answers: Answers, traits: Traits, chance: Chance, day: int) -> dict[str, Any]:
    """Return the columns of the channel's feedback of the day: a row for each thing that happened to each of its list rows."""
    form = CHANNELS[channel].feedback
    stages = [name for name, _ in form.stages] if form else []
    place = channels().index(channel)
    mine = np.flatnonzero(answers.channel == place)
    key = traits.subscriber[answers.row[mine]] * len(channels()) + place
    happened = _stages(answers, mine, key, chance, day, is_spoken=CHANNELS[channel].medium == "script")
    if "ordered_after_query" not in stages:
        happened["ordered"] = answers.takes[mine]
    if "tried" in stages:
        happened["ordered"] = answers.takes[mine] & ~answers.trial[mine]
    picked = [np.flatnonzero(happened.get(stage, np.zeros(len(mine), dtype=bool))) for stage in stages]
    at = np.concatenate([*picked, np.zeros(0, dtype=np.int64)])
    stage = np.repeat(np.arange(len(stages)), [len(rows) for rows in picked])
    order = np.lexsort((stage, traits.subscriber[answers.row[mine[at]]], at))
    at, stage = at[order], stage[order]
    of = mine[at]
    is_first = np.isin(stage, [stages.index(name) for name in ("accepted", "rejected") if name in stages])
    contact = _MORNING + 1800 + chance.below(8 * 3600, "contact second", day, key[at])
    second = np.where(is_first, _MORNING, contact + 60 * stage)
    satisfied = (chance.uniform("content", day, key[at]) >= _CONTENT).astype(np.int64)
    texts = {
        "happened_at": (day * _DAY_SECONDS + second).astype("datetime64[s]"),
        "scenario": answers.scenario.take(pa.array(of)),
        "step": answers.step.take(pa.array(of)),
        "list_date": np.full(len(of), np.datetime64(answers.night, "D")),
        "recipient": answers.number[of],
        "contact_id": answers.contact_id.take(pa.array(of)),
        "stage": coded(stage, tuple(stages)),
        "reason": coded(_only(stage, stages, "rejected", answers.reason[of]), REASONS),
        "outcome": coded(_only(stage, stages, "outcome", answers.outcome[of]), tuple(OUTCOMES)),
        "satisfaction": coded(_only(stage, stages, "satisfaction", satisfied), REPLIES),
    }
    return {field.name: texts[str(field.to)] for field in feed.fields}


def _only(stage: Ints, stages: list[str], name: str, values: Ints) -> Ints:
    """Return the values in the rows of one stage, -1 elsewhere."""
    return np.where(stage == (stages.index(name) if name in stages else -1), values, -1)


def _stages(answers: Answers, mine: Ints, key: Ints, chance: Chance, day: int, is_spoken: bool) -> dict[str, Flags]:
    """Return which list rows of a channel reach each stage that some channel reports.

    Only a channel in which somebody speaks can say that a customer was not reached.
    """
    accepted, delivered, reached = answers.reason[mine] < 0, answers.delivered[mine], answers.reached[mine]
    takes, outcome = answers.takes[mine], answers.outcome[mine]
    after_query = takes & (chance.uniform("after query", day, key) < _AFTER_QUERY)
    replied = (outcome >= 0) & ~np.isin(outcome, _SILENT)
    browses = reached & (chance.uniform("browses", day, key) < _BROWSES)
    return {
        "accepted": accepted & answers.is_new[mine],
        "rejected": ~accepted & answers.is_new[mine],
        **dict.fromkeys(("sent", "dialled", "visited"), accepted),
        **dict.fromkeys(("delivered", "popped_up", "shown", "played", "recommended", "appended"), delivered),
        **dict.fromkeys(("reached", "read", "query_clicked"), reached),
        "replied": replied,
        "replied_validly": replied & (np.isin(outcome, _AGREED) | browses),
        **dict.fromkeys(("agreed", "confirmed"), takes),
        "tried": takes & answers.trial[mine],
        "buy_clicked": takes & ~after_query | browses,
        "ordered": takes & ~after_query,
        "ordered_after_query": after_query,
        "outcome": replied | is_spoken & (outcome >= 0),
        "satisfaction": reached & (chance.uniform("replies", day, key) < _REPLIES),
    }
