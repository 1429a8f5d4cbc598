"""From answers to a level, with every reason on the way 计分与定级."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .model import Adjustment, ContextField, Dimension, Instrument, Item, Level, ScoringError


@dataclass(frozen=True)
class Reason:
    """One step of the result: what was found, by which rule, from which source, how certain."""

    text: str
    rule: str
    source: str
    status: str


@dataclass(frozen=True)
class Grade:
    """The grade of one dimension 一级指标等级, 0 best."""

    dimension: str
    grade: int
    name: str


@dataclass(frozen=True)
class Result:
    """What the answers amount to.

    ``level`` is None while an answer is missing and nothing else decides the level.
    ``totals`` holds points per dimension of what has been answered so far; ``grades`` only
    dimensions answered in full; ``missing`` the ids of unanswered items in the order of the form.
    """

    instrument: str
    level: int | None
    level_name: str
    totals: Mapping[str, int]
    total: int
    grades: tuple[Grade, ...]
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]


def score(
    instrument: Instrument,
    answers: Mapping[str, int | None],
    context: Mapping[str, bool | int | None] | None = None,
) -> Result:
    """Level and reasons of one set of answers.

    Args:
        instrument: as loaded by :func:`songhe.engines.scoring.load`.
        answers: points chosen, by item id; None or absent is unanswered.
        context: facts beside the form, by field id; None or absent is "no" or zero.

    Raises:
        ScoringError: an unknown item, points that no option has, or a fact of the wrong kind.

    >>> from songhe.engines.scoring import load
    >>> form = load("gbt42195_2022")
    >>> best = {item.id: item.maximum for item in form.items}
    >>> result = score(form, best, {"dementia": True})
    >>> result.total, result.level_name
    (90, '能力轻度受损（轻度失能）')
    >>> score(form, {"eating": 9})
    Traceback (most recent call last):
        ...
    songhe.engines.scoring.model.ScoringError: 进食：「9」不是可选分值，可选4、3、2、1、0分。请重新选择。
    """
    facts = _facts(instrument, context or {})
    given = _answers(instrument, answers)
    missing = tuple(item.id for item in instrument.items if item.id not in given)
    totals = {
        dimension.id: sum(given.get(item.id, 0) for item in _items_of(instrument, dimension))
        for dimension in instrument.dimensions
    }
    grades, reasons = _grades(instrument, given, totals)
    level: int | None = None
    if not missing:
        level, found = _base_level(instrument, totals, grades)
        reasons += found
    level, found = _adjusted(instrument, facts, level)
    reasons += found
    return Result(
        instrument=instrument.id,
        level=level,
        level_name="" if level is None else instrument.level_name(level),
        totals=totals,
        total=sum(totals.values()),
        grades=tuple(grades.values()),
        reasons=tuple(reasons),
        missing=missing,
    )


def _reason(instrument: Instrument, text: str, sources: str, status: str) -> Reason:
    return Reason(text, instrument.rule, instrument.cite(sources), status)


def _items_of(instrument: Instrument, dimension: Dimension) -> list[Item]:
    return [item for item in instrument.items if item.dimension == dimension.id]


def _answers(instrument: Instrument, answers: Mapping[str, int | None]) -> dict[str, int]:
    given = {}
    for item_id, points in answers.items():
        item = instrument.item_by_id.get(item_id)
        if item is None:
            raise ScoringError(f"《{instrument.title}》没有项目「{item_id}」。请刷新表单后重填。", item_id)
        if points is None:
            continue
        if not isinstance(points, int) or isinstance(points, bool) or item.option(points) is None:
            choices = "、".join(str(option.score) for option in item.options)
            raise ScoringError(
                f"{item.name}：「{points}」不是可选分值，可选{choices}分。请重新选择。", item_id
            )
        given[item_id] = points
    return given


def _facts(instrument: Instrument, context: Mapping[str, bool | int | None]) -> dict[str, int]:
    fields = {field.id: field for field in instrument.context}
    facts = dict.fromkeys(fields, 0)
    for name, value in context.items():
        if name not in fields:
            raise ScoringError(f"《{instrument.title}》没有附加情形「{name}」。请刷新表单后重填。", name)
        facts[name] = 0 if value is None else _fact(fields[name], value)
    return facts


def _fact(field: ContextField, value: bool | int) -> int:
    if field.kind == "flag":
        if not isinstance(value, bool):
            raise ScoringError(f"{field.name}：「{value}」无效，只能选是或否。", field.id)
    elif not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ScoringError(f"{field.name}：「{value}」无效，应为0或正整数。", field.id)
    return int(value)


def _grades(
    instrument: Instrument, given: Mapping[str, int], totals: Mapping[str, int]
) -> tuple[dict[str, Grade], list[Reason]]:
    grades: dict[str, Grade] = {}
    reasons: list[Reason] = []
    for dimension in instrument.dimensions:
        if any(item.id not in given for item in _items_of(instrument, dimension)):
            continue
        total = totals[dimension.id]
        text = f"{dimension.name}{total}分（满分{dimension.maximum}）。"
        if dimension.grades:
            band = _band(dimension.grades, total)
            grades[dimension.id] = Grade(dimension.id, band.level, band.name)
            text = f"{dimension.name}{total}分（满分{dimension.maximum}），{band.name}（{_edges(band)}）。"
        reasons.append(_reason(instrument, text, dimension.source, dimension.status))
    return grades, reasons


def _band(bands: tuple[Level, ...], points: int) -> Level:
    return next(band for band in bands if band.holds(points))


def _edges(band: Level) -> str:
    return f"{band.low}分" if band.low == band.high else f"{band.low}–{band.high}分"


def _base_level(
    instrument: Instrument, totals: Mapping[str, int], grades: Mapping[str, Grade]
) -> tuple[int, list[Reason]]:
    if instrument.combination is None:
        total = sum(totals.values())
        band = _band(instrument.levels, total)
        text = f"总分{total}分，属{_edges(band)}，{band.level}级{band.name}。"
        reason = _reason(instrument, text, instrument.levels_source, instrument.levels_status)
        return band.level, [reason]
    table = instrument.combination
    worst = max((grades[column] for column in table.columns), key=lambda grade: grade.grade)
    row = grades[table.row]
    level = table.levels[row.grade][worst.grade]
    names = {dimension.id: dimension.name for dimension in instrument.dimensions}
    columns = "与".join(names[column] for column in table.columns)
    text = (
        f"{names[table.row]}{row.name}，{columns}取较重者为{worst.name}，"
        f"按组合表为{level}级{instrument.level_name(level)}。"
    )
    source = table.source_of(row.grade, worst.grade)
    return level, [_reason(instrument, text, source, table.status)]


def _adjusted(
    instrument: Instrument, facts: Mapping[str, int], level: int | None
) -> tuple[int | None, list[Reason]]:
    """Fixed levels win over steps; a step needs a level to start from."""
    reasons: list[Reason] = []
    for adjustment in instrument.adjustments:
        met = [
            _named(instrument, one.field, facts[one.field])
            for one in adjustment.conditions
            if facts[one.field] >= one.at_least
        ]
        if not met:
            continue
        text = f"{'、'.join(met)}：{adjustment.text}。"
        if adjustment.kind == "set":
            reason = _reason(instrument, text, adjustment.source, adjustment.status)
            return adjustment.level, [*reasons, reason]
        if level is None:
            continue
        raised = max(level, min(level + adjustment.by, adjustment.cap))
        reasons.append(_reason(instrument, text, adjustment.source, adjustment.status))
        if len(met) > 1 or raised == level:
            reasons.append(_limit(instrument, adjustment))
        level = raised
    return level, reasons


def _limit(instrument: Instrument, adjustment: Adjustment) -> Reason:
    return _reason(instrument, f"{adjustment.once_text}。", adjustment.source, adjustment.once_status)


def _named(instrument: Instrument, field_id: str, value: int) -> str:
    field = next(field for field in instrument.context if field.id == field_id)
    return f"{field.name}{value}次" if field.kind == "count" else field.name
