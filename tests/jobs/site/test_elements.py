"""A scenario in words, its steps on a line of days, and sample messages."""

from dataclasses import replace

from jobs.site.elements import OFFERS, channel_lines, elements, reading_of, samples, trigger_words
from jobs.site.timeline import timeline
from scenarios.library import SCENARIOS
from scenarios.library.c10_data_without_plan import SCENARIO as C10
from scenarios.library.c12_plan_with_data import SCENARIO as C12
from scenarios.library.c13_new_customer import SCENARIO as C13
from scenarios.library.c27_cross_sell import SCENARIO as C27
from scenarios.variants import Variant


def test_the_elements_of_a_scenario_are_said_in_words() -> None:
    told = dict(elements(C13))
    assert told["resource 营销资源"] == "data_300m, nothing 无"
    assert told["timing 营销时机"] == "7 steps; lists for 5 days 有效期"
    assert told["product 营销产品"].startswith("one product for everybody 固定产品: dp010; content and apps")
    assert told["strategy 营销策略"].startswith(
        "value over 6 months, by the assumed rate 15 %; the assumed rate 3 %; the model data_plan_propensity; held out 对照组: 100 ‰"
    )
    assert "an order of data_plan within 30 days; or an order of app within 30 days" in told["evaluation 评估"]


def test_limits_of_a_nights_contacts_are_part_of_the_strategy() -> None:
    limited = replace(C10, strategy=replace(C10.strategy, least_contacts=10, most_contacts=2000))
    assert dict(elements(limited))["strategy 营销策略"].endswith("contacts of a night: at least 10, at most 2,000")


def test_the_evaluation_says_how_small_an_effect_the_control_group_can_show() -> None:
    few, many = (dict(elements(C10, members))["evaluation 评估"] for members in (1_000, 100_000))
    # 2.8016 deviations x sqrt(0.01 x 0.99 x (1/90000 + 1/10000)) = 0.29 points; half a point is shown by 3.3 in a hundred.
    assert many.endswith(
        "of 100,000 members it can show a difference of 0.29 points 可检出差异, and half a point needs 33 ‰ held out (at a take-up of 1 %)"
    )
    assert few.endswith(
        "of 1,000 members it can show a difference of 2.9 points 可检出差异, and half a point needs a larger audience (at a take-up of 1 %)"
    )
    assert "50 ‰ by wave2" in dict(elements(C10))["strategy 营销策略"]


def test_the_channels_in_one_view_say_which_steps_use_them_and_what_was_listed() -> None:
    lines = {line.name: line for line in channel_lines(C10, {"sms": 7})}
    assert (lines["sms"].used_by, lines["sms"].listed, lines["sms"].publish_by) == ("wave1, wave2 instead of web_hall", 7, "08:00")
    assert (lines["crm"].used_by, lines["crm"].listed) == ("high value 高价值", 0)
    assert lines["kiosk"].used_by == "by preference 按偏好"
    assert lines["sms"].measures.startswith("号码量, 下发量")
    assert {line.name: line.used_by for line in channel_lines(C12, None)}["kiosk"] == "open to the allocation 分配择优"
    assert {line.name: line.used_by for line in channel_lines(C13, None)}["crm"] == "entry"
    assert channel_lines(C10, None)[0].listed is None


def test_the_file_of_a_scenario_says_how_the_operator_is_read() -> None:
    first, reading = reading_of(C27)
    assert first.startswith("C27 交叉销售: smartphone users")
    assert reading.startswith("Our reading: expected is the fee times the recent interest in what the service is about.")


def test_a_step_says_when_it_is_due() -> None:
    said = {step.name: trigger_words(step) for step in (*C10.timing.steps, *C13.timing.steps)}
    assert said["wave1"] == "monthly from day 5 每月, feedback by day 9"
    assert said["wave2"] == "those of wave1 who did not take it up 未办理; monthly from day 10 每月, feedback by the month's end"
    assert said["content"] == "every night 每晚, everybody once 一次: tenure_days BETWEEN 7 AND 13"
    assert said["content_toolbar"] == "those of content_app who did not see it 未触达, 5 days later"


def test_monthly_steps_are_drawn_on_their_day_and_others_after_the_first_contact() -> None:
    monthly, cascade = timeline(C10), timeline(C13)
    # 1 to 32 on 150 to 700: day 5 is 4/31 of the way, day 10 9/31; a list holds 5 days.
    assert [(bar.name, bar.x, bar.width, bar.comes_from) for bar in monthly.bars] == [
        ("wave1", 221, 89, None),
        ("wave2", 310, 88, (229, 56)),
    ]
    assert monthly.marks[:3] == ((150, "1"), (221, "5"), (310, "10"))
    assert [bar.x == 150 for bar in cascade.bars] == [True, True, True, True, False, True, False]
    assert cascade.axis.startswith("days after the first contact")


def test_a_sample_message_has_the_products_name_and_figures_of_nobody() -> None:
    first = samples(C10, {"dp005": "5元流量包"})[0]
    assert first.text == "按近3月用量您每月流量费约12.5元,办理5元流量包约12.5元,每月省12.5元!办理即赠5元话费哦!"
    assert first.ending == "回Y办理,退订回TD"
    assert first.length == len(first.text) + len(first.ending)
    assert "dp005" in samples(C10, {})[0].text


def test_each_variant_has_a_sample_with_the_ending_of_a_channel_that_has_it() -> None:
    texts = (Variant("all", "推荐{product_name}"), Variant("short", "{product_name}", channels=("sms",)))
    told = replace(C10, strategy=replace(C10.strategy, message=texts))
    assert [(one.step, one.variant.name, one.text, one.ending) for one in samples(told, {"dp005": "5元包"})[:2]] == [
        ("wave1", "all", "推荐5元包", ""),
        ("wave1", "short", "5元包", "回Y办理,退订回TD"),
    ]


def test_every_kind_of_offer_in_the_library_is_told_in_words() -> None:
    used = {type(scenario.offer_of(step)) for scenario in SCENARIOS for step in scenario.timing.steps}
    assert used <= OFFERS.keys()
