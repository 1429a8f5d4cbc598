"""Reads an instrument from its file and refuses one that does not add up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from .model import (
    Adjustment,
    Combination,
    Condition,
    ContextField,
    Dimension,
    Group,
    Instrument,
    Item,
    Level,
    Option,
    Outcome,
)

STATUSES = ("sourced", "recalled", "recalled-low", "assumed")


class InstrumentError(ValueError):
    """The instrument file contradicts itself; nothing may be scored with it."""


@cache
def load(name: str) -> Instrument:
    """The instrument of that file name, read once and checked.

    >>> [dimension.maximum for dimension in load("gbt42195_2022").dimensions]
    [32, 15, 28, 15]
    """
    return parse(_read(name))


@cache
def outcomes(name: str) -> tuple[Outcome, ...]:
    """The conclusions that an office records from outside, in order.

    >>> outcomes("shanghai_2_0")[-1].name
    '建议至相关医疗机构就诊'
    """
    rows = _read(name)["outcomes"]
    return tuple(Outcome(code=row["code"], level=row["level"], name=row["name"]) for row in rows)


def _read(name: str) -> dict[str, Any]:
    path = files("songhe.engines.scoring") / "data" / f"{name}.yaml"
    if not path.is_file():
        raise InstrumentError(f"没有名为「{name}」的量表文件。")
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def parse(raw: Mapping[str, Any]) -> Instrument:
    """An instrument from plain data.

    Raises:
        InstrumentError: a maximum, band, table or reference is wrong; the message names it.
    """
    if not raw.get("computed", True):
        raise InstrumentError(f"《{raw['title']}》的等级由主管部门系统认定，本平台只登记、不计分。")
    instrument = Instrument(
        id=raw["id"],
        title=raw["title"],
        short_title=raw["short_title"],
        number=raw["number"],
        since=_date(raw["since"]),
        method=raw["method"],
        maximum=raw["maximum"],
        source=raw["source"],
        status=raw["status"],
        levels=tuple(_level(row, "level") for row in raw["levels"]),
        levels_source=raw["levels_source"]["source"],
        levels_status=raw["levels_source"]["status"],
        dimensions=tuple(_dimension(row, raw["source"]) for row in raw["dimensions"]),
        groups=tuple(_groups(raw["groups"])),
        context=tuple(ContextField(**row) for row in raw["context"]),
        adjustments=tuple(_adjustment(row) for row in raw["adjustments"]),
        combination=_combination(raw.get("combination")),
        sources=tuple(raw["sources"].items()),
    )
    check(instrument)
    return instrument


def _date(value: object) -> date:
    if not isinstance(value, date):
        raise InstrumentError(f"施行日期「{value}」不是日期。")
    return value


def _level(row: Mapping[str, Any], key: str) -> Level:
    return Level(level=row[key], name=row["name"], low=row.get("low", 0), high=row.get("high", 0))


def _dimension(row: Mapping[str, Any], source: str) -> Dimension:
    said = row.get("grades_source", {})
    return Dimension(
        id=row["id"],
        name=row["name"],
        maximum=row["maximum"],
        grades=tuple(_level(grade, "grade") for grade in row.get("grades", ())),
        source=said.get("source", source),
        status=said.get("status", "sourced"),
    )


def _groups(rows: Iterable[Mapping[str, Any]]) -> Iterable[Group]:
    number = 0
    for row in rows:
        items = []
        for item in row["items"]:
            number += 1
            items.append(
                Item(
                    id=item["id"],
                    number=number,
                    name=item["name"],
                    dimension=row["dimension"],
                    options=tuple(Option(**option) for option in item["options"]),
                    hint=item.get("hint", ""),
                    status=item.get("status", "sourced"),
                )
            )
        yield Group(id=row["id"], title=row["title"], dimension=row["dimension"], items=tuple(items))


def _adjustment(row: Mapping[str, Any]) -> Adjustment:
    known = {key: value for key, value in row.items() if key != "any"}
    return Adjustment(conditions=tuple(Condition(**one) for one in row["any"]), **known)


def _combination(row: Mapping[str, Any] | None) -> Combination | None:
    if row is None:
        return None
    return Combination(
        row=row["row"],
        columns=tuple(row["column"]),
        levels=tuple(tuple(line) for line in row["levels"]),
        source=row["source"],
        status=row["status"],
        corroborated=tuple((cell["row"], cell["column"], cell["source"]) for cell in row["corroborated"]),
    )


def check(instrument: Instrument) -> None:
    """Raises InstrumentError unless every maximum, band, table cell and reference holds."""
    _check_sources(instrument)
    _check_items(instrument)
    _check_dimensions(instrument)
    _check_method(instrument)
    _check_adjustments(instrument)


def _require(truth: bool, message: str) -> None:
    if not truth:
        raise InstrumentError(message)


def _check_sources(instrument: Instrument) -> None:
    table = instrument.combination
    cited = [instrument.source, instrument.levels_source]
    cited += [dimension.source for dimension in instrument.dimensions]
    cited += [adjustment.source for adjustment in instrument.adjustments]
    if table is not None:
        cited += [table.source, *(source for _, _, source in table.corroborated)]
    known = {key for key, _ in instrument.sources}
    for key in ", ".join(cited).split(","):
        _require(not key.strip() or key.strip() in known, f"出处「{key.strip()}」没有列出。")


def _check_items(instrument: Instrument) -> None:
    ids = [item.id for item in instrument.items]
    _require(len(ids) == len(set(ids)), "项目编号重复。")
    for item in instrument.items:
        points = [option.score for option in item.options]
        _require(points == sorted(set(points), reverse=True), f"{item.name}：选项分值应由高到低且不重复。")
        _require(points[-1] == 0 and len(points) > 1, f"{item.name}：最低一档应为0分。")
        _require(all(option.label for option in item.options), f"{item.name}：有选项没有说明。")
        _require(item.status in STATUSES, f"{item.name}：可信程度「{item.status}」不在允许之列。")


def _check_dimensions(instrument: Instrument) -> None:
    known = {dimension.id for dimension in instrument.dimensions}
    _require({group.dimension for group in instrument.groups} == known, "页与维度不对应。")
    for dimension in instrument.dimensions:
        items = [item for item in instrument.items if item.dimension == dimension.id]
        total = sum(item.maximum for item in items)
        _require(
            total == dimension.maximum, f"{dimension.name}：各项满分合计{total}，应为{dimension.maximum}。"
        )
        if dimension.grades:
            _check_bands(dimension.name, dimension.grades, _attainable(items))
    total = sum(dimension.maximum for dimension in instrument.dimensions)
    _require(total == instrument.maximum, f"总分{total}，应为{instrument.maximum}。")


def _attainable(items: Iterable[Item]) -> set[int]:
    """Every sum that some set of answers gives."""
    sums = {0}
    for item in items:
        sums = {total + option.score for total in sums for option in item.options}
    return sums


def _check_bands(name: str, bands: Iterable[Level], totals: Iterable[int]) -> None:
    bands = tuple(bands)
    for total in totals:
        found = sum(band.holds(total) for band in bands)
        _require(found == 1, f"{name}：{total}分落在{found}个分段内，应为1个。")


def _check_method(instrument: Instrument) -> None:
    levels = [level.level for level in instrument.levels]
    _require(levels == list(range(len(levels))), "等级应自0起连续。")
    if instrument.method == "total":
        _require(instrument.combination is None, "按总分定级的量表不应有组合表。")
        _check_bands("总分", instrument.levels, _attainable(instrument.items))
        return
    _require(instrument.method == "combination", f"未知的定级方法「{instrument.method}」。")
    table = instrument.combination
    if table is None:
        raise InstrumentError("缺少组合表。")
    dimensions = {dimension.id: dimension for dimension in instrument.dimensions}
    _require({table.row, *table.columns} == set(dimensions), "组合表的行列应覆盖全部维度。")
    width = len(dimensions[table.columns[0]].grades)
    _require(len(table.levels) == len(dimensions[table.row].grades), "组合表行数与等级数不符。")
    _require(all(len(line) == width for line in table.levels), "组合表列数与等级数不符。")
    _require(all(level in levels for line in table.levels for level in line), "组合表中有未定义的等级。")


def _check_adjustments(instrument: Instrument) -> None:
    fields = {field.id: field for field in instrument.context}
    _require(all(field.kind in ("flag", "count") for field in fields.values()), "附加情形只能是是否或次数。")
    levels = {level.level for level in instrument.levels}
    for adjustment in instrument.adjustments:
        _require(adjustment.kind in ("set", "add"), f"{adjustment.id}：未知的调整方式。")
        target = adjustment.level if adjustment.kind == "set" else adjustment.cap
        _require(target in levels, f"{adjustment.id}：调整后的等级未定义。")
        for condition in adjustment.conditions:
            _require(condition.field in fields, f"{adjustment.id}：没有附加情形「{condition.field}」。")
