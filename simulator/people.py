"""The people behind the subscriptions, all invented: names, addresses, documents. Tests scan the lake for these personal data."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations.feeds.crm_customer import OCCUPATION_CODES
from expectations.tables.ods_group_tie import GROUP_ROLES
from simulator.catalogue import rows_of
from simulator.chance import Chance, Ints
from simulator.circles import MANAGERS, groups_of
from simulator.numbers import manager_numbers
from simulator.province import Province
from simulator.rendering import coded
from simulator.traits import Traits

_SURNAMES = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石"
)
_GIVEN = tuple("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚玲桂英华玉兰梅红鹏辉慧建文斌宇浩然欣怡梓涵子轩雨泽思琪佳俊晨曦嘉诚志远海燕春雪晓东")
_ROADS = ("人民路", "解放路", "中山路", "建设路", "和平街", "新华街", "文化路", "滨河路", "花园街", "学府路", "工业大道", "迎宾大道")
_TRADES = ("贸易", "建材", "餐饮", "物流", "广告", "电子", "服饰", "汽修")
_ID_TYPES = ("resident", "passport", "military", "licence")
_CLUBS: tuple[list[str], ...] = ([], ["music_senior"], ["music"], ["gamer"], ["music", "gamer"])
_UNDISTURBED = (["all"], ["sms", "mms"], ["outbound_call"], ["sms"])
_ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])


def former_numbers(traits: Traits, day: int) -> pa.Array:
    """Return the number before the present one, null if a subscriber has had no other."""
    return pc.cast(pa.array(traits.number, mask=traits.number_change > day), pa.string())


def customer_values(traits: Traits, chance: Chance, province: Province) -> dict[str, Any]:
    """Return the columns of S5 for the whole chunk; they never change. FORMER_NUMBERS, which does, is not among them."""
    people = _People(traits, chance)
    birth = people.births()
    company = people.uniform("company") < 0.03
    groups = groups_of(traits, chance, province)
    names = pc.if_else(pa.array(company), people.companies(), people.names("name"))
    is_holder = ~company & (people.uniform("other user") >= 0.08)
    occupation = chance.choice(np.array([12.0, 24, 16, 14, 9, 5, 4, 9, 7]), "occupation", 0, traits.subscriber)
    id_type = chance.choice(np.array([96.0, 1, 1, 2]), "id type", 0, traits.subscriber)
    return {
        "USER_ID": traits.user_id,
        "CUST_NAME": names,
        "GENDER": coded(np.where(people.uniform("gender unknown") < 0.03, -1, people.below(2, "gender")), ("f", "m")),
        "BIRTH_DATE": np.where(people.uniform("birth unknown") < 0.02, np.datetime64("NaT"), birth),
        "ADDRESS": people.addresses(),
        "POSTCODE": pa.array(990_000 + traits.place * 100 + people.below(100, "postcode")),
        "ID_TYPE": coded(id_type, _ID_TYPES),
        "ID_NUMBER": people.documents(birth),
        "COMPANY_FLAG": company,
        "OCCUPATION": coded(np.where(people.uniform("occupation unknown") < 0.3, -1, occupation), tuple(OCCUPATION_CODES)),
        "HOLDER_NAME": names,
        "USER_NAME": pc.if_else(pa.array(is_holder), names, people.names("user name")),
        "USER_IS_HOLDER": pa.array(is_holder, mask=people.uniform("holder unknown") < 0.02),
        "GROUP_ID": groups.ids,
        "GROUP_ROLE": coded(groups.role, GROUP_ROLES),
        "MANAGER_ID": groups.manager_ids,
        "MANAGER_NAME": _named(groups.manager, chance),
        "MANAGER_PHONE": pa.array(manager_numbers(groups.manager, province.seed), mask=groups.manager < 0),
        **_flags(people, chance),
    }


def _flags(people: "_People", chance: Chance) -> dict[str, Any]:
    who = people.subscriber
    refusals = pa.array([row["CHANNELS"].split(";") for row in rows_of("refusals")], pa.list_(pa.string()))
    refuses = np.where(people.uniform("refuses") < 0.03, people.below(len(refusals), "refusal"), -1)
    undisturbed = pa.array(_UNDISTURBED, pa.list_(pa.string()))
    disturbed = np.where(people.uniform("is disturbed") < 0.015, people.below(len(_UNDISTURBED), "undisturbed"), -1)
    clubs = pa.array(_CLUBS, pa.list_(pa.string()))
    member = chance.choice(np.array([88.0, 3, 5, 3, 1]), "clubs", 0, who)
    return {
        "SENSITIVE_FLAG": people.uniform("sensitive") < 0.01,
        "SENSITIVE_CHANNELS": refusals.take(pa.array(refuses, mask=refuses < 0)),
        "CONSENT_FLAG": pa.array(people.uniform("consents") >= 0.01, mask=people.uniform("consent unknown") < 0.002),
        "DND_CHANNELS": undisturbed.take(pa.array(disturbed, mask=disturbed < 0)),
        "EXAMINED_FLAG": people.uniform("examined") < 0.005,
        "EMPLOYEE_FLAG": people.uniform("employee") < 0.01,
        "CLUBS": clubs.take(pa.array(member, mask=member == 0)),
    }


class _People:
    """Draws about the persons of a chunk."""

    def __init__(self, traits: Traits, chance: Chance) -> None:
        self.traits, self.chance, self.subscriber = traits, chance, traits.subscriber
        self.places = rows_of("org")

    def uniform(self, purpose: str) -> np.ndarray:
        """Return a number in [0, 1) per person."""
        return self.chance.uniform(f"person {purpose}", 0, self.subscriber)

    def below(self, limit: int, purpose: str) -> Ints:
        """Return a whole number from 0 to limit - 1 per person."""
        return self.chance.below(limit, f"person {purpose}", 0, self.subscriber)

    def names(self, purpose: str) -> pa.Array:
        """Surname and one or two given names."""
        return _names(self.chance, purpose, self.subscriber)

    def companies(self) -> pa.Array:
        """Company names of the place."""
        city = pa.array([place["CITY_NAME"] for place in self.places]).take(self.traits.place)
        trade = pa.array(_TRADES).take(self.below(len(_TRADES), "trade"))
        given = pa.array(_GIVEN).take(self.below(len(_GIVEN), "firm"))
        return pc.binary_join_element_wise(city, given, "达", trade, "有限公司", "")

    def addresses(self) -> pa.Array:
        """City, county, road, house number."""
        place = pa.array([row["CITY_NAME"] + row["COUNTY_NAME"] for row in self.places]).take(self.traits.place)
        road = pa.array(_ROADS).take(self.below(len(_ROADS), "road"))
        house, flat = (pc.cast(pa.array(1 + self.below(limit, name)), pa.string()) for limit, name in ((300, "house"), (30, "flat")))
        return pc.binary_join_element_wise(place, road, house, "号", flat, "室", "")

    def births(self) -> np.ndarray:
        """Birth dates; ages 16 to about 85."""
        age_days = ((16 + 69 * self.uniform("age") ** 1.6) * 365.25).astype(np.int64)
        return np.datetime64("2026-01-01") - age_days.astype("timedelta64[D]")

    def documents(self, birth: np.ndarray) -> pa.Array:
        """Return identity numbers of 18 digits with the standard's check character; their county codes do not exist."""
        county = np.array([int(place["COUNTY_CODE"]) for place in self.places])[self.traits.place]
        month = birth.astype("datetime64[M]").astype(np.int64)
        day = (birth - birth.astype("datetime64[M]")).astype(np.int64) + 1
        digits = (county * 10**8 + (1970 + month // 12) * 10_000 + (month % 12 + 1) * 100 + day) * 1000 + self.below(1000, "serial")
        places = digits[:, None] // 10 ** np.arange(16, -1, -1) % 10
        check = pa.array(list("10X98765432")).take((places * _ID_WEIGHTS).sum(axis=1) % 11)
        return pc.binary_join_element_wise(pc.cast(pa.array(digits), pa.string()), check, "")


def _names(chance: Chance, purpose: str, subjects: Ints) -> pa.Array:
    def pick(characters: tuple[str, ...], part: str) -> pa.Array:
        return pa.array(characters).take(chance.below(len(characters), f"{purpose} {part}", 0, subjects))

    second = pc.if_else(pa.array(chance.uniform(f"{purpose} short", 0, subjects) < 0.25), "", pick(_GIVEN, "second"))
    return pc.binary_join_element_wise(pick(_SURNAMES, "surname"), pick(_GIVEN, "first"), second, "")


def _named(manager: Ints, chance: Chance) -> pa.Array:
    return _names(chance, "manager name", np.arange(MANAGERS)).take(pa.array(manager, mask=manager < 0))
