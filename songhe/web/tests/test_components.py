"""Components as markup: what they say, what they never say, how they tie label, help and error."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.template import engines
from django.template.loader import render_to_string
from django.utils.translation import override

from songhe.kernel import clock
from songhe.kernel.because import Because
from songhe.web import gallery
from songhe.web.templatetags import face


def drawn(template: str, **context: object) -> str:
    """A piece of template with components, rendered."""
    from django_cotton.compiler_regex import CottonCompiler

    return engines["django"].from_string("{% load face %}" + CottonCompiler().process(template)).render(context)


@pytest.mark.parametrize("tone, final, shape", [
    ("info", False, "doing"), ("warn", False, "waiting"), ("bad", False, "alert"), ("mute", False, "todo"),
    ("ok", True, "done"), ("bad", True, "refused"), ("mute", True, "stopped"), ("info", True, "stopped"),
])  # fmt: skip
def test_a_state_is_a_word_and_a_shape(tone: str, final: bool, shape: str) -> None:
    html = drawn('<c-state :of="s" />', s=SimpleNamespace(label="评估中", tone=tone, final=final))
    assert "评估中" in html
    assert f"#{shape}" in html
    assert f"tone-{tone}" in html


@pytest.mark.django_db
@pytest.mark.parametrize("days, words, tone", [(0, "今天到期", "warn"), (1, "剩 1 个工作日", "warn"), (-7, "已超", "bad")])
def test_a_deadline_says_how_long(days: int, words: str, tone: str) -> None:
    html = drawn('<c-deadline :due="due" />', due=clock.today() + timedelta(days=days))
    assert words in html
    assert f"tone-{tone}" in html


def test_no_deadline_is_a_dash() -> None:
    assert "—" in drawn('<c-deadline :due="due" />', due=None)


def test_a_field_ties_label_help_and_error_to_its_control() -> None:
    html = drawn('<c-field :field="f" />', f=gallery.SampleForm({"name": ""})["name"])
    assert '<label for="id_name">' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert "选填" not in html


def test_an_optional_field_says_so_and_a_group_has_a_legend() -> None:
    form = gallery.SampleForm()
    assert "选填" in drawn('<c-field :field="f" />', f=form["phone"])
    group = drawn('<c-field :field="f" />', f=form["kind"])
    assert "<fieldset" in group
    assert "<legend" in group
    assert group.count('type="radio"') == 3


def test_what_was_typed_comes_back_with_the_error() -> None:
    html = drawn('<c-field :field="f" />', f=gallery.SampleForm({"number": "31010"})["number"])
    assert 'value="31010"' in html


def test_the_error_summary_links_to_the_fields() -> None:
    html = drawn('<c-errors :form="form" />', form=gallery.SampleForm({"name": "王"}))
    assert 'href="#id_number"' in html
    assert 'href="#id_name"' not in html
    assert drawn('<c-errors :form="form" />', form=gallery.SampleForm()).strip() == ""


def test_reasons_show_rule_date_source_and_how_sure() -> None:
    reason = Because("上限 7 小时。", "ltci.hours", "示例 第十二条", "recalled", date(2021, 12, 1))
    html = drawn('<c-because :reasons="r" />', r=[reason])
    for part in ("上限 7 小时。", "ltci.hours", "示例 第十二条", "2021-12-01", "trust-recalled"):
        assert part in html
    assert drawn('<c-because :reasons="r" />', r=[]).strip() == ""


def test_a_masked_value_offers_itself_only_where_an_address_is_given() -> None:
    assert "查看" in drawn('{% masked "138****0421" "/reveal/" "电话" %}')
    plain = drawn('{% masked "138****0421" %}')
    assert "查看" not in plain
    assert "138****0421" in plain


def test_values_are_escaped() -> None:
    html = drawn(
        '<c-fact label="备注">{{ v }}</c-fact>{% masked v "#" v %}{% source v v v v v %}{% moments m %}<c-state word="{{ v }}" />',
        v="<b>x</b>", m=[SimpleNamespace(at=datetime.now(UTC), label="<b>x</b>", actor="<b>x</b>", reason="<b>x</b>")],
    )
    assert "<b>x" not in html
    assert html.count("&lt;b&gt;x") == 12


def test_a_chart_brings_the_table_of_its_numbers() -> None:
    data = {"kind": "bar", "unit": "件", "columns": ["月份", "申请"], "rows": [["6 月", 310], ["7 月", None]]}
    html = drawn('<c-chart id="a" title="申请" :data="data" />', data=data)
    assert '<script id="a" type="application/json">' in html
    assert '<td class="num">310</td>' in html
    assert '<td class="num">—</td>' in html


def test_a_pager_has_no_way_where_there_is_none() -> None:
    html = drawn('<c-pager note="共 3 条" next="?after=x" />')
    assert 'rel="next"' in html
    assert 'rel="prev"' not in html


def test_words_of_components_are_translated_and_names_are_not() -> None:
    with override("en"):
        assert face.tr("导出") == "Export"
        assert face.tr("王秀英") == "王秀英"
        assert face.tr("") == ""
        assert face.tr(None) == ""


def test_a_placeholder_that_repeats_the_label_is_dropped() -> None:
    class Sample(forms.Form):
        name = forms.CharField(label="姓名", widget=forms.TextInput(attrs={"placeholder": "姓名", "class": "own"}))

    html = face.control(Sample()["name"], "name")
    assert 'placeholder=""' in html
    assert 'class="own form-control w-name"' in html


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 429, 500, 503])
def test_every_refusal_says_what_to_do_and_its_number(status: int) -> None:
    html = render_to_string("message.html", {"status": status, "message": "没有办成", "request_id": "ab12cd34"})
    assert "没有办成" in html
    assert "怎么办" in html
    assert "ab12cd34" in html
    assert "data-keep-drafts" in html


def test_a_refusal_shows_its_reasons_in_the_open() -> None:
    html = render_to_string("message.html", {"status": 409, "message": "没有办成", "reasons": [Because("已被安排。")]})
    assert "已被安排。" in html
    assert "<details" not in html
