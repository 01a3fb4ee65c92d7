from collections.abc import Sequence

import pytest
from pyspark.sql import SparkSession

from scenarios.library import SCENARIOS
from scenarios.message import columns_of, faults_of_words, message_sql, short_messages_sql
from scenarios.offers import BestFit, Upgrade
from scenarios.scenario import Scenario, ScenarioError

MB = 1 << 20


def said(spark: SparkSession, template: str, values: Sequence[int | str | None], type: str = "bigint") -> list[str | None]:
    frame = spark.createDataFrame([(value,) for value in values], f"figure {type}")
    return [row.text for row in frame.selectExpr(f"{message_sql(template)} AS text").collect()]


def test_fen_stand_as_yuan_without_trailing_zeros(spark: SparkSession) -> None:
    fen = [500, 550, 505, 5, 0, 1000, 100_000, 123_456_789, 5_000_000_010, -350]
    yuan = ["5", "5.5", "5.05", "0.05", "0", "10", "1000", "1234567.89", "50000000.1", "-3.5"]
    assert said(spark, "{figure:yuan}", fen) == yuan


def test_bytes_stand_as_whole_megabytes_begun_ones_left_out_and_nobody_is_told_of_none(spark: SparkSession) -> None:
    assert said(spark, "{figure:mb}", [32 * MB, 33 * MB - 1, MB - 1, 0, 5 << 40]) == ["32", "32", None, None, str(5 << 20)]


def test_a_figure_without_a_form_stands_as_it_is_and_the_words_around_it_stay(spark: SparkSession) -> None:
    assert said(spark, "您上月闲时流量{figure}M,建议您办理!", [32]) == ["您上月闲时流量32M,建议您办理!"]


@pytest.mark.parametrize("form", ["", ":yuan", ":mb"])
def test_nobody_is_sent_a_sentence_with_a_hole_in_it(spark: SparkSession, form: str) -> None:
    assert said(spark, f"流量{{figure{form}}}元", [None]) == [None]


@pytest.mark.parametrize("form", ["yuan", "mb"])
def test_a_figure_that_is_no_number_sends_nobody_anything_and_stops_no_night(spark: SparkSession, form: str) -> None:
    assert said(spark, f"{{figure:{form}}}", ["gotone"], "string") == [None]


def test_an_unknown_form_is_refused_with_those_there_are() -> None:
    with pytest.raises(ScenarioError, match="the form 'jiao'; expected yuan, mb or none"):
        message_sql("{saving_fen:jiao}")


@pytest.mark.parametrize("template", ["您{saving fen:yuan}元", "您{saving_fen:yuan元", "您{saving_fen:yuan }元", "{}", "", "您好!"])
def test_braces_that_hold_no_figure_are_not_sent(template: str) -> None:
    with pytest.raises(ScenarioError, match=r"braces left over|no .figure"):
        message_sql(template)


def test_columns_of_a_template_are_those_in_braces() -> None:
    assert columns_of("流量{idle_bytes_1m:mb}M,{product_name}!{idle_bytes_1m}") == {"idle_bytes_1m", "product_name"}


def test_a_text_is_sent_as_one_short_message_of_70_letters_or_several_of_67_and_plain_text_of_160_or_153(spark: SparkSession) -> None:
    texts = {
        **{"": 1, "元" * 70: 1, "元" * 71: 2, "元" * 134: 2, "元" * 135: 3, "元" * 201: 3, "元" * 202: 4, "5元" + "a" * 69: 2},
        **{"a" * 160: 1, "a" * 161: 2, "a" * 306: 2, "a" * 307: 3, "Rate: 5!\n" * 17: 1, "[" + "a" * 70: 2},
        **{"𠮷" * 35: 1, "𠮷" * 36: 2, None: None},
    }
    frame = spark.createDataFrame([(text,) for text in texts], "text string")
    found = {row.text: row.parts for row in frame.selectExpr("text", f"{short_messages_sql('text')} AS parts").collect()}
    assert found == texts


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_amounts_and_volumes_of_a_scenarios_words_carry_their_form(scenario: Scenario) -> None:
    for template in (variant.text for step in scenario.timing.steps for variant in scenario.variants_of(step)):
        for column in columns_of(template):
            form = ":yuan" if "_fen" in column else ":mb" if "_bytes" in column else ""
            assert f"{{{column}{form}}}" in template


def test_a_superlative_or_a_promise_is_refused_with_the_reason() -> None:
    assert faults_of_words("{product_name}最便宜,保证省钱") == [
        "message has 最便宜, a superlative that the advertising law forbids; write it without",
        "message has 保证, a promise that nobody can keep; write it without",
    ]


def test_figures_of_different_periods_do_not_stand_side_by_side() -> None:
    fee, saving = "{bill_data_fee_outside_fen_1m:yuan}", "{saving_fen:yuan}"
    told = "bill_data_fee_outside_fen_1m (1m), saving_fen (3m); state figures of one period"
    assert faults_of_words(f"上月{fee}元,每月省{saving}元") == [f"message has figures of different periods: {told}"]
    assert faults_of_words("{fee_fen:yuan}元{current_bill_fen:yuan}{bill_data_fee_outside_fen_3m:yuan}" + saving) == []


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_whoever_is_quoted_what_they_pay_is_offered_only_what_costs_less(scenario: Scenario) -> None:
    for step in scenario.timing.steps:
        offer, said = scenario.offer_of(step), set().union(*(columns_of(variant.text) for variant in scenario.variants_of(step)))
        if "current_bill_fen" in said or any(name.startswith("bill_") for name in said):
            assert isinstance(offer, BestFit) or (isinstance(offer, Upgrade) and offer.must_save)
