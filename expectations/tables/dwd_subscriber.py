"""The subscribers of the night: BOSS and CRM in one row."""

from expectations.checks import IS_TOKEN, NOT_NULL, one_of
from expectations.columns import BRAND, BRANDS, CITY, COUNTY, NUMBER_TOKEN, STATE, SUBSCRIBER_ID
from expectations.contract import YEAR_KEPT_DAYS, Column, Table
from expectations.tables.ods_customer import ODS_CUSTOMER
from expectations.tables.ods_subscriber import ODS_SUBSCRIBER

_UNKNOWN_PERSON = "the CRM has no row for the subscription; exclusions that need it exclude"


def _of_crm(name: str) -> Column:
    """Return a CRM column, which is null if the CRM delivered no row."""
    declared = ODS_CUSTOMER.column(name)
    checks = tuple(check for check in declared.checks if check != NOT_NULL)
    return Column(
        declared.name, declared.type, declared.comment, checks, declared.unit, declared.label, declared.null_means or _UNKNOWN_PERSON
    )


DWD_SUBSCRIBER = Table(
    name="dwd.subscriber",
    kept_days=YEAR_KEPT_DAYS,
    owner="customer-data",
    comment="One row per subscription as of the night, including terminal states while BOSS delivers them.",
    key=("subscriber_id",),
    at_least_rows=1,
    columns=(
        SUBSCRIBER_ID,
        NUMBER_TOKEN,
        BRAND,
        *(ODS_SUBSCRIBER.column(name) for name in ("sub_brand", "entry_date", "entry_channel", "number_date")),
        STATE,
        *(
            ODS_SUBSCRIBER.column(name)
            for name in ("state_date", "cancel_booked_date", "bundle_end_date", "phone_type", "tac", "imei_token")
        ),
        CITY,
        COUNTY,
        *(
            ODS_SUBSCRIBER.column(name)
            for name in (
                *("credit_class", "vip_level", "points", "customer_class"),
                *("stop_type", "stop_date", "retention_date", "freeze_date", "entry_imei_token"),
            )
        ),
        Column(
            "previous_subscriber_id",
            "string",
            "The subscription that the same person had before, by the handset of the entry month.",
            (IS_TOKEN,),
            label="换号入网前用户",
            null_means="no re-entry 换号入网 is known",
        ),
        Column("previous_brand", "string", "Its brand.", (one_of(*BRANDS),), null_means="no re-entry is known"),
        *(
            _of_crm(name)
            for name in (
                *("gender", "birth_year", "postcode_area", "id_type", "is_company", "occupation", "is_user_holder"),
                *("group_id", "group_role", "manager_id", "clubs"),
                *("is_sensitive", "sensitive_channels", "is_examined", "is_employee", "has_consent", "do_not_disturb_channels"),
            )
        ),
        Column(
            "no_call_scopes",
            "array<string>",
            "Channels that no-call lists (S17) forbid for the subscriber; all stands for every channel. Empty if they are on no list.",
            label="谢绝营销",
            null_means="no list is known; everybody is excluded",
        ),
    ),
)
