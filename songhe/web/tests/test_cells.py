"""The body of a list: what each kind of cell looks like, and that nothing gets in unescaped."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from songhe.kernel import clock
from songhe.kernel.screens.lists import Col
from songhe.web.cells import body


def td(value: Any, kind: str = "text", link: str = "", **col: Any) -> str:
    column = Col("key", col.pop("title", "列名"), lambda row, post: None, kind=kind, **col)
    return str(body([{"cells": [{"col": column, "value": value, "link": link}]}])).strip()


def test_text_is_escaped_wherever_it_stands() -> None:
    evil = '<script>"&'
    for html in (
        td(evil), td({"word": evil, "tone": evil}, "tag"), td(evil, "state"), td("x", title=evil), td("x", link=evil),
    ):  # fmt: skip
        assert "<script>" not in html
        assert '"&' not in html.replace('"&lt;', "").replace("&quot;&amp;", "")


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("fen", 123_456, '<td class="num" data-label="列名（元）">1,234.56</td>'),
        ("number", 0, '<td class="num" data-half data-label="列名">0</td>'),
        ("date", date(2026, 3, 1), "2026-03-01"),
        ("text", None, '<span class="quiet">—</span>'),
        ("text", "", '<span class="quiet">—</span>'),
        ("tag", {"word": "独居", "tone": "warn"}, '<span class="tag tone-warn">独居</span>'),
        ("tag", "独居", '<span class="tag tone-mute">独居</span>'),
        ("state", SimpleNamespace(label="已办结", tone="ok", final=True), "shapes.svg#done"),
        ("state", "待办", "shapes.svg#todo"),
    ],
)
def test_every_kind_has_its_form(kind: str, value: Any, expected: str) -> None:
    assert expected in td(value, kind)


@pytest.mark.django_db
def test_a_deadline_says_how_long() -> None:
    assert "今天到期" in td(clock.today(), "deadline")
    assert "已超" in td(clock.today() - timedelta(days=5), "deadline")
    unsure = SimpleNamespace(on=clock.today(), certain=False)
    assert "（待定）" in td(unsure, "deadline")


def test_the_title_of_a_card_leads_on() -> None:
    html = td("沈桂芳", link="/people/1/", primary=True)
    assert "data-head" in html
    assert '<a class="row-link" href="/people/1/">沈桂芳</a>' in html
    assert td(82, "number", unit="岁").count("（岁）") == 1
