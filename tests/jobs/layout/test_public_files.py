"""Public files, declared as an engineer finishes a draft, are read to the rows that others counted in them."""

import gzip
import tarfile
from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from expectations.checks import IS_TOKEN, NOT_NULL
from expectations.columns import DAY, LOAD_ID
from expectations.contract import Column, Table
from expectations.feed import Feed, Field
from expectations.forms import INTEGER, SMALL, Form, token
from jobs.receive.deliveries import deliveries
from jobs.receive.parse import parsed
from tests.night.deliveries import deliver

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason=f"the public sample data is not at {DATA}")

ODS_SALE = Table(
    name="ods.sale",
    owner="tests",
    comment="A line of an invoice.",
    key=(),
    event_date="day",
    columns=(
        DAY,
        Column("invoice", "string", "Invoice.", (NOT_NULL,)),
        Column("pieces", "bigint", "Pieces; negative when they came back.", (NOT_NULL,)),
        Column("sold_at", "timestamp", "When.", (NOT_NULL,)),
        Column("customer_token", "string", "Customer.", (IS_TOKEN,), null_means="no account"),
        LOAD_ID,
    ),
)
WHEN = Form("timestamp", "CASE WHEN {0} >= '1970' THEN try_to_timestamp({0}, 'yyyy-MM-dd HH:mm:ss') END", "a time")
SALE_FEED = Feed(
    name="sale",
    source="S1",
    label="销售",
    owner="tests",
    table=ODS_SALE,
    cadence="daily",
    content="delta",
    data_class="orders and usage",
    delimiter=",",
    quote='"',
    header=True,
    gzip=False,
    fields=(
        Field("InvoiceNo", "invoice"),
        Field("StockCode", None),
        Field("Description", None),
        Field("Quantity", "pieces", INTEGER),
        Field("InvoiceDate", "sold_at", WHEN, is_event_date=True),
        Field("UnitPrice", None),
        Field("CustomerID", "customer_token", token("customer", "[0-9]+[.]0", "a number with .0"), personal=True),
        Field("Country", None),
    ),
)

ODS_HIT = Table(
    name="ods.hit",
    owner="tests",
    comment="A request.",
    key=(),
    event_date="day",
    columns=(
        DAY,
        Column("address_token", "string", "Address.", (NOT_NULL, IS_TOKEN)),
        Column("requested_at", "timestamp", "When.", (NOT_NULL,)),
        Column("status", "int", "Status.", (NOT_NULL,)),
        LOAD_ID,
    ),
)
HIT_FEED = Feed(
    name="hit",
    source="S7",
    label="访问",
    owner="tests",
    table=ODS_HIT,
    cadence="daily",
    content="delta",
    data_class="behaviour",
    delimiter=" ",
    quote='"',
    nulls=("-",),
    fields=(
        Field("ADDRESS", "address_token", token("address", "[0-9]{1,3}([.][0-9]{1,3}){3}", "an IP address"), personal=True),
        Field("IDENTITY", None),
        Field("USER", None, personal=True),
        Field("TIME", "requested_at", Form("timestamp", "try_to_timestamp(substr({}, 2), 'dd/MMM/yyyy:HH:mm:ss')", "a time")),
        Field("ZONE", None),
        Field("REQUEST", None, personal=True),
        Field("STATUS", "status", SMALL),
        Field("BYTES", None),
        Field("REFERRER", None, personal=True),
        Field("AGENT", None),
    ),
)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    (tmp_path / "token.key").write_bytes(b"k" * 32)
    return tmp_path / "token.key"


def test_a_shops_305_days_have_the_rows_customers_and_returns_that_are_known(spark: SparkSession, tmp_path: Path, key: Path) -> None:
    last = date(2011, 12, 9)
    with tarfile.open(DATA / "daily_events" / "online_retail_by_day.tar.xz") as packed:
        for member in packed:
            if content := packed.extractfile(member) if member.isfile() else None:
                day = date.fromisoformat(Path(member.name).stem)
                deliver(tmp_path, SALE_FEED, content.read().splitlines(), known_on=last, data_date=day)
    came = list(deliveries(SALE_FEED, tmp_path / "landing", last, last))
    rows = parsed(spark, SALE_FEED, came, key).where("reasons IS NOT NULL")
    told = rows.selectExpr(
        "count(*) AS rows",
        "count_if(size(reasons) > 0) AS broken",
        "count(DISTINCT customer_token) AS customers",
        "count_if(customer_token IS NULL) AS nobody",
        "count_if(pieces < 0) AS back",
    ).collect()[0]
    assert (len(came), [fault for one in came for fault in one.faults]) == (305, [])
    assert tuple(told) == (541_909, 0, 4_372, 135_080, 10_624)


def test_a_web_servers_log_has_the_addresses_and_answers_that_are_known(spark: SparkSession, tmp_path: Path, key: Path) -> None:
    """Line 8899 has a quote that is not closed, so it is no row of ten fields; its answer was 200 too."""
    day = date(2015, 5, 20)
    with gzip.open(DATA / "web_log" / "elastic_apache_access.log.gz") as content:
        deliver(tmp_path, HIT_FEED, content.read().splitlines(), known_on=day, data_date=day)
    (came,) = deliveries(HIT_FEED, tmp_path / "landing", day, day)
    rows = parsed(spark, HIT_FEED, [came], key).where("reasons IS NOT NULL")
    good = rows.where("size(reasons) = 0")
    assert (rows.count(), good.count(), good.where("status = 200").count()) == (10_000, 9_999, 9_125)
    assert good.select("address_token").distinct().count() == 1_753
