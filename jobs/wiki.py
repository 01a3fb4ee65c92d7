"""The tag wiki of this repository: its files, with what the scenarios and models use."""

from collections.abc import Mapping

from expectations.channels import CHANNELS
from features.library import FAMILIES
from features.wiki.wiki import FOLDER, Page, Wiki, read_wiki
from models.library import MODELS
from scenarios.library import SCENARIOS
from scenarios.needs import columns_named


def wiki() -> Wiki:
    """Read the wiki. ContractError lists every fault of its files."""
    return read_wiki({family.name: [tag.column.name for tag in family.tags] for family in FAMILIES}, list(CHANNELS), FOLDER)


def pages() -> Mapping[str, Page]:
    """Return the page of every tag, families in their order. ContractError as `wiki`."""
    return wiki().pages(users_of_tags())


def users_of_tags() -> dict[str, tuple[str, ...]]:
    """Return for each tag the live scenarios (pilot or live) and the models that name it."""
    named = [(f"scenario {one.name}", columns_named(one)) for one in SCENARIOS if one.state in ("pilot", "live")]
    named += [(f"model {one.name}", set(one.features)) for one in MODELS]
    tags = [tag.column.name for family in FAMILIES for tag in family.tags]
    found = {tag: tuple(user for user, columns in named if tag in columns) for tag in tags}
    return {tag: users for tag, users in found.items() if users}
