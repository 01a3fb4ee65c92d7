from datetime import date

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.billing import BILLING_TAGS
from features.content import CONTENT_TAGS
from features.identity import IDENTITY_TAGS
from features.location import LOCATION_TAGS
from features.profile import PROFILE_TAGS
from features.terminal import TERMINAL_TAGS
from features.usage import USAGE_TAGS
from tests.frames import by_role, frame

D = date(2026, 3, 31)


def test_evidence_adds_up_to_a_confidence_and_the_strongest_identity_needs_half(spark: SparkSession) -> None:
    subscribers = frame(
        spark,
        DWD_SUBSCRIBER,
        """
        subscriber_id | brand   | occupation | birth_year | group_id | is_company
        stated        | gotone  | student    |            |          | false
        pupil         | mzone   |            | 2002       |          | false
        toold         | mzone   | student    | 1996       |          | false
        office        | gotone  |            | 1990       | G1       | false
        farmer        | easyown | farmer     | 1960       |          | false
        flies         | gotone  |            |            |          | false
        sells         | easyown | trader     | 1980       |          | true
        both          | gotone  | student    | 2000       | G1       | false
        unknown       | mzone   |            |            |          |
        """,
    )
    usage = frame(
        spark,
        USAGE_TAGS.table,
        """
        subscriber_id | roaming_share_3m | roaming_share_30d | long_share_3m | local_share_3m | off_net_share_3m | mean_voice_s_3m
        farmer        | 0                | 0                 | 100           | 900            | 100              | 100
        flies         | 150              | 149               | 200           | 650            | 100              | 35999
        sells         | 0                | 0                 | 0             | 1000           | 500              | 36000
        pupil         | 0                | 0                 | 0             | 1000           | 0                | 100
        """,
    ).withColumn("idle_share_30d", F.when(F.col("local_share_3m") == 1000, 300))
    billing = frame(spark, BILLING_TAGS.table, "subscriber_id | mean_bill_fen_3m\nfarmer | 2999\npupil | 4999\nsells | 3000")
    content = frame(
        spark,
        CONTENT_TAGS.table,
        """
        subscriber_id | games_preference | social_preference | news_preference | shopping_preference
        pupil         | 200              | 200               | 0               | 0
        sells         | 0                | 399               | 199             | 200
        """,
    )
    terminal = frame(
        spark,
        TERMINAL_TAGS.table,
        "subscriber_id | is_smartphone | price_band_rank\noffice | true | 2\nfarmer | false | 1\nflies | true | 3",
    )
    profile = frame(spark, PROFILE_TAGS.table, "subscriber_id | card_level\nflies | gold\noffice | none")
    location = frame(
        spark,
        LOCATION_TAGS.table,
        """
        subscriber_id | commute_30d  | work_confidence | nights_away_30d
        office        | same_county  | 500             | 3
        sells         | other_county | 499             | 0
        farmer        | none         | 900             | 0
        flies         |              |                 | 4
        """,
    )
    yesterday = frame(
        spark, IDENTITY_TAGS.table, "subscriber_id | identity | identity_since\nfarmer | farmer | 2026-03-01\nflies | trader | 2026-03-01"
    )
    frames = {"usage": usage, "billing": billing, "content": content, "location": location, "terminal": terminal, "profile": profile}
    found = IDENTITY_TAGS.table.conform(IDENTITY_TAGS.compute(D, subscribers, yesterday=yesterday, **frames)).persist()
    every = ("student", "office_worker", "farmer", "traveller", "trader")
    assert by_role(found, *(f"{identity}_confidence" for identity in every)) == {
        "stated": (600, 100, 0, 0, 0),
        "pupil": (750, 150, 150, 0, 0),
        "toold": (250, 150, 0, 0, 100),
        "office": (0, 850, 0, 150, 100),
        "farmer": (0, 0, 1000, 0, 0),
        "flies": (0, 250, 0, 1000, 0),
        "sells": (0, 150, 350, 0, 1000),
        "both": (600, 550, 0, 0, 100),
        "unknown": (150, 0, 0, 0, 0),
    }
    assert by_role(found, "identity", "identity_confidence", "identity_lead", "is_identity_stated", "identity_since", "identity_days") == {
        "stated": ("student", 600, 500, True, D, 0),
        "pupil": ("student", 750, 600, False, D, 0),
        "toold": (None, 250, 100, None, None, None),
        "office": ("office_worker", 850, 700, False, D, 0),
        "farmer": ("farmer", 1000, 1000, True, date(2026, 3, 1), 30),
        "flies": ("traveller", 1000, 750, False, D, 0),
        "sells": ("trader", 1000, 650, True, D, 0),
        "both": ("student", 600, 50, True, D, 0),
        "unknown": (None, 150, 150, None, None, None),
    }
