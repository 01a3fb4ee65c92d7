"""Variants of a message: a fair split that stays, each text checked, and the stored variant is the text that was sent."""

import hashlib
import random
from collections import Counter
from dataclasses import replace
from math import sqrt
from typing import Any

import pytest
from pyspark.sql import SparkSession

from scenarios.controls import held_out, text_draw
from scenarios.library.c22_likely_to_leave import SCENARIO as C22
from scenarios.library.c26_content_direct import SCENARIO as C26
from scenarios.policy import CONTROL_SALT
from scenarios.scenario import Scenario, ScenarioError
from scenarios.variants import Message, Variant, name_of
from scenarios.version import version
from tests.frames import role, rows, token
from tests.scenarios.test_candidates import C10, found_of
from tests.scenarios.test_follow_ups import BOOKS, READER

SEED = 20260304
A, B, C = Variant("a", "推荐{product_name}"), Variant("b", "请看{product_name}"), Variant("c", "试试{product_name}")


def by_hand(group: str, who: str, names: tuple[str, ...]) -> str:
    """The variant worked out again, without Spark."""
    draw = int(hashlib.sha256(f"{CONTROL_SALT}:{group}:{who}".encode()).hexdigest()[:15], 16) % 1_000_000
    return names[draw * len(names) // 1_000_000]


def saying(message: Message, scenario: Scenario = C10) -> Scenario:
    return replace(scenario, strategy=replace(scenario.strategy, message=message))


def fairly(count: int, of: int, parts: int) -> bool:
    """Whether a fair draw gives this count in all but one of 15,000 tries (four standard errors)."""
    return abs(count / of - 1 / parts) < 4 * sqrt((1 - 1 / parts) / parts / of)


def test_variants_have_equal_shares_in_each_arm_stay_and_are_drawn_anew_for_each_step(spark: SparkSession) -> None:
    chance, (first, second) = random.Random(SEED), C10.timing.steps
    ids = [f"{chance.getrandbits(128):032x}" for _ in range(9_000)]
    people = spark.createDataFrame([(who, C10.name, first.name) for who in ids], "subscriber_id string, scenario string, step string")
    drawn = {step.name: name_of((A, B, C), text_draw(C10, step)) for step in (first, second)}
    found = people.select(
        "subscriber_id", held_out([C10]).isNotNull().alias("is_held_out"), *(of.alias(name) for name, of in drawn.items())
    )
    told = found.collect()
    assert [row.wave1 for row in told] == [by_hand(f"text:{C10.name} wave1", row.subscriber_id, ("a", "b", "c")) for row in told]
    for arm in (True, False):
        counts = Counter(row.wave1 for row in told if row.is_held_out == arm)
        assert len(counts) == 3
        assert all(fairly(count, counts.total(), 3) for count in counts.values()), counts
    assert fairly(sum(row.wave1 == row.wave2 for row in told), len(told), 3)


def test_the_stored_variant_is_the_text_of_the_list_and_each_customers_own(spark: SparkSession) -> None:
    orders = "subscriber_id | order_id | product | product_kind | ordered_at | valid_from | valid_to\n"
    names = [f"r{n}" for n in range(12)]
    orders += "\n".join(f"{name} | {name} | reading | app | 2026-01-01T09:00:00 | 2026-01-01 |" for name in names)
    asked: dict[str, Any] = {"step": C26.timing.step("new_books"), "scenario": C26, "told": BOOKS, "history": {"orders": orders}}
    found = rows(found_of(spark, **asked, **dict.fromkeys(names, READER)).where("size(reasons) = 0"), "subscriber_id", "variant", "message")
    words = {
        "news": "您常看的玄幻有新书上架!打开手机阅读即可阅读。",
        "question": "今晚看什么?手机阅读为您选好了玄幻新书,打开就能读。",
    }
    assert {who for who, *_ in found} == {*names}
    for who, variant, message in found:
        assert variant == by_hand(f"text:{C26.name} new_books", token(who), ("news", "question"))
        assert message.removesuffix("退订回TD") == words[variant]
    assert {variant for _, variant, _ in found} == {"news", "question"}


def test_a_channel_with_a_text_of_its_own_gets_it_and_all_others_the_general_one(spark: SparkSession) -> None:
    own = Variant("counter", "请介绍{product_name}", channels=("crm", "web_hall"))
    told = saying((Variant("all", "推荐{product_name}"), own), replace(C10, channels=replace(C10.channels, chosen_by="allocation")))
    found = found_of(spark, scenario=told, step=told.timing.steps[0], usual={}, none={"state": "stopped"})
    texts = {(row.channel, row.variant, row.message) for row in found.where("size(reasons) = 0").collect()}
    assert {("sms", "all", "推荐10元套餐回Y办理,退订回TD"), ("web_hall", "counter", "请介绍10元套餐")} <= texts
    assert {of for channel, of, _ in texts if channel != "sms"} == {"counter"}
    assert rows(found.where("size(reasons) > 0"), "subscriber_id", "reasons", "variant") == [("none", ["state"], None)]


def test_texts_are_compared_among_those_who_could_get_each_and_only_the_channel_without_a_text_is_closed(spark: SparkSession) -> None:
    chosen = replace(C10.channels, chosen_by="allocation", allowed=("sms", "web_hall"), high_value=None)
    genre = Variant("genre", "爱看{reading_genre_90d}?推荐{product_name}", channels=("sms",))
    told = saying((A, replace(genre, text=A.text, name="plain"), genre), replace(C10, channels=chosen))
    reads = {f"reads{n}": {"reading_genre_90d": "玄幻"} for n in range(8)}
    found = found_of(spark, scenario=told, step=told.timing.steps[0], **{f"r{n}": {} for n in range(8)}, **reads).collect()
    of = {
        name: {(row.channel, row.variant, *row.reasons) for row in found if (role(row.subscriber_id) in reads) == name}
        for name in (True, False)
    }
    assert of[True] == {("sms", "plain"), ("sms", "genre"), ("web_hall", "a")}
    assert of[False] == {("sms", None, "no_message"), ("web_hall", "a")}


def test_who_calls_to_keep_a_customer_has_a_script_and_the_message_has_other_words() -> None:
    letter, call = C22.variants_of(C22.timing.steps[0])
    assert (letter.channels, call.channels) == ((), ("outbound_call",))
    assert call.text.startswith("您好,这里是10086。")


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ((A, Variant("b", "推荐")), "step wave1, variant b: message has no {figure}"),
        ((A, Variant("b", "最便宜的{product_name}")), "step wave1, variant b: message has 最便宜"),
        ((A, Variant("b", "{idle_bytes_1m:mb}{saving_fen:yuan}")), "variant b: message has figures of different periods"),
        ((A, Variant("b", "{current_bill_fen:yuan}")), "variant b: message states current_bill_fen and not what the offer costs"),
        ((A, Variant("b", "{idle_share_30d}")), "variant b: message states idle_share_30d, which is too low when a day has not arrived"),
        ((A, Variant("b", "TODO{product_name}")), "the message, variant b is still TODO"),
        ((A, replace(B, name="a")), "step wave1: message has variant a twice"),
        ((A, replace(B, name=" ")), "step wave1: message has a variant without a name"),
        ((A,), "message has only the variant 'a'; write its text as the message, or a second variant"),
        ((), "message has no text for channel sms; write a variant without channels"),
        ((A, replace(B, channels=("fax",))), "variant b is for channel fax, which is not allowed"),
        ((A, replace(B, channels=C10.channels.allowed)), "no channel has variant a; each has its own text"),
        (tuple(replace(one, channels=("sms",)) for one in (A, B)), "message has no text for channel crm"),
        (("推荐{product_name}",), "expected text or a tuple of Variant"),
    ],
)
def test_every_text_is_checked_and_a_fault_names_its_variant(message: Any, fault: str) -> None:
    with pytest.raises(ScenarioError) as refusal:
        saying(message)
    assert fault in str(refusal.value)


def test_every_change_of_a_variant_makes_another_version() -> None:
    told = [(A, B), (A, C), (B, A), (A, B, C), (A, replace(B, name="x")), (A, replace(B, channels=("sms",))), A.text]
    assert len({version(saying(message)) for message in told}) == len(told)
