"""Lines of S1 and S5, by the names of their fields, so that a new column changes no test."""

from expectations.feeds import FEEDS

SUBSCRIBER, CUSTOMER, WAP = FEEDS["boss_subscriber"], FEEDS["crm_customer"], FEEDS["wap_log"]
_SUBSCRIBER = {"BRAND_CODE": "1", "OPEN_DATE": "20200101", "NUMBER_DATE": "20200101", "STATE_CODE": "10", "STATE_DATE": "20200101"}
_SUBSCRIBER |= {"PHONE_TYPE": "0", "CITY_CODE": "3501", "COUNTY_CODE": "350102", "CREDIT_CLASS": "1", "VIP_LEVEL": "0", "POINTS": "0"}


def subscriber_line(user: str, number: str, imei: str = "353686010000000", **cells: str) -> bytes:
    """A line of S1; fields that are not given are usual or blank."""
    given = {"USER_ID": user, "MSISDN": number, "IMEI": imei, **cells}
    usual = {field.name: _SUBSCRIBER.get(field.name, "") for field in SUBSCRIBER.fields}
    return SUBSCRIBER.delimiter.join((usual | given).values()).encode(SUBSCRIBER.encoding)


def customer_line(**cells: str) -> bytes:
    """A line of S5; fields that are not given are blank, and flags 0."""
    usual = {field.name: "0" if field.name.endswith("_FLAG") else "" for field in CUSTOMER.fields}
    return ",".join(f'"{cell}"' for cell in (usual | cells).values()).encode(CUSTOMER.encoding)
