"""What each form makes of a text: the value it stands for, or null; never the nearest value, and nothing of a person."""

from datetime import date
from typing import Any

import pytest
from pyspark.sql import SparkSession

from expectations.forms import BIRTH_YEAR, DATE, FLAG, INTEGER, MONTH_TEXT, SET, SMALL, YUAN, Form, code, prefix, token
from expectations.web_forms import AGENT, HOST

READS: dict[str, tuple[Form, dict[str, Any]]] = {
    "whole number": (INTEGER, {"7": 7, "-3": -3, " 7 ": 7, "7.0": None, "1e3": None, "9" * 20: None, "": None}),
    "small number": (SMALL, {"7": 7, "3000000000": None}),
    "yuan": (YUAN, {"1": 100, "1.2": 120, "0.29": 29, "-1.05": -105, "1.239": None, "1e2": None, "1,000": None, "9" * 18: None}),
    "yuan without a zero before the point or a digit after it": (
        YUAN,
        {".29": 29, ".5": 50, "12.": 1200, "-.05": -5, "+.5": 50, ".": None, "-": None, "-.": None, ".291": None, "1\r": None},
    ),
    "date": (DATE, {"20280229": date(2028, 2, 29), "20260229": None, "2026-03-04": None, "202603041": None, "": None}),
    "month": (MONTH_TEXT, {"202602": date(2026, 2, 1), "202613": None, "20260201": None, "": None}),
    "flag": (FLAG, {"1": True, "0": False, "true": None, "": None}),
    "set": (
        SET,
        {
            "sms;crm": ["sms", "crm"],
            "sms": ["sms"],
            " sms; crm ": ["sms", "crm"],
            "sms;": ["sms"],
            ";sms": ["sms"],
            "sms；crm": ["sms", "crm"],
            ";": [],
        },
    ),
    "agent": (
        AGENT,
        {
            "V705SH/SN353686010000000 Profile/MIDP-2.0": "V705SH/SN Profile/MIDP-2.0",
            "Nokia5230 TEL/8613912345678": "Nokia5230 TEL/",
            "UCWEB/2.0 (13912345678)": "UCWEB/2.0 ()",
            "Opera/9.80 20140301 0123456789": "Opera/9.80 20140301 0123456789",
            "Nokia5230 TEL/139-1234-5678 x": "Nokia5230 TEL/ x",
            "tel 139 1234 5678;": "tel ;",
            "tel 86-139-1234-5678;": "tel ;",
            "tel 8613912345678": "tel ",
            "tel 139.1234.5678": "tel ",
            "IMEI:35-369101-000000-0 x": "IMEI: x",
            "IMEI 35 369101 000000 01": "IMEI ",
            "Mozilla/5.0 (Linux; Android 13) Chrome/120.0.6099.144": "Mozilla/5.0 (Linux; Android 13) Chrome/120.0.6099.144",
            "MicroMessenger/6.0.0.54_r849063.501": "MicroMessenger/6.0.0.54_r849063.501",
        },
    ),
    "code": (code(gotone="1", mzone="2"), {"1": "gotone", "2": "mzone", "3": None, "gotone": None}),
    "user id": (
        token("user"),
        {
            "80000000017": "80000000017",
            "80000000017 ": None,
            "80000000017\n": None,
            "80000000017\r": None,
            "\ufeff80000000017": None,
            "12345": None,
            "": None,
        },
    ),
    "number": (token("number"), {"12900000017": "12900000017", "80000000017": None, "8612900000017": None, "129000000170": None}),
    "imei": (token("imei"), {"353686010000000": "353686010000000", "35368601": None, "unknown": None}),
    "identifier of an operator's own": (token("user", r"U-\d{2}'?", "U- and two digits"), {"U-17": "U-17", "U-17'": "U-17'", "U-1": None}),
    "prefix": (prefix(4), {"310000": "3100", "31": "31"}),
    "birth year": (BIRTH_YEAR, {"19800228": 1980, "19800230": None, "1980": None}),
    "host": (
        HOST,
        {
            "http://WAP.Example.com:8080/path?who=me": "wap.example.com",
            "https://me:secret@example.com/": "example.com",
            "http://example.com/mail/me@example.org": "example.com",
            "http://example.com?to=me@example.org": "example.com",
            "example.com/path": "example.com",
            "wap.example.com:8080": "wap.example.com",
            "//wap.example.com/a": "wap.example.com",
            "me:secret@wap.example.com/a": "wap.example.com",
            "http://me:pa@ss@wap.example.com/a": "wap.example.com",
            "http://me@mail.example.org@wap.example.com/a": "wap.example.com",
            "http://me%40wap.example.com/a": "wap.example.com",
            "http://me:pa/ss@wap.example.com/a": None,
            "http://[2409:8c00:7e00::17]:8080/a": "[2409:8c00:7e00::17]",
            "http://[2409:8c00::17]/": "[2409:8c00::17]",
            "http://wap.example.com&uid=me/a": "wap.example.com",
            "http://wap.example.com;user=me/a": "wap.example.com",
            "http://wap.example.com\\user\\me": "wap.example.com",
            "http://wap.example.com%2Fuser%2Fme/": "wap.example.com",
            "http://wap.example.com./a": "wap.example.com",
            "http://门户.example.com/a": "门户.example.com",
            "http://129-0001-0001.wap.example.com/": "0.wap.example.com",
            "http://139.1234.5678.wap.example.com/": "0.wap.example.com",
            "http://223.104.128.123/": "223.104.128.123",
            "user/me": None,
            "/user/me": None,
            "index.php?user=me": None,
            "tel:12900010001": None,
            "http://me/a": None,
            "http:///wap.example.com/a": None,
            "": None,
            "http://13912345678.wap.example.com/": "0.wap.example.com",
            "http://u13912345678-m.example.com/": "u0-m.example.com",
            "http://10.0.0.172:80/": "10.0.0.172",
        },
    ),
}


@pytest.mark.parametrize("name", READS)
def test_a_text_that_does_not_fit_its_form_is_null_and_never_the_nearest_value(spark: SparkSession, name: str) -> None:
    form, reads = READS[name]
    texts = spark.createDataFrame([(text,) for text in reads], "cell string")
    assert {row.cell: row.value for row in texts.selectExpr("cell", f"{form.sql.format('cell')} AS value").collect()} == reads
