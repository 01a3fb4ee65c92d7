"""Orders and cancellations: what a subscriber does with products on a day, unprompted or after a contact."""

from dataclasses import dataclass, fields

import numpy as np

from simulator.catalogue import DATA_PLAN, IDLE_PACK, SERVICE, TOP_UP_PACK, products
from simulator.chance import Chance, Floats, Ints
from simulator.contacts import Prompts
from simulator.days import NEVER, dates
from simulator.lives import Lives, best_tier
from simulator.traits import Flags, Traits
from simulator.usage import allowances

# The family of a line: one of the four kinds with their own behaviour, or FIRST_SERVICE plus the position of a service.
BASE, DATA, IDLE, TOP_UP, FIRST_SERVICE = range(5)
INITIAL_SOURCES = np.array([0.80, 0.06, 0.14])
LATER_SOURCES = np.array([0.88, 0.10, 0.02])
SOURCES = ("paid", "trial", "bundled")
# A trial ends after so many days. It is bought with the first probability, less the second times the price sensitivity.
TRIAL_DAYS, TRIAL_BOUGHT, TRIAL_PRICE = 15, 0.7, 0.4


@dataclass(frozen=True)
class Lines:
    """Order lines that are new or changed on a day.

    `row` is the position in the chunk, `channel` -1 when unprompted. `trial` marks lines that were taken for a trial.
    """

    row: Ints
    family: Ints
    product: Ints
    since: Ints
    ended: Ints
    channel: Ints
    trial: Flags


_COLUMNS = [field.name for field in fields(Lines)]


class _Book:
    """Collects a day's lines."""

    def __init__(self) -> None:
        nothing = np.zeros(0, dtype=np.int64)
        self._parts = [Lines(nothing, nothing, nothing, nothing, nothing, nothing, nothing.astype(bool))]

    def add(
        self,
        who: Flags,
        family: int,
        product: Ints,
        since: Ints,
        ended: int | Ints,
        channel: Ints | None = None,
        trial: Flags | None = None,
    ) -> None:
        """Lines of those marked; the arrays are as long as the chunk."""
        rows = np.flatnonzero(who)
        if len(rows):
            part = Lines(
                row=rows,
                family=np.full(len(rows), family),
                product=product[rows],
                since=since[rows],
                ended=np.full(len(rows), ended) if isinstance(ended, int) else ended[rows],
                channel=np.full(len(rows), -1) if channel is None else channel[rows],
                trial=np.zeros(len(rows), dtype=bool) if trial is None else trial[rows],
            )
            self._parts.append(part)

    def lines(self) -> Lines:
        """All lines so far, in the order of subscribers."""
        columns = {name: np.concatenate([getattr(part, name) for part in self._parts]) for name in _COLUMNS}
        order = np.lexsort((columns["since"], columns["family"], columns["row"]))
        return Lines(**{name: column[order] for name, column in columns.items()})


