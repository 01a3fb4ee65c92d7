"""S16 外部营销接触: what other departments did to the same customers."""

from expectations.feed import Feed, Field
from expectations.forms import SMALL, TIMESTAMP, code, token
from expectations.tables import ods_external_contact

EXTERNAL_CONTACT_FEED = Feed(
    name="external_contact",
    source="S16",
    label="外部营销接触",
    owner="marketing",
    table=ods_external_contact.ODS_EXTERNAL_CONTACT,
    # Departments report only when they made contacts.
    cadence="on change",
    content="delta",
    data_class="response",
    may_be_empty=True,
    delimiter=",",
    fields=(
        Field("CAMPAIGN_CODE", "campaign"),
        Field("MSISDN", "number_token", token("number"), personal=True),
        Field("PRODUCT_CODE", "product"),
        Field("CHANNEL_CODE", "channel"),
        Field("CONTACT_TIME", "contacted_at", TIMESTAMP, is_event_date=True),
        Field("ARM", "arm", code(treated="T", control="C")),
        Field("PROPENSITY_PPM", "propensity_ppm", SMALL),
    ),
)
