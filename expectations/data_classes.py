"""The data classes 数据类 that reports count feeds by, with the operator's names, in the order of reports."""

from typing import Literal

DataClass = Literal["basic", "orders and usage", "service", "stated demand", "behaviour", "response"]
DATA_CLASSES: dict[DataClass, str] = {
    "basic": "基础信息",
    "orders and usage": "业务诉求",
    "service": "客户服务",
    "stated demand": "需求反馈",
    "behaviour": "客户行为",
    "response": "需求响应",
}
