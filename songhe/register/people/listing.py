"""The list of elders: one search box, filters, orders, export; the same scope and masks throughout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from songhe.kernel.access import rights
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import DESK, Role
from songhe.kernel.access.scoping import ScopedQuerySet
from songhe.kernel.areas import queries as areas
from songhe.kernel.screens import links
from songhe.kernel.screens.lists import Col, Filter, ListPage, Sort

from . import queries, search
from .models import Person
from .rules import LEVEL_NAMES

#: Counting further costs more than the answer tells: who needs the figure opens the indicators.
COUNT_TO = 1000
READERS = DESK
EXPORTERS = frozenset({Role.BUREAU, Role.STREET})
STATUS_TONES = {"living": "ok", "deceased": "mute", "moved": "warn"}
# Looked up a hundred times a page: a model works out its labels anew each time.
_SEX, _LIVING, _STATUS = ({str(k): str(v) for k, v in of.choices} for of in (Person.Sex, Person.Living, Person.Status))
LIVING_TONES = {"lone": "bad", "alone": "warn"}


def _rows(post: Post) -> ScopedQuerySet:
    return Person.objects.visible_to(post).defer("address", "hukou_address", "remark")  # type: ignore[no-any-return]


def _prepare(people: list[Person], post: Post) -> None:
    """The Shanghai level of everybody on the page; one query."""
    held = queries.levels_in_force((p.pk for p in people), post)
    for person in people:
        person.level_now = next((v for v in held.get(person.pk, ()) if v.scheme == "shanghai"), None)  # type: ignore[attr-defined]


def _level(person: Any, post: Post) -> Any:
    level = person.level_now
    return {"word": level.label, "tone": "warn" if level.level >= 5 else "info"} if level else ""


def _living(person: Person, post: Post) -> dict[str, str]:
    return {"word": _LIVING[person.living], "tone": LIVING_TONES.get(person.living, "mute")}


def _status(person: Person, post: Post) -> dict[str, str]:
    return {"word": _STATUS[person.status], "tone": STATUS_TONES[person.status]}


def _masked(name: str) -> Any:
    return lambda person, post: rights.shown(person, name, post)


def area_choices(post: Post) -> Sequence[tuple[str, str]]:
    """Towns of a district, committees of a town."""
    prefix = post.area_code or "-"
    below = areas.committees(prefix) if len(prefix.rstrip("0")) > 6 else areas.towns(prefix)
    return [(node.code, node.name) for node in below]


def _universe_choices(post: Post) -> Sequence[tuple[str, str]]:
    """Who lives here, who is registered here: two universes, never added up."""
    if post.role not in (Role.STREET, Role.ADVISOR) or not post.area_code:
        return []
    return [(f"home:{post.area_code}", "常住本辖区"), (f"hukou:{post.area_code}", "户籍在本辖区")]


def _universe(rows: Any, value: str) -> Any:
    kind, _colon, area_code = value.partition(":")
    return search.living_in(rows, area_code) if kind == "home" else search.registered_in(rows, area_code)


def _equal(field: str) -> Any:
    return lambda rows, value: rows.filter(**{field: value})


def _fixed(choices: Sequence[tuple[str, Any]]) -> Any:
    return lambda post: [(value, str(label)) for value, label in choices]


_LEVELS = [*((str(n), name) for n, name in enumerate(LEVEL_NAMES["shanghai"])), (search.UNRATED, "无有效等级")]

PEOPLE = ListPage(
    name="people.list",
    title="长者档案",
    rows=_rows,
    columns=(
        Col("name", "姓名", lambda p, post: p.name, link=links.row("people:file"), primary=True),
        Col("sex", "性别", lambda p, post: _SEX[p.sex]),
        Col("age", "年龄", lambda p, post: p.age, kind="number", unit="岁"),
        Col("area", "常住地", lambda p, post: areas.name_of(p.area_code)),
        Col("living", "居住情况", _living, kind="tag"),
        Col("level", "照护等级", _level, kind="tag"),
        Col("identity", "身份证号", _masked("identity_number")),
        Col("phone", "电话", _masked("phone")),
        Col("status", "档案状态", _status, kind="tag"),
    ),
    sorts=(
        Sort("name", "按姓名", ("pinyin", "id")),
        Sort("age", "年龄从大到小", ("birth_date", "id")),
        Sort("new", "新建档在前", ("-id",)),
    ),
    filters=(
        Filter("area", "区域", search.living_in, area_choices),
        Filter("universe", "口径", _universe, _universe_choices),
        Filter("level", "照护等级", search.with_level, _fixed(_LEVELS)),
        Filter("living", "居住情况", _equal("living"), _fixed(Person.Living.choices)),
        Filter("income", "收入类别", _equal("income"), _fixed(Person.Income.choices)),
        Filter("age", "年龄", search.of_age, _fixed([(b[0], b[1]) for b in search.AGE_BANDS])),
        Filter("status", "档案状态", _equal("status"), _fixed(Person.Status.choices)),
    ),
    search=search.search,
    search_label="姓名、拼音、首字母、身份证号或电话（末四位）",
    person=lambda p: p.pk,
    empty="没有符合条件的长者",
    empty_help="可以新建档案，或用表格批量导入。",
    export_roles=frozenset(str(r) for r in EXPORTERS),
    template="people/list.html",
    prepare=_prepare,
    count_to=COUNT_TO,
)
