"""S5 客户资料: the person behind the subscription, and how they may be contacted."""

from expectations.feed import Feed, Field
from expectations.forms import BIRTH_YEAR, FLAG, SET, TEXT, code, prefix, token
from expectations.relations import Covers
from expectations.tables import ods_customer, ods_subscriber
from expectations.tables.vault import VAULT_PERSON
from expectations.vaulted import ToVault

OCCUPATION_CODES = {
    "student": "01",
    "office": "02",
    "worker": "03",
    "farmer": "04",
    "trader": "05",
    "official": "06",
    "teacher": "07",
    "retired": "08",
    "other": "99",
}

CRM_CUSTOMER_FEED = Feed(
    name="crm_customer",
    source="S5",
    label="客户资料",
    owner="crm",
    table=ods_customer.ODS_CUSTOMER,
    cadence="daily",
    content="full",
    data_class="basic",
    encoding="gb18030",
    delimiter=",",
    quote='"',
    volume_band_per_mille=200,
    covers=(Covers(ods_subscriber.ODS_SUBSCRIBER, ("subscriber_id",), at_least_per_mille=800),),
    vault=(
        ToVault(
            VAULT_PERSON,
            (
                ("name", "CUST_NAME"),
                ("address", "ADDRESS"),
                ("document_id", "ID_NUMBER"),
                ("manager_name", "MANAGER_NAME"),
                ("manager_phone", "MANAGER_PHONE"),
            ),
        ),
    ),
    fields=(
        Field("USER_ID", "subscriber_id", token("user"), personal=True),
        Field("CUST_NAME", None, TEXT, personal=True),
        Field("GENDER", "gender", code(f="2", m="1")),
        Field("BIRTH_DATE", "birth_year", BIRTH_YEAR, personal=True),
        Field("ADDRESS", None, TEXT, personal=True),
        Field("POSTCODE", "postcode_area", prefix(4), personal=True),
        Field("ID_TYPE", "id_type", code(resident="01", passport="02", military="03", licence="04")),
        Field("ID_NUMBER", None, TEXT, personal=True),
        Field("COMPANY_FLAG", "is_company", FLAG),
        Field("OCCUPATION", "occupation", code(**OCCUPATION_CODES)),
        # 开户人 and 使用人: who signed the contract, and who uses the number.
        Field("HOLDER_NAME", None, TEXT, personal=True),
        Field("USER_NAME", None, TEXT, personal=True),
        Field("USER_IS_HOLDER", "is_user_holder", FLAG),
        Field("FORMER_NUMBERS", None, TEXT, personal=True),
        Field("CONSENT_FLAG", "has_consent", FLAG),
        Field("DND_CHANNELS", "do_not_disturb_channels", SET),
        Field("GROUP_ID", "group_id"),
        Field("GROUP_ROLE", "group_role"),
        Field("MANAGER_ID", "manager_id"),
        Field("MANAGER_NAME", None, TEXT, personal=True),
        Field("MANAGER_PHONE", None, TEXT, personal=True),
        Field("SENSITIVE_FLAG", "is_sensitive", FLAG),
        Field("SENSITIVE_CHANNELS", "sensitive_channels", SET),
        Field("EXAMINED_FLAG", "is_examined", FLAG),
        Field("EMPLOYEE_FLAG", "is_employee", FLAG),
        Field("CLUBS", "clubs", SET),
    ),
)
