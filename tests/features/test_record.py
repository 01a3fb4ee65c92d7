"""The fields that the operator asked for by name (domain, section 2) and the columns of the customer record that carry them."""

import re
from pathlib import Path

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.vault import VAULT_NUMBER, VAULT_PERSON
from features.library import CAR

PAGE = Path(__file__).parents[2] / "docs" / "domain.md"
ELSEWHERE = {table.name: {column.name for column in table.columns} for table in (DWD_SUBSCRIBER, VAULT_NUMBER, VAULT_PERSON)}
FIELDS = """
    号码 姓名 性别 生日 年龄 联系地址 邮政编码 住址 证件类型 证件号码
    品牌 子品牌 客户等级 客户类别 信用等级 入网时间 在网时长 入网渠道 归属区域 永久归属区域
    号码状态 是否处于保留期 进入保留期时间 进入冷冻期时间 预约销户办理时间 停机类型 停机时间 流失类型 流失月份
    捆绑到期时间 机类型 大客户经理姓名 大客户经理电话 是否考核客户 是否通信客户 是否以公司名开户 是否敏感号码 对何种渠道敏感
    当前IMEI 入网当月IMEI 入网月IMEI对应上月号码 入网月IMEI对应上月号码品牌 支持GPRS 支持彩信 支持Java 支持飞信客户端
    无线音乐俱乐部高级会员 无线音乐俱乐部会员 手机玩家俱乐部 客户分层 当前分群编号 上次分群编号
"""


def listed() -> list[tuple[str, str, str]]:
    """The rows of the page's table: field, column of the CAR, rule."""
    text = PAGE.read_text("utf-8").partition("### The customer record")[2].partition("\n## ")[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return [(field, column.strip("`"), rule) for field, column, rule in cells[2:]]


def test_every_field_of_the_record_is_listed_once_in_order() -> None:
    assert [field for field, _, _ in listed()] == FIELDS.split()


def test_every_listed_column_is_in_the_record_and_what_identifies_is_elsewhere() -> None:
    columns = {column.name for column in CAR.columns}
    assert not [field for field, column, _ in listed() if column and column not in columns]
    for field, column, rule in listed():
        places = re.findall(r"`([a-z]+\.[a-z]+)\.([a-z_]+)`", rule)
        assert column or places, field
        assert all(name in ELSEWHERE[table] for table, name in places), field
