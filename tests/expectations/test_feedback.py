"""Feedback: each channel's own names and codes fill the same columns, and a wrong declaration is refused with all faults at once."""

from dataclasses import replace
from datetime import time

import pytest

from expectations.channel import Channel, ChannelError, ListForm
from expectations.channels import CHANNELS
from expectations.errors import ContractError
from expectations.feedback import COLUMNS, Count, FeedbackForm, given
from expectations.feeds import FEEDS
from expectations.tables.ods_feedback import ODS_FEEDBACK

FORM = FeedbackForm(stages=given(accepted="01", sent="02"))
FAIR = Channel(name="fair", label="展会", modes=("active",), medium="script", publish_by=time(8, 0))


def test_every_channel_has_a_feed_of_its_own_form_that_fills_the_one_table() -> None:
    feeds = {name for name, feed in FEEDS.items() if feed.table is ODS_FEEDBACK}
    assert feeds == {f"{name}_feedback" for name in CHANNELS}, "each channel that ships sends feedback"
    forms = [
        (channel.feedback.columns, channel.feedback.stages, channel.feedback.delimiter) for channel in CHANNELS.values() if channel.feedback
    ]
    assert len(set(forms)) == len(CHANNELS), "each channel writes it in its own way"


def test_the_counts_of_a_channel_are_those_of_the_domain_in_their_order() -> None:
    labels = {name: [count.label for count in channel.counts] for name, channel in CHANNELS.items()}
    assert labels["sms"] == ["号码量", "下发量", "回复量", "回复有效量", "业务成交量", "办理成功量", "查询链接点击量"]
    assert labels["crm"] == ["号码量", "推荐量", "接触量", "确认办理量", "办理成功量"]
    assert labels["web_hall"] == ["号码量", "弹出量", "立即办理点击", "办理成功", "查询点击", "查询后返回办理"]
    common = {count.common: count.label for count in CHANNELS["mailbox"].counts if count.common}
    assert common == {"customers": "号码量", "pushed": "邮件发送量", "reached": "阅读量", "taken_up": "办理成功"}


def test_faults_of_a_form_are_told_all_at_once() -> None:
    with pytest.raises(ContractError) as refusal:
        FeedbackForm(
            stages=given(accepted="01", rejected="01"),
            columns=given(happened_at="TIME", telephone="TEL", number="TEL"),
            outcomes=given(bought="1"),
            reasons=given(bored="1"),
            replies=given(glad="1"),
        )
    told = str(refusal.value)
    for fault in (
        *("stages: '01' is there twice", "columns: 'TEL' is there twice", "column scenario is missing", "column telephone is unknown"),
        *("outcome bought is unknown", "reason bored is unknown", "reply glad is unknown", "expectations/channels/"),
    ):
        assert fault in told


def test_counts_and_stages_belong_together() -> None:
    sent, clicked = Count(stage="sent", label="下发量", common="pushed"), Count(stage="clicked", label="点击量", common="pushed")
    assert replace(FAIR, feedback=FORM, counts=(sent,)).counts == (sent,)
    with pytest.raises(ChannelError) as refusal:
        replace(FAIR, feedback=FORM, counts=(clicked, replace(sent, stage="accepted", label="")))
    told = str(refusal.value)
    for fault in (
        "count clicked is of a stage that the feedback does not report",
        "stage sent is neither a count",
        "two counts are pushed",
        "the label of count accepted is empty",
    ):
        assert fault in told
    with pytest.raises(ChannelError, match="counts without feedback"):
        replace(FAIR, counts=(sent,))


def test_feedback_names_its_recipients_as_the_channels_lists_do() -> None:
    columns = given(**{name: name.upper() for name in COLUMNS if name != "number"})
    by_contact, usual = replace(FORM, columns=columns, stages=given(accepted="01")), replace(FORM, stages=given(accepted="01"))
    lists = ListForm(columns=("contact_id", "message"))
    assert replace(FAIR, may_have_numbers=False, form=lists, feedback=by_contact).feedback == by_contact
    with pytest.raises(ChannelError, match="may not have numbers; leave column number out of its feedback"):
        replace(FAIR, may_have_numbers=False, form=lists, feedback=usual)
    with pytest.raises(ChannelError, match="names contacts alone; expected column contact_id in its lists"):
        replace(FAIR, form=ListForm(columns=("number", "message")), feedback=by_contact)
    with pytest.raises(ContractError, match="columns number and contact_id are missing"):
        replace(FORM, columns=tuple(pair for pair in columns if pair[0] != "contact_id"))
