"""People just inside and just outside of every part of each scenario's audience, and of the events of its steps, as text tables.

`is` says whether the audience means the person, and `due` has the steps whose event is true.
"""

MEANT = {
    "c01": """
        who      | is    | is_live | tenure_days | data_bytes_1m | is_smart_unused_30d
        in       | true  | true    | 91          | 0             | true
        gone     | false | false   | 91          | 0             | true
        new      | false | true    | 90          | 0             | true
        used     | false | true    | 91          | 1             | true
        usesnow  | false | true    | 91          | 0             | false
        unknown  | false | true    | 91          | 0             |
    """,
    "c02": """
        who      | is    | is_live | tenure_days | is_smartphone | has_gprs | data_bytes_1m | data_bytes_30d
        in       | true  | true    | 91          | false         | true     | 0             | 0
        gone     | false | false   | 91          | false         | true     | 0             | 0
        new      | false | true    | 90          | false         | true     | 0             | 0
        smart    | false | true    | 91          | true          | true     | 0             | 0
        cannot   | false | true    | 91          | false         | false    | 0             | 0
        used     | false | true    | 91          | false         | true     | 1             | 0
        usesnow  | false | true    | 91          | false         | true     | 0             | 1
        unknown  | false | true    | 91          |               | true     | 0             | 0
    """,
    "c03": """
        who      | is    | due  | is_live | tenure_days | has_gprs | data_days_30d
        first    | true  | seen | true    | 21          | true     | 0
        last     | true  | seen | true    | 60          | true     | 0
        gone     | false | seen | false   | 21          | true     | 0
        early    | false |      | true    | 20          | true     | 0
        late     | false |      | true    | 61          | true     | 0
        cannot   | false | seen | true    | 21          | false    | 0
        uses     | false | seen | true    | 21          | true     | 1
    """,
    "c04": """
        who      | is    | due  | is_live | tenure_days | is_smartphone | network
        first    | true  | seen | true    | 10          | true          | 3G
        last     | true  | seen | true    | 40          | true          | 3G
        gone     | false | seen | false   | 10          | true          | 3G
        early    | false |      | true    | 9           | true          | 3G
        late     | false |      | true    | 41          | true          | 3G
        plain    | false | seen | true    | 10          | false         | 3G
        lte      | false | seen | true    | 10          | true          | 4G
        unknown  | false | seen | true    | 10          |               |
    """,
    "c05": """
        who      | is    | is_live | tenure_days | is_smartphone | holds_data_plan | data_bytes_1m
        least    | true  | true    | 91          | true          | false           | 1048576
        most     | true  | true    | 91          | true          | false           | 31457280
        gone     | false | false   | 91          | true          | false           | 1048576
        new      | false | true    | 90          | true          | false           | 1048576
        plain    | false | true    | 91          | false         | false           | 1048576
        holder   | false | true    | 91          | true          | true            | 1048576
        less     | false | true    | 91          | true          | false           | 1048575
        more     | false | true    | 91          | true          | false           | 31457281
        unknown  | false | true    | 91          | true          | false           |
    """,
    "c06": """
        who      | is    | is_live | tenure_days | is_smartphone | holds_data_plan | data_bytes_1m
        least    | true  | true    | 91          | false         | false           | 1048576
        most     | true  | true    | 91          | false         | false           | 10485760
        gone     | false | false   | 91          | false         | false           | 1048576
        new      | false | true    | 90          | false         | false           | 1048576
        smart    | false | true    | 91          | true          | false           | 1048576
        holder   | false | true    | 91          | false         | true            | 1048576
        less     | false | true    | 91          | false         | false           | 1048575
        more     | false | true    | 91          | false         | false           | 10485761
        unknown  | false | true    | 91          |               | false           | 1048576
    """,
    "c07": """
        who      | is    | is_live | held_data_plan_fee_fen | unused_months_3m | has_gprs
        in       | true  | true    | 1000                   | 1                | true
        gone     | false | false   | 1000                   | 1                | true
        large    | false | true    | 1001                   | 1                | true
        usesup   | false | true    | 1000                   | 0                | true
        cannot   | false | true    | 1000                   | 1                | false
        without  | false | true    |                        | 1                | true
    """,
    "c08": """
        who      | is    | due  | is_live | is_smartphone | is_handset_changed_30d
        in       | true  | seen | true    | true          | true
        gone     | false | seen | false   | true          | true
        plain    | false | seen | true    | false         | true
        same     | false |      | true    | true          | false
        unknown  | false |      | true    | true          |
    """,
    "c09": """
        who      | is    | is_live | is_smartphone | network | offload_3g_30d
        in       | true  | true    | true          | 3G      | 299
        gone     | false | false   | true          | 3G      | 299
        plain    | false | true    | false         | 3G      | 299
        lte      | false | true    | true          | 4G      | 299
        offloads | false | true    | true          | 3G      | 300
        nodata   | false | true    | true          | 3G      |
    """,
    "c10": """
        who      | is    | is_live | holds_data_plan | base_plan_allowance_bytes | bill_data_fee_outside_fen_1m
        in       | true  | true    | false           | 0                         | 1
        gone     | false | false   | false           | 0                         | 1
        holder   | false | true    | true            | 0                         | 1
        included | false | true    | false           | 1                         | 1
        nofee    | false | true    | false           | 0                         | 0
        nobill   | false | true    | false           | 0                         |
        noplan   | false | true    |                 | 0                         | 1
        nobase   | false | true    | false           |                           | 1
    """,
    "c11": """
        who      | is    | is_live | holds_idle_pack | idle_bytes_1m
        in       | true  | true    | false           | 1
        gone     | false | false   | false           | 1
        holder   | false | true    | true            | 1
        none     | false | true    | false           | 0
        unknown  | false | true    | false           |
        nopack   | false | true    |                 | 1
    """,
    "c12": """
        who      | is    | is_live | holds_data_plan | base_plan_allowance_bytes | bill_data_fee_outside_fen_1m
        in       | true  | true    | false           | 1                         | 1
        gone     | false | false   | false           | 1                         | 1
        holder   | false | true    | true            | 1                         | 1
        nodata   | false | true    | false           | 0                         | 1
        nofee    | false | true    | false           | 1                         | 0
        nobill   | false | true    | false           | 1                         |
    """,
    "c13": """
        who      | is    | due              | is_live | tenure_days | holds_data_plan | has_booked_data_plan
        entrant  | true  | entry, entry_sms | true    | 0           | false           | false
        week     | true  | entry, entry_sms | true    | 6           | false           | false
        content  | true  | content          | true    | 7           | false           | false
        fortnite | true  | content          | true    | 13          | false           | false
        between  | true  |                  | true    | 14          | false           | false
        before   | true  |                  | true    | 29          | false           | false
        month    | true  | plan             | true    | 30          | false           | false
        lastday  | true  | plan             | true    | 36          | false           | false
        after    | true  |                  | true    | 37          | false           | false
        last     | true  |                  | true    | 60          | false           | false
        old      | false |                  | true    | 61          | false           | false
        gone     | false | entry, entry_sms | false   | 0           | false           | false
        holder   | true  |                  | true    | 0           | true            | false
        booked   | true  |                  | true    | 30          | false           | true
        holds    | true  |                  | true    | 30          | true            | false
        begins   | true  |                  | true    | 6           | false           | true
        noplan   | true  |                  | true    | 0           |                 | false
        unbooked | true  |                  | true    | 30          | false           |
        both     | true  | content          | true    | 7           | true            | true
        unknown  | false |                  | true    |             | false           | false
    """,
    "c14": """
        who      | is    | is_live | holds_data_plan | overflow_months_3m
        in       | true  | true    | true            | 2
        gone     | false | false   | true            | 2
        without  | false | true    | false           | 2
        once     | false | true    | true            | 1
        nobill   | false | true    | true            |
    """,
    "c15": """
  who     | is    | due  | is_live | holds_data_plan | overflow_months_3m | data_bytes_m0 | base_plan_allowance_bytes | held_data_plan_bytes
  in      | true  | seen | true    | true            | 1                  | 80            | 20                        | 80
  gone    | false | seen | false   | true            | 1                  | 80            | 20                        | 80
  without | false | seen | true    | false           | 1                  | 80            | 20                        | 80
  enough  | true  |      | true    | true            | 1                  | 79            | 20                        | 80
  often   | false | seen | true    | true            | 2                  | 80            | 20                        | 80
  nobill  | false | seen | true    | true            |                    | 80            | 20                        | 80
  nodata  | true  |      | true    | true            | 1                  | 80            | 0                         | 0
  unknown | true  |      | true    | true            | 1                  |               | 20                        | 80
    """,
    "c16": """
        who      | is    | is_live | is_4g_plan_small
        in       | true  | true    | true
        gone     | false | false   | true
        large    | false | true    | false
        unknown  | false | true    |
    """,
    "c17": """
        who      | is    | is_live | network | mean_data_bytes_3m
        in       | true  | true    | 2G      | 31457280
        gone     | false | false   | 2G      | 31457280
        newer    | false | true    | 3G      | 31457280
        less     | false | true    | 2G      | 31457279
        unknown  | false | true    |         | 31457280
        nodata   | false | true    | 2G      |
    """,
    "c18": """
        who      | is    | is_live | is_smartphone | tenure_days | mean_bill_fen_3m
        in       | true  | true    | false         | 181         | 2000
        gone     | false | false   | false         | 181         | 2000
        smart    | false | true    | true          | 181         | 2000
        new      | false | true    | false         | 180         | 2000
        less     | false | true    | false         | 181         | 1999
        unknown  | false | true    |               | 181         | 2000
        nobill   | false | true    | false         | 181         |
    """,
    "c19": """
        who      | is    | is_live | value_class | data_trend_3m
        high     | true  | true    | high_value  | falling
        middle   | true  | true    | middle      | falling
        gone     | false | false   | high_value  | falling
        ordinary | false | true    | ordinary    | falling
        steady   | false | true    | high_value  | steady
        unknown  | false | true    | high_value  |
    """,
    "c20": """
        who      | is    | due    | is_live | data_complaints_90d | has_open_complaint
        in       | true  | closed | true    | 1                   | false
        open     | true  |        | true    | 1                   | true
        gone     | false | closed | false   | 1                   | false
        none     | false | closed | true    | 0                   | false
        unknown  | true  |        | true    | 1                   |
    """,
    "c21": """
        who      | is    | is_live | value_class | holds_data_plan
        in       | true  | true    | high_value  | true
        gone     | false | false   | high_value  | true
        middle   | false | true    | middle      | true
        without  | false | true    | high_value  | false
    """,
    "c22": """
        who      | is    | is_live | churn_ppm | mean_contribution_fen_3m
        in       | true  | true    | 50000     | 1000
        gone     | false | false   | 50000     | 1000
        stays    | false | true    | 49999     | 1000
        brings   | false | true    | 50000     | 999
        unscored | false | true    |           | 1000
        nobill   | false | true    | 50000     |
    """,
    "c23": """
        who      | is    | is_live | is_gamer_club_member
        in       | true  | true    | true
        gone     | false | false   | true
        no       | false | true    | false
    """,
    "c24": """
        who      | is    | is_live | is_smartphone | wlan_offload_3m
        in       | true  | true    | true          | 500
        gone     | false | false   | true          | 500
        plain    | false | true    | false         | 500
        less     | false | true    | true          | 499
        nodata   | false | true    | true          |
    """,
    "c25": """
        who      | is    | due     | is_live | is_smartphone | is_in_trial | new_services_90d | trial_days_left
        invited  | true  | invite  | true    | true          | false       | 0                |
        ending   | true  | convert | true    | true          | true        | 1                | 3
        trying   | true  |         | true    | true          | true        | 1                | 4
        gone     | false | invite  | false   | true          | false       | 0                |
        plain    | false | invite  | true    | false         | false       | 0                |
        served   | false |         | true    | true          | false       | 1                |
        unknown  | true  |         | true    | true          | true        | 1                |
    """,
    "c26": """
  who     | is   | due         | is_live| is_smartphone| reading_genre_90d| reading_app_status| handset_changed_on| is_handset_changed_30d
  searcher| true | books       | true   | true         | 玄幻             |                   |                   |
  former  | true | books       | true   | true         | 玄幻             | cancelled         |                   |
  tried   | true | books       | true   | true         | 玄幻             | tried             |                   |
  reader  | true | new_books   | true   | true         | 玄幻             | paid              |                   |
  bundled | true | new_books   | true   | true         | 玄幻             | bundled           |                   |
  tries   | true | new_books   | true   | true         | 玄幻             | trial             |                   |
  nogenre | false|             | true   | true         |                  | paid              |                   | false
  changer | true | names       | true   | true         |                  |                   | 2026-03-01        | true
  both    | true | books, names| true   | true         | 玄幻             |                   | 2026-03-01        | true
  earlier | true |             | true   | true         |                  |                   | 2026-01-01        | false
  gone    | false| books       | false  | true         | 玄幻             |                   |                   |
  plain   | false| books       | true   | false        | 玄幻             |                   |                   |
  neither | false|             | true   | true         |                  |                   |                   | false
    """,
    "c27": """
        who      | is    | is_live | is_smartphone | apps_held | preferred_category
        in       | true  | true    | true          | 1         | video
        gone     | false | false   | true          | 1         | video
        plain    | false | true    | false         | 1         | video
        many     | false | true    | true          | 2         | video
        unknown  | false | true    | true          | 1         |
    """,
}
