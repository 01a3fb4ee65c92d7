"""C25 新业务体验: smartphone users are invited to try a service, and are offered to keep it when the trial ends.

Our reading: the invitation goes by short message, then waits on the trial platform. The platform's clock and the order line (S2, S10) say
when a trial ends; in its last three days comes the conversion, also for those who began the trial by themselves.
"""

from datetime import date

from scenarios.offers import NO_RESOURCE
from scenarios.other_offers import Conversion, Trial
from scenarios.policy import STANDARD
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.state import TRIAL_DAYS
from scenarios.timing import NOT_TAKEN, After, Assumed, Event, Ordered, Step, Timing

KEEP = Conversion(("video", "reading", "music", "community"), margin_per_mille=500)
KEEP_IT = "您体验的{product_name}即将到期,现在办理,每月{fee_fen:yuan}元,继续畅享!"

SCENARIO = Scenario(
    name="c25_trial_of_a_service",
    label="新业务体验",
    owner="data-business",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND is_smartphone AND (is_in_trial OR new_services_90d = 0)",
        meaning="A smartphone, and a service on trial, or no new service in the last 90 days.",
        exclusions=STANDARD,
    ),
    offer=Trial(("video", "reading", "music", "community"), margin_per_mille=500),
    resource=NO_RESOURCE,
    channels=Channels(
        allowed=("sms", "trial_platform", "app_hall"), high_value=None, preferred="preferred_channel", chosen_by="allocation"
    ),
    timing=Timing(
        steps=(
            Step("invite", Event("NOT is_in_trial AND new_services_90d = 0"), channel="sms"),
            Step("platform", After("invite", NOT_TAKEN, days=3), channel="trial_platform", fixes_channel=True),
            Step("convert", Event("is_in_trial AND trial_days_left <= 3"), channel="app_hall", offer=KEEP, message=KEEP_IT),
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
        most_contacts=30_000,
        message=f"诚邀您免费体验{{product_name}}{TRIAL_DAYS}天,体验期内不收费,到期不扣费!",
    ),
    evaluation=Evaluation(success=Ordered("app", within_days=30)),
)
