"""S6 of a day: calls to the hotline, and complaints with all that follows from them.

Whoever is ready to turn away complains more often. A complaint is closed after one to five days, and then some customers reply. Half of
those whose complaint took longer than three days are not satisfied.
"""

from typing import Any

import numpy as np
import pyarrow as pa

from simulator.chance import Ints
from simulator.complaints import complains
from simulator.rendering import coded
from simulator.today import Today

_IVR, _ADVICE, _COMPLAINT, _ORDER, _REPLY = range(5)
_KINDS = ("ivr", "consultation", "complaint", "work_order", "reply")
_PATHS = ("1>1", "1>2", "2>1>3", "2>4", "3>1", "0", "5>2>1")
_TOPICS = ("fee_query", "data_plan", "data_fee", "network", "roaming", "handset", "subscribed_unasked", "spam_message")
_TOPIC_SHARES = np.array([25.0, 20, 18, 14, 6, 7, 6, 4])
_ORDER_TYPES = ("refund", "network_check", "cancellation", "explanation")
_SEVERITIES, _STATUSES = ("low", "middle", "high"), ("open", "in_progress", "closed")
_NOTES = ("客户来电反映流量费偏高,已解释", "用户要求核查扣费,留言请回电", "信号弱,已派单", "客户情绪激动,要求退费")
_MOST_DAYS = 5


def service_values(today: Today) -> dict[str, Any]:
    """Return the columns of crm_service."""
    traits = today.traits
    parts = [
        _rows(today, _IVR, np.flatnonzero(today.happens("calls the menu", 0.02))),
        _rows(today, _ADVICE, np.flatnonzero(today.happens("asks an agent", 0.006))),
    ]
    for back in range(_MOST_DAYS + 1):
        complained = np.flatnonzero(today.here & complains(traits, today.chance, today.day - back))
        lasts = 1 + today.draw(_MOST_DAYS, "complaint lasts", complained, back)
        if back == 0:
            parts += [_rows(today, kind, complained, back, status=0) for kind in (_COMPLAINT, _ORDER)]
        else:
            parts.append(_rows(today, _ORDER, complained[lasts > back], back, status=1))
            closed = complained[lasts == back]
            parts.append(_rows(today, _ORDER, closed, back, status=2))
            parts.append(_rows(today, _REPLY, closed[today.draw(10, "replies", closed, back) < 4], back, status=2))
    return {name: pa.concat_arrays([part[name] for part in parts]) for name in parts[0]}


def _rows(today: Today, kind: int, rows: Ints, back: int = 0, status: int = -1) -> dict[str, pa.Array]:
    """Return the columns of events of one kind. `back` is how many days ago the complaint was made, if there is one (`status`)."""
    # Somebody may have several complaints at a time, which differ in `back`.
    count, who, day = len(rows), today.traits.subscriber[rows], today.day - back
    has_topic, is_order = kind in (_ADVICE, _COMPLAINT, _ORDER), kind == _ORDER
    topic = today.chance.choice(_TOPIC_SHARES, "service topic", day, who)
    satisfied = today.draw(100, "satisfied", rows, back) >= (50 if back > 3 else 20)
    nothing = np.full(count, -1)
    columns = {
        "EVENT_ID": pa.array([f"E{one}" for one in today.ids(10 * back + kind, rows).tolist()], pa.string()),
        "USER_ID": pa.array(today.traits.user_id[rows]),
        "EVENT_TIME": pa.array(today.moments(f"service {kind}", rows)),
        "EVENT_KIND": coded(np.full(count, kind), _KINDS),
        "IVR_PATH": coded(today.draw(len(_PATHS), "menu path", rows) if kind == _IVR else nothing, _PATHS),
        "TOPIC_CODE": coded(topic if has_topic else nothing, _TOPICS),
        "CASE_ID": pa.array([f"C{day}{one:09d}" if status >= 0 else None for one in who.tolist()], pa.string()),
        "ORDER_TYPE": coded(today.draw(len(_ORDER_TYPES), "order type", rows, back) if is_order else nothing, _ORDER_TYPES),
        "SEVERITY": coded(today.draw(3, "severity", rows, back) if status >= 0 else nothing, _SEVERITIES),
        "STATUS": coded(np.full(count, status), _STATUSES),
        "SATISFIED": pa.array(satisfied, mask=np.full(count, kind != _REPLY)),
        "NOTE": coded(today.draw(len(_NOTES), "note", rows) if kind == _COMPLAINT else nothing, _NOTES),
    }
    return {name: column.dictionary_decode() if pa.types.is_dictionary(column.type) else column for name, column in columns.items()}
