"""C26 内容直通车: new books of the genre that a reader searches for, and the address book for a new handset.

Our reading: who holds 手机阅读 hears once a month of new books in the preferred genre of the last 90 days, in one of two texts to compare;
nothing is sold, and success is who stayed. Who does not hold it is offered it with the same genre. 号簿管家 is pushed in the night in which
a new handset is seen, because the names have to move. Single books are the platform's: no extract has them, so the list says the genre
(docs/decisions/0034).
"""

from datetime import date

from scenarios.offers import NO_RESOURCE, Content
from scenarios.other_offers import NewContent
from scenarios.policy import STANDARD
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.timing import Assumed, Event, Ordered, Stayed, Step, Timing
from scenarios.variants import Variant

BOOKS = NewContent(("reading",), margin_per_mille=500)
NEW_BOOKS = (
    Variant("news", "您常看的{reading_genre_90d}有新书上架!打开{product_name}即可阅读。"),
    Variant("question", "今晚看什么?{product_name}为您选好了{reading_genre_90d}新书,打开就能读。"),
)
READS = "coalesce(reading_app_status IN ('paid', 'bundled', 'trial'), false)"
NAMES = Content(("contacts",), margin_per_mille=500)
MOVE_NAMES = "换了新手机?用{product_name}一键搬家,通讯录不丢失,每月{fee_fen:yuan}元。"

SCENARIO = Scenario(
    name="c26_content_direct",
    label="内容直通车",
    owner="data-business",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND is_smartphone AND (reading_genre_90d IS NOT NULL OR handset_changed_on IS NOT NULL)",
        meaning="A smartphone, and a known genre of reading or a change of the handset.",
        exclusions=STANDARD,
    ),
    offer=Content(("reading",), margin_per_mille=500),
    resource=NO_RESOURCE,
    channels=Channels(allowed=("sms", "mms", "app_hall"), high_value=None, preferred="preferred_channel", chosen_by="allocation"),
    timing=Timing(
        steps=(
            Step("books", Event(f"reading_genre_90d IS NOT NULL AND NOT {READS}"), channel="sms"),
            Step(
                "new_books",
                Event(f"reading_genre_90d IS NOT NULL AND {READS}", of_month=True),
                channel="sms",
                offer=BOOKS,
                message=NEW_BOOKS,
                success=Stayed(days=30),
            ),
            Step("names", Event("is_handset_changed_30d"), channel="app_hall", offer=NAMES, message=MOVE_NAMES),
        ),
        after_settlement=False,
        valid_days=5,
    ),
    strategy=Strategy(
        effect=Assumed(ppm=20_000),
        months=6,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message="您常看的{reading_genre_90d}有新书上架!{product_name}每月{fee_fen:yuan}元,好书随心读。",
    ),
    evaluation=Evaluation(success=Ordered("app", within_days=30)),
)
