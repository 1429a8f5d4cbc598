"""Invented content for the page that shows every component once. No row of the register is read."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms

from songhe.kernel.because import Because

_STATES = (
    ("待受理", "mute", False, ""),
    ("评估中", "info", False, ""),
    ("待补正", "warn", False, ""),
    ("已超期", "bad", False, ""),
    ("已办结", "ok", True, ""),
    ("不予受理", "bad", True, ""),
    ("已撤回", "mute", True, ""),
)


class SampleForm(forms.Form):
    """A form with one field of every kind."""

    name = forms.CharField(label="申请人姓名", help_text="与身份证一致")
    number = forms.CharField(label="居民身份证号", max_length=18)
    phone = forms.CharField(label="联系电话", required=False, help_text="手机或带区号的座机")
    town = forms.ChoiceField(
        label="居住街镇", choices=[("", "请选择"), ("05", "曹杨新村街道"), ("14", "长风新村街道")]
    )
    born = forms.DateField(label="出生日期", widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(
        label="申请类别",
        widget=forms.RadioSelect,
        choices=[("first", "首次申请"), ("end", "期末评估"), ("state", "状态变化评估")],
    )
    wishes = forms.MultipleChoiceField(
        label="服务意愿",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("home", "居家上门照护"), ("stay", "入住养老机构"), ("day", "社区日间照护")],
    )
    note = forms.CharField(label="情况说明", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    scan = forms.FileField(label="证明材料", required=False, help_text="照片或 PDF，每份不超过 10 MB")
    agree = forms.BooleanField(label="本人已阅读告知书，同意为办理本事项使用上述信息")


def _rows(today: date) -> list[dict[str, Any]]:
    names = ("王秀英", "陈国强", "张桂芳", "李建华", "周阿妹", "吴文龙")
    towns = ("曹杨新村街道", "长风新村街道", "长寿路街道", "甘泉路街道", "石泉路街道", "真如镇街道")
    marks: tuple[int | None, ...] = (-2, 0, 1, 5, None, 12)
    return [
        {
            "number": f"CX2026110{n + 1:02d}",
            "name": name,
            "age": 76 + n * 3,
            "town": towns[n],
            "level": n + 1,
            "fen": 10_560_00 + n * 123_450,
            "state": SimpleNamespace(label=_STATES[n][0], tone=_STATES[n][1], final=_STATES[n][2]),
            "due": None if (days := marks[n]) is None else today + timedelta(days=days),
        }
        for n, name in enumerate(names)
    ]


def _reasons() -> list[Because]:
    return [
        Because(
            "评估等级为四级，每周服务时间上限 7 小时。",
            rule="ltci.home.hours_per_week",
            source="示例文件 第十二条",
            status="sourced",
            since=date(2021, 12, 1),
        ),
        Because(
            "本月已安排 26 小时，超过上限的部分不计入。",
            rule="plans.budget.month",
            source="示例问答 第 3 问",
            status="recalled",
        ),
        Because("服务半径按 3 公里计。", rule="visits.radius", status="assumed"),
    ]


def _steps(today: date) -> list[dict[str, Any]]:
    return [
        {"label": "申请", "state": "done", "note": "11-02"},
        {"label": "受理", "state": "done", "note": "11-03"},
        {"label": "上门评估", "state": "current", "due": today + timedelta(days=3)},
        {"label": "结果公示", "state": "todo", "note": ""},
        {"label": "选择机构", "state": "todo", "note": ""},
        {"label": "开始服务", "state": "todo", "note": ""},
    ]


def _chart(kind: str) -> dict[str, Any]:
    months = ("6 月", "7 月", "8 月", "9 月", "10 月", "11 月")
    first, second = (310, 342, 328, 365, 351, 298), (286, 301, 315, 340, 338, 262)
    if kind == "funnel":
        stages = (("申请", 1320), ("受理", 1268), ("评估", 1174), ("公示", 1098), ("享受待遇", 963))
        return {"kind": kind, "unit": "件", "columns": ["环节", "件数"], "rows": [list(s) for s in stages]}
    return {
        "kind": kind,
        "unit": "件",
        "columns": ["月份", "申请", "办结"],
        "rows": [[m, a, b] for m, a, b in zip(months, first, second, strict=True)],
    }


def _places() -> dict[str, Any]:
    kinds = (("养老机构", "building-hospital"), ("社区综合为老服务中心", "building-community"), ("助餐点", "soup"))
    points = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [121.395 + n * 0.011, 31.238 + (n * 7 % 5) * 0.006]},
            "properties": {"id": str(n), "name": f"示例{kinds[n % 3][0]}（{n + 1}）", "kind": kinds[n % 3][0],
                           "icon": kinds[n % 3][1], "note": "曹杨新村街道"},
        }
        for n in range(8)
    ]
    return {"type": "FeatureCollection", "features": points}


def _areas() -> dict[str, Any]:
    cells = []
    for n in range(6):
        west, south = 121.38 + (n % 3) * 0.03, 31.23 + (n // 3) * 0.02
        ring = [[west, south], [west + 0.03, south], [west + 0.03, south + 0.02], [west, south + 0.02], [west, south]]
        cells.append({
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [ring]},
            "properties": {"id": str(n), "name": f"示例街道 {n + 1}", "value": 1.4 + n * 0.7},
        })
    return {"type": "FeatureCollection", "features": cells}


def context(today: date, form: SampleForm | None = None) -> dict[str, Any]:
    """Everything the gallery page shows, dated relative to `today`."""
    return {
        "states": [
            SimpleNamespace(label=label, tone=tone, final=final) for label, tone, final, _ in _STATES
        ],
        "sample_rows": _rows(today),
        "reasons": _reasons(),
        "steps": _steps(today),
        "crumbs": [("首页", "/"), ("长护险", "#"), ("CX20261101", "")],
        "tabs": [
            {"label": "概况", "url": "#a", "current": True, "count": None},
            {"label": "服务", "url": "#b", "current": False, "count": 12},
            {"label": "经过", "url": "#c", "current": False, "count": None},
        ],
        "filters": [
            {"key": "town", "label": "街镇", "choices": [("05", "曹杨新村街道"), ("14", "长风新村街道")]},
            {"key": "state", "label": "状态", "choices": [("a", "评估中"), ("b", "待补正")]},
        ],
        "bar": _chart("bar"),
        "line": _chart("line"),
        "funnel": _chart("funnel"),
        "places": _places(),
        "areas": _areas(),
        "form": form or SampleForm(),
        "today": today,
        "soon": today + timedelta(days=2),
        "late": today - timedelta(days=4),
        "calm": today + timedelta(days=9),
    }
