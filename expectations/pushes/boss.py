"""The billing system, whose screens at the counter show the labels."""

from datetime import time

from expectations.channel import ListForm
from expectations.push import Push

BOSS_PUSH = Push(
    name="boss",
    label="业务支撑系统",
    publish_by=time(6, 30),
    grain="customer",
    form=ListForm(
        columns=("number", "city", "tier", "services", "labels", "since_dates", "evidence", "advice"),
        file_name="labels_{date}.txt.gz",
        header=False,
        delimiter="|",
        encoding="gb18030",
        compression="gz",
    ),
)
