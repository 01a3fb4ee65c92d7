"""S11: products, tariffs, resources, channels, capacities and the org tree; small, effective-dated, delivered when they change."""

from functools import partial

from expectations.feed import Feed, Field
from expectations.forms import DATE, INTEGER, SMALL, YUAN
from expectations.tables import ods_capacity, ods_channel, ods_org, ods_product, ods_resource, ods_tariff

_VALIDITY = (Field("VALID_FROM", "valid_from", DATE), Field("VALID_TO", "valid_to", DATE))

_catalogue = partial(
    Feed,
    source="S11",
    cadence="on change",
    content="full",
    data_class="basic",
    encoding="gb18030",
    delimiter=",",
    quote='"',
    header=True,
    gzip=False,
)

PRODUCT_CATALOG_FEED = _catalogue(
    name="product_catalog",
    label="产品库",
    owner="products",
    table=ods_product.ODS_PRODUCT,
    fields=(
        Field("PRODUCT_CODE", "product"),
        Field("PRODUCT_NAME", "product_name"),
        Field("KIND", "product_kind"),
        Field("MONTHLY_FEE", "monthly_fee_fen", YUAN),
        *_VALIDITY,
    ),
)

TARIFF_CATALOG_FEED = _catalogue(
    name="tariff_catalog",
    label="资费库",
    owner="products",
    table=ods_tariff.ODS_TARIFF,
    fields=(
        Field("PRODUCT_CODE", "product"),
        Field("MONTHLY_FEE", "monthly_fee_fen", YUAN),
        Field("ALLOWANCE_BYTES", "allowance_bytes", INTEGER),
        Field("IDLE_ALLOWANCE_BYTES", "idle_allowance_bytes", INTEGER),
        Field("OVERAGE_FEN_PER_MB", "overage_fen_per_mb", SMALL),
        Field("MARGIN_PER_MILLE", "margin_per_mille", SMALL),
        *_VALIDITY,
    ),
)

RESOURCE_CATALOG_FEED = _catalogue(
    name="resource_catalog",
    label="营销资源",
    owner="marketing",
    table=ods_resource.ODS_RESOURCE,
    fields=(
        Field("RESOURCE_CODE", "resource"),
        Field("RESOURCE_NAME", "resource_name"),
        Field("UNIT_COST", "unit_cost_fen", YUAN),
        Field("STOCK", "stock", INTEGER),
        *_VALIDITY,
    ),
)

CHANNEL_CATALOG_FEED = _catalogue(
    name="channel_catalog",
    label="渠道",
    owner="channels",
    table=ods_channel.ODS_CHANNEL,
    fields=(
        Field("CHANNEL_CODE", "channel"),
        Field("CHANNEL_NAME", "channel_name"),
        Field("MODE", "mode"),
        Field("CONTACT_COST", "contact_cost_fen", YUAN),
        Field("DAILY_CAPACITY", "daily_capacity", INTEGER),
        *_VALIDITY,
    ),
)

# Beside DAILY_CAPACITY of a whole channel; an operator who states no more does not deliver it.
CAPACITY_CATALOG_FEED = _catalogue(
    name="capacity_catalog",
    label="渠道容量",
    owner="channels",
    table=ods_capacity.ODS_CAPACITY,
    fields=(
        Field("CAPACITY_CODE", "capacity"),
        Field("CHANNEL_CODE", "channel"),
        Field("UNIT", "unit"),
        Field("UNIT_CODE", "unit_code"),
        Field("COUNTY_CODE", "county"),
        Field("DAILY_CAPACITY", "daily_capacity", INTEGER),
        *_VALIDITY,
    ),
)

ORG_FEED = _catalogue(
    name="org",
    label="省市县",
    owner="customer-data",
    table=ods_org.ODS_ORG,
    fields=(
        Field("CITY_CODE", "city"),
        Field("CITY_NAME", "city_name"),
        Field("COUNTY_CODE", "county"),
        Field("COUNTY_NAME", "county_name"),
        *_VALIDITY,
    ),
)
