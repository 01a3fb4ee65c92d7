"""What is wrong with the products of an offer, and with what a message says about its price."""

from collections.abc import Collection, Iterator

from scenarios.offers import Offer, Upgrade

# Figures that say what an offer costs.
_COSTS = {"fee_fen", "offer_bill_fen", "bill_change_fen", "extra_fee_fen"}


def faults_of_offer(offer: Offer) -> Iterator[str]:
    """What is wrong with an offer's figures and codes, whatever the catalogues have."""
    products = offer.products
    if not products or isinstance(products, str) or not all(products):
        yield f"products are {products!r}; expected codes, as in ('dp005',)"
    yield from (f"product {code} is offered twice" for code in sorted({code for code in products if code and products.count(code) > 1}))
    unoffered = [product for product, _ in getattr(offer, "held_as", ()) if product not in products]
    yield from (f"held_as names {product}, which is not offered" for product in unoffered)
    margin = getattr(offer, "margin_per_mille", 0)
    if not 0 <= margin <= 1000:
        yield f"margin_per_mille is {margin}; expected 0 to 1000"


def faults_of_price(offer: Offer, said: Collection[str]) -> Iterator[str]:
    """What a message that states the figures `said` leaves out about the price.

    Whoever reads what they pay now, or is offered a dearer plan, also reads what the offer costs.
    """
    paid = sorted(name for name in said if name == "current_bill_fen" or (name.startswith("bill_") and "_fee_" in name))
    if not _COSTS & {*said}:
        yield from (f"message states {name} and not what the offer costs; state one of {', '.join(sorted(_COSTS))}" for name in paid)
        if isinstance(offer, Upgrade) and not offer.must_save:
            yield f"the plan may cost more, and the message does not say so; state one of {', '.join(sorted(_COSTS - {'fee_fen'}))}"
