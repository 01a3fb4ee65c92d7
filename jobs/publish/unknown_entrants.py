"""What a counter offers to customers who joined after the business date, so that no list has them: one row per county (C13).

A customer who joined earlier and is in no list was excluded or is held out, so the counter must not make this offer to them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from expectations.channel import ListForm
from jobs.publish.list_files import ListFile
from jobs.publish.outbox import Part
from scenarios.calendar import import_day
from scenarios.library import SCENARIOS
from scenarios.message import columns_of
from scenarios.scenario import Scenario
from scenarios.timing import Step
from scenarios.variants import of_channel

COLUMNS = ("county", "scenario", "step", "product", "product_name", "resource", "resource_name", "message")


@dataclass(frozen=True)
class DefaultOffer:
    """A step's offer to unknown entrants."""

    scenario: Scenario
    step: Step

    @property
    def product(self) -> str:
        """The product's code."""
        return str(self.step.unknown_entrants)

    @property
    def resource(self) -> str | None:
        """The resource's code, or None."""
        return self.scenario.resource_of(self.step).code


def default_offers(on: date) -> list[DefaultOffer]:
    """Return the offers to unknown entrants of the scenarios that are live when the lists of business date `on` are imported.

    A pilot makes no such offer: its share is drawn by subscriber id, and these customers have none yet.
    """
    running = [scenario for scenario in SCENARIOS if scenario.state == "live" and scenario.holds_on(import_day(on))]
    return [DefaultOffer(scenario, step) for scenario in running for step in scenario.timing.steps if step.unknown_entrants]


def write_default(path: Path, offer: DefaultOffer, counties: Mapping[str, str], names: Mapping[str, str]) -> Part:
    """Write the offer for each county and return the file. `counties` have their cities, `names` are of products and resources by code.

    A county whose overrides leave out customers of whom nothing is known, or the step's channel, has no row.
    The message is the first variant that needs no figure of the subscriber, because no figures are known; empty if there is none.
    """
    texts = [variant.text for variant in of_channel(offer.scenario.variants_of(offer.step), offer.step.channel)]
    told = [text.format(product_name=names.get(offer.product)) for text in texts if columns_of(text) == {"product_name"}]
    message = told[0] if told else None
    row = {"scenario": offer.scenario.name, "step": offer.step.name, "product": offer.product, "product_name": names.get(offer.product)}
    row |= {"resource": offer.resource, "resource_name": names.get(offer.resource or ""), "message": message}
    file = ListFile(path, ListForm(columns=COLUMNS))
    overrides, channel = offer.scenario.overrides, offer.step.channel
    for county in sorted(counties):
        if all(one.leaves_unknown(channel) for one in overrides if one.holds(counties[county], county)):
            file.add({"county": county, **row})
    file.close()
    return Part(path, file.rows, file.size, file.sha256)