def order_ids(since: Ints, family: Ints, subscriber: Ints) -> Ints:
    """Return the order line's number: the day as yyyymmdd, the family, the subscriber."""
    civil = dates(since).astype("datetime64[M]").astype(np.int64)
    in_month = (dates(since) - dates(since).astype("datetime64[M]")).astype(np.int64) + 1
    return ((1970 + civil // 12) * 10_000 + (civil % 12 + 1) * 100 + in_month) * 10**11 + family * 10**9 + subscriber


def drawn_sources(chance: Chance, order: Ints, is_first: Flags) -> Ints:
    """Return the position in SOURCES of an unprompted order of a service; `is_first` marks orders at network entry."""
    return np.where(is_first, *(chance.choice(shares, "order source", 0, order) for shares in (INITIAL_SOURCES, LATER_SOURCES)))


def in_force(lives: Lives, traits: Traits, terminal: Flags, day: int) -> Lines:
    """Every order line in force on the day: what a first delivery carries."""
    book = _Book()
    here = (traits.entry <= day) & ~terminal
    book.add(here, BASE, traits.base_plan, traits.entry, NEVER)
    book.add(here & (lives.data_plan >= 0) & (lives.data_since <= day), DATA, lives.data_plan, lives.data_since, NEVER, lives.data_channel)
    book.add(here & (lives.idle_pack >= 0) & (lives.idle_since <= day), IDLE, lives.idle_pack, lives.idle_since, NEVER, lives.idle_channel)
    for k in range(lives.service_since.shape[1]):
        since, channel = lives.service_since[:, k], lives.service_channel[:, k]
        book.add(here & (since <= day), FIRST_SERVICE + k, np.full(len(here), k), since, NEVER, channel, lives.trial_since[:, k] != NEVER)
    return book.lines()


@dataclass(frozen=True)
class Scene:
    """What a day's decisions depend on beside the lives: who is active, whose subscription closes today, who was contacted."""

    traits: Traits
    chance: Chance
    day: int
    active: Flags
    closes: Flags
    prompts: Prompts

    def happens(self, purpose: str, hazard: Floats | float) -> Flags:
        """Who meets a chance of so much today."""
        return self.chance.uniform(purpose, self.day, self.traits.subscriber) < hazard


def decide(lives: Lives, scene: Scene, month_end: int) -> Lines:
    """Change the lives by the day's orders and cancellations, and return the new and the changed lines.

    A cancelled product is not in service on that day.
    """
    book, traits, day = _Book(), scene.traits, scene.day
    book.add(traits.entry == day, BASE, traits.base_plan, traits.entry, NEVER)
    book.add(scene.closes, BASE, traits.base_plan, traits.entry, day)
    _data_plan(book, lives, scene)
    _idle_pack(book, lives, scene)
    _top_up(book, lives, scene, month_end)
    _services(book, lives, scene)
    return book.lines()


def _data_plan(book: _Book, lives: Lives, scene: Scene) -> None:
    """Order, change and cancel data plans.

    Fees outside a package and appetite make an order likelier, price sensitivity less likely. A plan that is too small is changed for the
    next.
    """
    traits, day, held = scene.traits, scene.day, lives.data_plan >= 0
    book.add(held & (lives.data_since == day), DATA, lives.data_plan, lives.data_since, NEVER)
    settled = held & (lives.data_since < day)
    monthly_yuan = lives.fee_pace * 0.3
    push = 1.0 * np.log1p(monthly_yuan) + 0.35 * np.log(traits.appetite / 1_150_000) - 2.2 * (traits.price_sensitivity - 0.5)
    hazard = np.where(traits.data_user, (0.00062 * np.exp(push)).clip(max=0.03), 0.00008)
    starts = scene.active & ~held & scene.happens("order data plan", hazard)
    prompted = scene.active & ~held & ~starts & (scene.prompts.product[DATA_PLAN] >= 0)
    plans = products()[DATA_PLAN]
    tight = lives.data_pace * 30 > 1.3 * plans.allowance[lives.data_plan]
    top, size = len(plans.codes) - 1, np.argsort(plans.by_size)[lives.data_plan]
    grows = settled & scene.active & tight & (size < top) & scene.happens("change data plan", 0.002)
    leaves = scene.happens("cancel data plan", np.where(lives.onset <= day, 0.004, 0.0011)) | scene.prompts.drops
    drops = settled & scene.active & ~grows & leaves
    book.add(grows | drops | (scene.closes & held), DATA, lives.data_plan, lives.data_since, day)
    whim = scene.chance.normal("tier", day, traits.subscriber)
    unprompted = np.where(grows, plans.by_size[(size + 1).clip(max=top)], best_tier(lives.data_pace * 30 * 1.3, whim))
    choice = np.where(prompted, scene.prompts.product[DATA_PLAN], unprompted)
    begins = starts | prompted | grows
    lives.data_plan = np.where(begins, choice, np.where(drops | scene.closes, -1, lives.data_plan))
    lives.data_since = np.where(begins, day, np.where(drops | scene.closes, NEVER, lives.data_since))
    lives.data_channel = np.where(prompted, scene.prompts.channel[DATA_PLAN], np.where(begins | drops, -1, lives.data_channel))
    book.add(begins, DATA, lives.data_plan, lives.data_since, NEVER, lives.data_channel)


def _idle_pack(book: _Book, lives: Lives, scene: Scene) -> None:
    """Order and cancel idle packs: as data plans, by usage in idle hours."""
    traits, day, held = scene.traits, scene.day, lives.idle_pack >= 0
    book.add(held & (lives.idle_since == day), IDLE, lives.idle_pack, lives.idle_since, NEVER)
    push = 0.8 * np.log1p(lives.idle_pace * 30 / 5e6) - 1.5 * (traits.price_sensitivity - 0.5)
    hazard = np.where(traits.data_user, (0.00022 * np.exp(push)).clip(max=0.02), 0.0)
    starts = scene.active & ~held & scene.happens("order idle pack", hazard)
    prompted = scene.active & ~held & ~starts & (scene.prompts.product[IDLE_PACK] >= 0)
    drops = held & (lives.idle_since < day) & scene.active & scene.happens("cancel idle pack", np.where(lives.onset <= day, 0.005, 0.0016))
    book.add(drops | (scene.closes & held), IDLE, lives.idle_pack, lives.idle_since, day)
    packs = products()[IDLE_PACK]
    # The smallest that is large enough, else the largest.
    fitting = packs.by_size[np.searchsorted(packs.idle_allowance[packs.by_size][:-1], lives.idle_pace * 30)]
    begins = starts | prompted
    lives.idle_pack = np.where(
        prompted, scene.prompts.product[IDLE_PACK], np.where(starts, fitting, np.where(drops | scene.closes, -1, lives.idle_pack))
    )
    lives.idle_since = np.where(begins, day, np.where(drops | scene.closes, NEVER, lives.idle_since))
    lives.idle_channel = np.where(prompted, scene.prompts.channel[IDLE_PACK], np.where(begins | drops, -1, lives.idle_channel))
    book.add(begins, IDLE, lives.idle_pack, lives.idle_since, NEVER, lives.idle_channel)


def _top_up(book: _Book, lives: Lives, scene: Scene, month_end: int) -> None:
    """Order top-up packs: plan holders whose allowance runs out buy a pack that ends with the month."""
    allowance, _ = allowances(lives, scene.traits)
    short = (allowance > 0) & (lives.month_bytes > 0.9 * allowance) & (lives.data_plan >= 0)
    buys = scene.active & short & scene.happens("top up", 0.01)
    packs, offered = products()[TOP_UP_PACK], scene.prompts.product[TOP_UP_PACK]
    prompted = scene.active & ~buys & (offered >= 0)
    pack = scene.chance.below(len(packs.codes), "top up pack", scene.day, scene.traits.subscriber)
    pack, buys = np.where(prompted, offered, pack), buys | prompted
    lives.top_up_bytes += np.where(buys, packs.allowance[pack], 0)
    lives.month_plan_fees += np.where(buys, packs.fee_fen[pack], 0)
    channel = np.where(prompted, scene.prompts.channel[TOP_UP_PACK], -1)
    book.add(buys, TOP_UP, pack, np.full(len(pack), scene.day), np.full(len(pack), month_end + 1), channel)


def _services(book: _Book, lives: Lives, scene: Scene) -> None:
    """Order and cancel services by chance; data users take more.

    A subscriber who takes up an offer orders a service that they do not have. If it is for a trial, offered or not, they buy it
    or lose it after some days; the price-sensitive buy less.
    """
    for k in range(lives.service_since.shape[1]):
        since, channel = lives.service_since[:, k], lives.service_channel[:, k]
        family, product = FIRST_SERVICE + k, np.full(len(scene.active), k)
        tried, enters = lives.trial_since[:, k], since == scene.day
        tried[enters] = np.where(_is_trial(scene, np.flatnonzero(enters), family, is_first=True), scene.day, NEVER)
        book.add(enters, family, product, since, NEVER, channel, tried != NEVER)
        over = tried + TRIAL_DAYS == scene.day
        buys = over & scene.active & scene.happens(f"buy app {k}", TRIAL_BOUGHT - TRIAL_PRICE * scene.traits.price_sensitivity)
        drops = (since < scene.day) & scene.active & (scene.happens(f"cancel app {k}", 0.0022) | over)
        starts = scene.active & (since == NEVER) & scene.happens(f"order app {k}", np.where(scene.traits.data_user, 0.00035, 0.00008))
        prompted = scene.active & (since == NEVER) & ~starts & (scene.prompts.product[SERVICE] == k)
        ends = drops | (scene.closes & (since != NEVER))
        book.add(ends, family, product, since, scene.day, channel, tried != NEVER)
        begins = starts | prompted | buys
        lives.trial_since[:, k] = np.where(prompted & scene.prompts.trial, scene.day, np.where(ends | begins, NEVER, tried))
        alone = np.flatnonzero(starts)
        lives.trial_since[alone, k] = np.where(_is_trial(scene, alone, family), scene.day, NEVER)
        lives.service_since[:, k] = np.where(begins, scene.day, np.where(ends, NEVER, since))
        kept = np.where((starts | ends) & ~buys, -1, channel)
        lives.service_channel[:, k] = np.where(prompted, scene.prompts.channel[SERVICE], kept)
        trial = lives.trial_since[:, k] != NEVER
        book.add(begins, family, product, lives.service_since[:, k], NEVER, lives.service_channel[:, k], trial)


def _is_trial(scene: Scene, rows: Ints, family: int, is_first: bool = False) -> Flags:
    """Return which of these subscribers take a service for a trial today, without a contact."""
    order = order_ids(np.full(len(rows), scene.day), np.full(len(rows), family), scene.traits.subscriber[rows])
    return drawn_sources(scene.chance, order, np.full(len(rows), is_first)) == SOURCES.index("trial")


def charge(lives: Lives, scene: Scene, month_begins: bool) -> None:
    """Add fees to the month's bill: of what began today or, when a month begins, of everything held."""
    kinds = products()
    for held, since, kind in ((lives.data_plan, lives.data_since, "data_plan"), (lives.idle_pack, lives.idle_since, "idle_pack")):
        due = scene.active & (held >= 0) & ((since == scene.day) | month_begins)
        lives.month_plan_fees += np.where(due, kinds[kind].fee_fen[held], 0)
    began, goes_on = lives.service_since == scene.day, lives.service_since < scene.day
    service_due = scene.active[:, None] & (began | (month_begins & goes_on))
    lives.month_service_fees += (service_due * kinds[SERVICE].fee_fen).sum(axis=1)
