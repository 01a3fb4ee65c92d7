"""The hotline's screen, which shows the labels of who calls."""

from datetime import time

from expectations.channel import ListForm
from expectations.push import Push

CUSTOMER_SERVICE_PUSH = Push(
    name="customer_service",
    label="客服系统",
    publish_by=time(7, 0),
    grain="label",
    form=ListForm(
        columns=(
            *("number", "city", "tier", "tier_name", "services"),
            *("label_number", "label_name", "grade", "since_date", "evidence", "advice"),
        ),
        file_name="{city}_{date}.csv",
    ),
)
