"""The feeds of the operator, one file each; `FEEDS` holds them by name."""

from expectations.feed import Feed
from expectations.feeds.boss_bill import BOSS_BILL
from expectations.feeds.boss_subscriber import BOSS_SUBSCRIBER
from expectations.feeds.boss_subscription import BOSS_SUBSCRIPTION
from expectations.feeds.boss_usage import BOSS_USAGE
from expectations.feeds.catalogues import CHANNEL_CATALOG, ORG, PRODUCT_CATALOG, RESOURCE_CATALOG, TARIFF_CATALOG
from expectations.feeds.crm_customer import CRM_CUSTOMER
from expectations.feeds.terminal import TERMINAL
from expectations.feeds.wap_log import WAP_LOG

FEEDS: dict[str, Feed] = {
    feed.name: feed
    for feed in (
        BOSS_SUBSCRIBER,
        BOSS_SUBSCRIPTION,
        BOSS_USAGE,
        BOSS_BILL,
        CRM_CUSTOMER,
        WAP_LOG,
        TERMINAL,
        PRODUCT_CATALOG,
        TARIFF_CATALOG,
        RESOURCE_CATALOG,
        CHANNEL_CATALOG,
        ORG,
    )
}
