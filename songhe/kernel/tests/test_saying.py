"""What was raised or stored in Chinese, said in the reader's language."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.utils.translation import override

from songhe.kernel import saying
from songhe.kernel.saying import said


@pytest.fixture
def english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A catalogue of a few messages, filled by the test, for a language of its own."""
    messages: dict[str, str] = {}
    monkeypatch.setattr(saying, "_book", lambda language: saying.bound(messages, {"共 %(n)d 条": {0: "%(n)d row", 1: "%(n)d rows"}}))
    saying._said.cache_clear()
    with override("de"):
        yield messages
    saying._said.cache_clear()


@pytest.mark.parametrize("chinese, wanted", [
    ("一次最多上传 500 条记录", "At most 500 records can be uploaded at once"),
    ("请分批上传。", "Please upload in batches."),
    ("申请人须年满 60 周岁，现为 58 周岁", "The applicant must be at least 60 years old, and is 58"),
    ("区民政局指定", "Chosen by District civil affairs bureau"),
    ("身份证号应为 18 位，现为 17 位。请对照身份证原件逐位核对。",
     "An identity number has 18 digits; this one has 17. Compare it with the identity card digit by digit."),
    ("没有填写终止理由。请写明为何终止。", "No reason for ending was given. Say why it ends."),
    ("王芳不能承担该次服务：与 09:00 的服务之间路上来不及；10:00–11:00 已有服务",
     "王芳 cannot take this visit: Not enough time to travel to or from the visit at 09:00; Has a visit 10:00–11:00"),
    ("曹杨评估中心：在办 3 件，评估员 4 名，人均 0.8 件；与长者同街镇；在 3 家中负荷最轻",
     "曹杨评估中心: 3 open cases, 4 assessors, 0.8 cases each; Same subdistrict as the elder; The lightest workload of 3 agencies"),
    ("周三 08:00 的服务没有选择项目", "The visit on Wednesday 08:00 has no items"),
    ("剩 3 个工作日", "3 working days left"),
    ("居家照护每周服务时长上限：3小时/周", "Home care: most hours a week: 3 hours/week"),
    ("居家照护基金支付比例：90%", "Home care: share paid by the fund: 90%"),
    ("系统（自动办理）", "System (automatic)"),
    ("可享受长护险待遇的照护等级：2级、3级", "Care levels with an LTC insurance benefit: level 2, level 3"),
    ("这次服务比计划时间长，长护险按计划时间支付。", "This visit took longer than planned; LTC insurance pays for the planned time."),
])  # fmt: skip
def test_a_text_with_values_is_said_in_english_with_the_values_in_it(english: None, chinese: str, wanted: str) -> None:
    assert said(chinese) == wanted


def test_for_a_chinese_reader_nothing_changes() -> None:
    with override("zh-hans"):
        assert said("一次最多上传 500 条记录") == "一次最多上传 500 条记录"
    with override(None):
        assert said("请分批上传。") == "请分批上传。"


@pytest.mark.parametrize("text", [
    "老人家说明天再来", "家属补登记", "沈桂芳", "曹杨新村街道（南片）", "Already English", "", "2026-11-18",
    "女儿来电：今天不用上门。下周再说；谢谢", "三月 已申请 沈桂芳",
])  # fmt: skip
def test_an_unknown_text_is_shown_as_it_is(english: None, text: str) -> None:
    assert said(text) == text


def test_where_two_messages_fit_the_more_literal_one_is_taken(book: dict[str, str]) -> None:
    book["床位 {0} 不在用"] = "Bed {0} is out of use"
    book["床位 {0} 在 {1} 不在用"] = "Bed {0} is out of use on {1}"
    book["床位{0}"] = "Bed{0}"
    assert said("床位 3 在 5 月 1 日 不在用") == "Bed 3 is out of use on 5 月 1 日"
    assert said("床位 3 不在用") == "Bed 3 is out of use"


def test_the_whole_text_goes_before_a_pattern(book: dict[str, str]) -> None:
    book["请填写{0}的理由"] = "State why {0}"
    book["请填写终止的理由"] = "State why it ends"
    assert said("请填写终止的理由") == "State why it ends"


def test_a_value_is_translated_where_it_is_a_message_and_kept_where_it_is_a_name(book: dict[str, str]) -> None:
    book["{0} 不能申请{1}"] = "{1} is not open to {0}"
    book["复核"] = "Review"
    assert said("沈桂芳 不能申请复核") == "Review is not open to 沈桂芳"


def test_a_value_never_tears_brackets_or_sentences_apart(book: dict[str, str]) -> None:
    book["当天请假（{0}）"] = "On leave ({0})"
    book["原因是：{0}"] = "Because: {0}"
    book["没有{0}的记录"] = "No record of {0}"
    assert said("当天请假（病假），第二天（事假）") == "当天请假（病假），第二天（事假）"
    assert said("没有去；这是昨天的记录") == "没有去；这是昨天的记录"
    assert said("原因是：没有床位的记录；当天请假（病）") == "Because: No record of 床位; On leave (病)"


def test_a_pattern_of_few_words_leaves_nothing_chinese_behind(book: dict[str, str]) -> None:
    book["{0}登记"] = "Registered by {0}"
    book["民政局"] = "Bureau"
    assert said("民政局登记") == "Registered by Bureau"
    assert said("家属补登记") == "家属补登记"


def test_one_and_many_are_told_apart(book: dict[str, str]) -> None:
    assert said("共 1 条") == "1 row"
    assert said("共 12 条") == "12 rows"


def test_a_long_text_is_left_alone(english: None) -> None:
    text = "请分批上传。" * 200
    assert said(text) == text


def test_how_fast_it_is(english: None, capsys: pytest.CaptureFixture[str]) -> None:
    forms = ("一次最多上传 {} 条记录", "王芳不能承担该次服务：与 {} 的服务之间路上来不及", "家属来电 {} 次", "第 {} 号：当天工时已满")
    texts = [forms[n % 4].format(n) for n in range(10_000)]
    said(texts[0])
    begun = time.perf_counter()
    told = [said(text) for text in texts]
    took = time.perf_counter() - begun
    with capsys.disabled():
        print(f"\n10 000 texts said in English in {took:.2f} s")
    assert told[4] == "At most 4 records can be uploaded at once"
