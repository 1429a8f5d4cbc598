"""Collecting the words of the screens, and the English catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tools import collect_messages as collecting

CATALOGUE = Path(__file__).resolve().parents[1] / "locale" / "en" / "LC_MESSAGES" / "django.po"


def words(found: list[collecting.Found]) -> list[object]:
    return [message for _, message, _ in found]


def template(source: str) -> list[object]:
    return words(list(collecting.from_template(source, "t.html")))


def python(source: str) -> list[object]:
    return words(list(collecting.from_python(source, "p.py")))


def test_tags_of_templates_are_found() -> None:
    assert template('{% translate "保存" %}{{ _("返回") }}{% if x == _("甲") %}{% endif %}') == ["返回", "甲", "保存"]
    assert template("{% blocktranslate with n=x %}共 {{ n }} 条{% endblocktranslate %}") == ["共 %(n)s 条"]
    plural = "{% blocktranslate count n=x %}{{ n }} 条{% plural %}{{ n }} 条们{% endblocktranslate %}"
    assert template(plural) == [("%(n)s 条", "%(n)s 条们")]


def test_a_tag_inside_an_attribute_is_found_once() -> None:
    assert template("""<c-tag icon="x" label="{% translate '关闭' %}" />""") == ["关闭"]


@pytest.mark.parametrize("source, found", [
    ('<c-panel title="今日待办" icon="bed">', ["今日待办"]),
    ('<c-vars title="因由" :open="False" />', ["因由"]),
    ('<c-kpi label="{{ x }}" unit="张" />', ["张"]),
    ('<c-tag tone="ok">已签约</c-tag>', []),
    ('{% include "parts/x.html" with submit="确认" %}', ["确认"]),
    ('{{ submit|default:"保存"|tr }}', ["保存"]),
    ('<div title="不是组件"></div>', []),
])  # fmt: skip
def test_chinese_attributes_of_components_are_found(source: str, found: list[str]) -> None:
    assert template(source) == found


def test_gettext_and_labels_of_python_are_found() -> None:
    assert python('_("保存"); gettext("返回"); print("不是")') == ["保存", "返回"]
    assert python('ngettext("一 %d", "多 %d", n)') == [("一 %d", "多 %d")]
    assert python('State("open", "待受理", tone="mute", waiting_for="街镇")') == ["待受理", "街镇"]
    assert python('name = models.CharField("姓名", max_length=9)') == ["姓名"]
    assert python('class S(models.TextChoices):\n    A = "a", "甲"') == ["甲"]
    assert python('raise Refused("code", "不行")') == []


def test_tables_of_words_are_found_without_their_keys_and_without_composed_text() -> None:
    assert python('PURPOSES = {"甲": "家属查看", "b": f"共{n}人"}') == ["家属查看"]
    assert python('DAYS: tuple[str, ...] = ("周一", "周二")') == ["周一", "周二"]
    assert python('days = ("周一",); Words = ["周二"]; NAME = "周三"') == []
    assert python('class PeopleImporter:\n    about = "批量新建"\n    other = "不是"') == ["批量新建"]


def test_choices_and_declarations_are_found_to_their_depth() -> None:
    assert python('Filter("due", "时限", f, choices=lambda post: [("late", "已超期")])') == ["时限", "已超期"]
    assert python('Offer(title="申请评估", needs=("身份证", "病历"))') == ["申请评估", "身份证", "病历"]
    assert python('Refused("code", "不行", summary="也不行")') == []


def test_everything_that_an_app_hangs_up_is_found_but_its_docstring() -> None:
    source = '"""说明。"""\nadd(Worklist("待受理", "x"))\ndef ready():\n    """说明。"""'
    assert words(list(collecting.from_python(source, "songhe/a/apps.py"))) == ["待受理"]
    assert words(list(collecting.from_python(source, "songhe/a/other.py"))) == []


def said_by(body: str) -> list[object]:
    return python("def f():\n    " + body)


def test_what_a_refusal_says_is_found_with_numbered_places() -> None:
    assert said_by('raise Refused("a.b", f"最多 {MOST} 条", remedy="请分批。")') == ["最多 {0} 条", "请分批。"]
    assert said_by('return Because(f"{name} 不能{what}：" + "；".join(found))') == ["{0} 不能{1}：{2}"]
    assert said_by('raise Missing("没有" if old else "已删除")') == ["没有", "已删除"]


def test_a_part_that_only_sometimes_stands_is_a_message_of_its_own() -> None:
    assert said_by("return f'到期{\"，明天\" if late else \"\"}。'") == ["到期{0}。", "，明天"]


def test_neighbouring_values_are_one_place() -> None:
    assert said_by('return f"{level}{name}，请核对"') == ["{0}，请核对"]


def test_what_no_screen_shows_is_not_collected() -> None:
    assert said_by('"""说明。"""') == []
    assert said_by('if x == "合计": re.compile("街道"); Row.objects.unscoped("核对")') == []
    assert said_by('return {"中文": 1}["一二三"[2]]') == []
    assert said_by('raise Refused("a.b", _("已经翻译"))') == ["已经翻译"]
    assert words(list(collecting.from_python('def f():\n    x("通知书")', "songhe/a/papers.py"))) == []


def test_sentences_that_refusals_share_are_found_where_they_stand() -> None:
    assert python('REMEDY = "请核对日期，再试。"; KEY = "合计"') == ["请核对日期，再试。"]
    assert python('class M:\n    x = UniqueConstraint(violation_error_message="已登记")') == ["已登记"]


def test_everything_that_is_raised_or_reasoned_is_in_the_catalogue_with_its_english() -> None:
    from babel.messages.pofile import read_po

    with CATALOGUE.open("rb") as text:
        known = read_po(text, locale="en")
    found = [f for f in collecting.collect() if f[0].endswith(".py")]
    assert len(found) > 1000
    ids = {(place, m if isinstance(m, str) else m[0], context) for place, m, context in found}
    assert {(place, m) for place, m, c in ids if (entry := known.get(m, c)) is None or not entry.string} == set()


def test_old_translations_are_kept_and_unused_ones_go() -> None:
    old = Catalog(locale="en")
    old.add("保存", "Save")
    old.add("没人用了", "Unused")
    fresh = collecting.catalogue([("songhe/a.py", "保存", None), ("songhe/a.py", "返回", None)])
    result = collecting.merged(fresh, old)
    assert result["保存"].string == "Save"
    assert result["返回"].string is None or result["返回"].string == ""
    assert "没人用了" not in result
    assert collecting.waiting(result) == ["返回"]


def test_one_folder_at_a_time_leaves_the_others_words_alone() -> None:
    fresh = collecting.catalogue([("songhe/a.py", "甲", None), ("songhe/b.py", "乙", None)])
    result = collecting.merged(fresh, None, ("songhe/a",))
    assert "甲" in result
    assert "乙" not in result


def test_every_word_of_the_common_templates_has_its_english() -> None:
    from babel.messages.pofile import read_po

    with CATALOGUE.open("rb") as text:
        known = read_po(text, locale="en")
    found = [f for f in collecting.collect() if f[0].startswith("songhe/web/templates/")]
    assert len(found) > 100
    lost = {
        message
        for _, message, _ in found
        if (entry := known.get(message if isinstance(message, str) else message[0])) is None or not entry.string
    }
    assert lost == set()


def test_the_english_keeps_every_placeholder() -> None:
    import re

    from babel.messages.pofile import read_po

    marks = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
    with CATALOGUE.open("rb") as text:
        for message in read_po(text, locale="en"):
            if not message.id:
                continue
            ids = [message.id] if isinstance(message.id, str) else message.id
            strings = [message.string] if isinstance(message.string, str) else message.string
            wanted = sorted(marks.findall(ids[0]))
            assert all(sorted(marks.findall(s)) == wanted for s in strings if s), ids[0]


def test_what_the_policy_library_says_as_a_reason_is_collected(tmp_path: Path) -> None:
    from tools.spoken import from_policies

    (tmp_path / "shanghai").mkdir()
    (tmp_path / "shanghai" / "a.yaml").write_text(
        "reasons:\n- {title: 未签到, provider: 没有签到记录。, family: 正在核实。, remedy: 请补交。}\n"
        "entries:\n- {key: a.hours, title: 每周时长, unit: hour/week, values: [{citation: {document: 凭记忆, source: ''}}]}\n"
        "- {key: a.unused, title: 没人问, unit: hour, values: []}\n",
        encoding="utf-8",
    )
    found = list(from_policies(tmp_path, 'policy.value("a.hours", on=on)'))
    assert found == ["未签到", "没有签到记录。", "正在核实。", "请补交。", "每周时长", "{0}小时/周", "凭记忆"]
