"""Elders from a sheet 长者批量建档: new files only; who has one already is a fault of that row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.areas import queries as areas
from songhe.kernel.identity import Sex, make_synthetic_identity
from songhe.kernel.sheets import CellError, Column, Importer, RowError

from . import actions
from .models import Person
from .rules import HUKOU_OUTSIDE

#: A number that was never issued, with its right check digit.
EXAMPLE = make_synthetic_identity(date(1944, 5, 6), Sex.FEMALE, 4)
_SEPARATORS = str.maketrans("", "", " 　·/-")


@dataclass(frozen=True)
class _Known:
    """Area codes by the words a clerk may write, and the post that imports."""

    homes: Mapping[str, str]
    by: Post


def _key(*words: str) -> str:
    return "".join(words).translate(_SEPARATORS)


def area_words(prefix: str) -> dict[str, str]:
    """曹杨新村街道北岭园居委会 → code, and 曹杨新村街道 alone; for all areas under a prefix."""
    towns = {node.code[:9]: node.name for node in areas.towns(prefix)}
    words = {_key(name): code.ljust(12, "0") for code, name in towns.items()}
    for node in areas.committees(prefix):
        words[_key(towns.get(node.code[:9], ""), node.name)] = node.code
    return words


class PeopleImporter(Importer):
    """长者建档导入."""

    name = "people"
    title = "长者档案"
    about = "批量新建长者档案。出生日期和性别由身份证号自动填写；已建档的不会更改，请在档案中更正。"
    roles = frozenset({str(Role.BUREAU), str(Role.STREET)})
    columns = (
        Column("name", "姓名", required=True, max_length=40, example="张桂珍"),
        Column("identity_number", "身份证号", "identity", required=True, example=EXAMPLE),
        Column("phone", "电话", "phone", example="13800000000"),
        Column("area", "常住居村委", required=True, help="街镇加居村委全称；居村委不详只写街镇",
               example="曹杨新村街道北岭园居委会"),
        Column("address", "常住地址", masked=True, max_length=120, example="曹杨路 505 弄 3 号 201 室"),
        Column("hukou", "户籍居村委", help="与常住地相同不填；区外填“本市其他区”或“外省市”"),
        Column("hukou_address", "户籍地址", masked=True, max_length=120),
        Column("living", "居住情况", "choice", required=True, choices=tuple(Person.Living.choices), example="独居"),
        Column("income", "收入类别", "choice", choices=tuple(Person.Income.choices), help="不填按“一般”"),
        Column("language", "语言", "choice", choices=tuple(Person.Language.choices), help="不填按“普通话”"),
        Column("sex_wish", "护理员性别意愿", "choice", choices=tuple(Person.Sex.choices), help="不限不填"),
        Column("marital", "婚姻状况", "choice", choices=tuple(Person.Marital.choices)),
        Column("education", "文化程度", "choice", choices=tuple(Person.Education.choices)),
        Column("remark", "备注", max_length=300),
    )  # fmt: skip

    def prepare(self, by: Post) -> _Known:
        """The areas of the district: a street may register who is only registered, or only lives, there."""
        homes = area_words(by.area_code[:6])
        outside = {_key(name): code for code, name in HUKOU_OUTSIDE.items()}
        return _Known({**homes, **outside}, by)

    def clean_row(self, row: dict[str, Any], ctx: _Known) -> dict[str, Any] | list[CellError]:
        """Areas by their names; what is empty by its default."""
        errors = []
        codes = {}
        for key in ("area", "hukou"):
            code = ctx.homes.get(_key(row[key])) if row[key] else ""
            if code is None or (key == "area" and code in HUKOU_OUTSIDE):
                errors.append(CellError(key, "没有这个街镇或居村委，请填写全称，如“曹杨新村街道北岭园居委会”。"))
            codes[key] = code or ""
        if errors:
            return errors
        kept = {k: v for k, v in row.items() if k not in ("area", "hukou") and (v or k not in ("income", "language"))}
        return {**kept, "area_code": codes["area"], "hukou_area_code": codes["hukou"]}

    def check_set(self, rows: Sequence[tuple[int, dict[str, Any]]], ctx: _Known) -> Iterable[RowError]:
        """What the action would refuse, row by row: twins in the file, files that exist, foreign areas."""
        columns = {"area_code": "area", "hukou_area_code": "hukou"}
        line_of = [number for number, _row in rows]
        for fault in actions.faults_of([_new(row) for _number, row in rows], ctx.by):
            message = fault.message
            if fault.twin is not None:
                message = f"与第 {line_of[fault.twin]} 行的身份证号相同。"
            text = f"{message.rstrip('。')}。{fault.remedy}"
            yield RowError(line_of[fault.index], columns.get(fault.field, fault.field), text)

    def commit(self, rows: Sequence[dict[str, Any]], by: Post) -> Mapping[str, Any]:
        """Open the files."""
        people = actions.register_many([_new(row) for row in rows], by=by)
        return {"新建档案": len(people)}


def _new(row: Mapping[str, Any]) -> actions.NewPerson:
    return actions.NewPerson(**row)
