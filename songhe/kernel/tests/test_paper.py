"""Papers: readable, tagged, the same twice, and never a box."""

from __future__ import annotations

import re
import time
import zlib
from datetime import date
from typing import Any

import pytest

from songhe.kernel import paper
from songhe.kernel.errors import Refused
from songhe.kernel.sheets import Column

COLUMNS = (
    Column("n", "序号", "int"),
    Column("name", "姓名"),
    Column("number", "身份证号", "identity"),
    Column("on", "服务日期", "date"),
    Column("item", "项目"),
    Column("fund", "基金支付（元）", "fen"),
)


def line(n: int, **other: Any) -> dict[str, Any]:
    return {
        "n": n, "name": "王秀英", "number": "310199194901010013", "on": date(2026, 10, 1),
        "item": "头面部清洁、梳理", "fund": 5850, **other,
    }  # fmt: skip


def make(rows: Any, **other: Any) -> bytes:
    return paper.statement(COLUMNS, rows, **{"title": "结算单", "number": "CX-7", "source": "松鹤", **other})


def characters(pdf: bytes) -> set[str]:
    """The characters that a reader can copy out of a PDF, from its fonts' maps."""
    found: set[str] = set()
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S):
        try:
            body = zlib.decompress(packed).decode("latin-1")
        except zlib.error:
            continue
        if "beginbfchar" in body or "beginbfrange" in body:
            for code in re.findall(r"> <([0-9A-Fa-f]{4,})>", body):
                found |= set(bytes.fromhex(code).decode("utf-16-be"))
    return found


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a template is given, instead of a PDF."""
    data: dict[str, Any] = {}
    monkeypatch.setattr(paper, "render_pdf", lambda template, given: data.update(given) or b"")
    return data


def test_a_statement_is_a_tagged_pdf_whose_words_can_be_read() -> None:
    pdf = make([line(1)], facts=[("服务机构", "曹杨护理站")], notes=["按分四舍五入。"], signatures=["复核人"])
    assert pdf.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in pdf
    assert b"pdfuaid" in pdf
    assert set("结算单编号王秀英头面部清洁曹杨护理站按分四舍五入复核人第页共松鹤") <= characters(pdf)


def test_the_same_data_at_the_same_time_give_the_same_bytes() -> None:
    assert make([line(1)]) == make([line(1)])


def test_a_long_table_runs_over_pages(settings: Any) -> None:
    settings.SYNTHETIC = False
    assert pages(make([line(1)])) == 1
    assert pages(make([line(n) for n in range(120)])) >= 3


def test_made_up_data_carry_the_watermark_and_real_ones_do_not(settings: Any) -> None:
    settings.SYNTHETIC = False
    assert "演" not in characters(make([line(1)]))
    settings.SYNTHETIC = True
    assert "演" in characters(make([line(1)]))


def test_money_is_yuan_numbers_stand_right_and_personal_numbers_are_shortened(shown: dict[str, Any]) -> None:
    make([line(1234, fund=-123456)], totals={"n": "合计", "fund": 7}, on=date(2026, 11, 1))
    assert shown["rows"] == [
        ["1,234", "王秀英", "310199********0013", "2026-10-01", "头面部清洁、梳理", "-1,234.56"]
    ]
    assert shown["totals"] == ["合计", "", "", "", "", "0.07"]
    assert [c["right"] for c in shown["columns"]] == [True, False, False, False, False, True]
    assert shown["date"] == "2026-11-01"


def test_a_personal_number_is_printed_whole_only_when_asked(shown: dict[str, Any]) -> None:
    make([line(1)], revealed=True)
    assert shown["rows"][0][2] == "310199194901010013"


def test_text_shares_the_room_that_numbers_leave(shown: dict[str, Any]) -> None:
    make([line(1)])
    widths = {c["title"]: c["width"] for c in shown["columns"]}
    assert widths["姓名"] == widths["项目"] == 0
    assert widths["基金支付（元）"] > widths["序号"] > 0


def test_too_many_numbers_for_the_paper_share_it_too(shown: dict[str, Any]) -> None:
    columns = [Column(str(i), f"第{i}项金额（元）", "fen") for i in range(12)] + [Column("t", "备注")]
    paper.statement(columns, [[123456789] * 12 + ["x"]], title="t")
    assert all(c["width"] == 0 for c in shown["columns"])


def test_text_that_looks_like_markup_stays_text() -> None:
    evil = '#panic("x") *a* $x$ <label> @ref \\ #include "/etc/passwd"'
    pdf = make([line(1, name=evil)], notes=[evil], facts=[(evil, evil)], title=evil, source=evil)
    assert set("#panic$<@") <= characters(pdf)


def test_an_empty_statement_says_that_there_is_nothing() -> None:
    assert set("没有记录") <= characters(make([]))


def test_without_a_chinese_font_nothing_is_made_and_what_to_install_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(paper, "_families", lambda: frozenset({"DejaVu Sans"}))
    with pytest.raises(Refused, match="没有中文字体") as refused:
        make([line(1)])
    assert "fonts-noto-cjk" in refused.value.remedy
    [warning] = paper.a_chinese_font_is_there(None)
    assert "PDF" in warning.msg


def test_a_character_that_no_font_has_is_refused_by_name() -> None:
    with pytest.raises(Refused) as refused:
        make([line(1, name="王\ue000英")])
    assert refused.value.code == "paper.no_glyph"
    assert "“王\ue000英”中的“\ue000”（U+E000）" in refused.value.message
    assert "生僻字" in refused.value.remedy


def test_two_thousand_rows_take_seconds() -> None:
    rows = [line(n, name=f"长者{n}", fund=n) for n in range(2000)]
    began = time.process_time()
    assert pages(make(rows)) > 30
    assert time.process_time() - began < 6  # 1.4 s on a free machine
