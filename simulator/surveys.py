"""S14: studies that come now and then, each with three questions to some customers."""

from datetime import date
from typing import Any

import numpy as np

from simulator.catalogue import CATEGORIES
from simulator.days import dates
from simulator.province import Province
from simulator.rendering import coded
from simulator.today import Today

# A study is delivered on these days of a month, answers of the front line on the second.
STUDY_DAYS = (2, 17)
_QUESTIONS = ("Q1", "Q2", "Q3")
_SATISFACTION = ("A", "B", "C", "D", "E")
_WORDS = ("希望流量套餐便宜一点", "信号不好,家里没有网络", "想换4G手机", "已经很满意")


def has_survey(province: Province, day: date) -> bool:
    """Whether answers to a study are delivered on the day."""
    return day >= province.first_day and day.day in STUDY_DAYS


def survey_values(today: Today) -> dict[str, Any]:
    """Return the columns of survey: satisfaction, the content somebody wants (what they like most) and whether they want a 4G handset."""
    asked = np.flatnonzero(today.happens("is asked", 0.03))
    rows, question = np.repeat(asked, len(_QUESTIONS)), np.tile(np.arange(len(_QUESTIONS)), len(asked))
    wanted = today.traits.tastes[rows].argmax(axis=1)
    answers = (*_SATISFACTION, *CATEGORIES, "yes", "no")
    answer = np.select(
        [question == 0, question == 1],
        [today.draw(len(_SATISFACTION), "satisfaction", rows), len(_SATISFACTION) + wanted],
        len(answers) - 2 + today.draw(2, "wants 4g", rows),
    )
    month = f"{np.datetime64(today.day, 'D').astype('datetime64[M]')}".replace("-", "")
    is_first = np.datetime64(today.day, "D").astype(date).day == STUDY_DAYS[0]
    words = np.where((question == 0) & (today.draw(10, "says more", rows) < 3), today.draw(len(_WORDS), "words", rows), -1)
    return {
        "TOPIC_ID": coded(np.zeros(len(rows), dtype=np.int64), (f"T{month}-{'01' if is_first else '02'}",)),
        "QUESTION": coded(question, _QUESTIONS),
        "MSISDN": today.numbers[rows],
        "ANSWER": coded(answer, answers),
        "WORDS": coded(words, _WORDS),
        "ANSWER_DATE": dates(today.day - today.draw(5, "answered", rows)),
        "SOURCE": coded(np.full(len(rows), 0 if is_first else 1), ("analyst", "front_line")),
    }
