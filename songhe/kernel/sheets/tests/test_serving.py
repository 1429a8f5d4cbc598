"""Lists as files."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from typing import Any

import openpyxl
import pytest

from songhe.kernel.access.models import Post
from songhe.kernel.sheets import download

COLUMNS = [
    ("姓名", "text", ""),
    ("月费用", "fen", ""),
    ("时长", "number", "小时"),
    ("状态", "state", ""),
    ("时限", "deadline", ""),
]


@dataclass
class State:
    label: str


@dataclass
class Deadline:
    on: date


ROWS = [["=王**", 12345, 2, State("已办结"), Deadline(date(2026, 3, 1))]]


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


@pytest.mark.django_db
def test_a_list_leaves_as_the_screen_shows_it(post: Post) -> None:
    response = download("xlsx", "申请名单", COLUMNS, ROWS, post=post, scope="曹杨")
    assert response["Cache-Control"] == "no-store"
    assert "20261118.xlsx" in response["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(body(response)))
    head, row = book["数据"].iter_rows(values_only=True)
    assert head == ("姓名", "月费用（元）", "时长（小时）", "状态", "时限")
    assert row == ("=王**", 123.45, 2, "已办结", "2026-03-01")
    assert post.label in [r[1].value for r in book["说明"]]


@pytest.mark.django_db
def test_a_list_as_csv_holds_the_same(post: Post) -> None:
    text = body(download("csv", "申请名单", COLUMNS, ROWS, post=post)).decode("utf-8-sig")
    assert text.splitlines()[1] == "'=王**,123.45,2,已办结,2026-03-01"


@pytest.mark.django_db
def test_a_word_with_its_tone_leaves_as_the_word(post: Post) -> None:
    rows = [["甲", 1, 2, {"word": "暂缓支付", "tone": "warn"}, None]]
    assert body(download("csv", "明细", COLUMNS, rows, post=post)).decode("utf-8-sig").splitlines()[1] == "甲,0.01,2,暂缓支付,"
