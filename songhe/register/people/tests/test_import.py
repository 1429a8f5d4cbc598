"""Elders from a sheet: all or nothing, every fault at its cell."""

from __future__ import annotations

import pytest

from songhe.kernel.access.models import Post
from songhe.kernel.errors import Forbidden, Refused
from songhe.kernel.sheets import actions as sheets
from songhe.kernel.sheets.models import ImportBatch, ImportRow
from songhe.register.people.importer import PeopleImporter
from songhe.register.people.models import Person
from songhe.simulation.cast import Cast

from .conftest import someone

HEAD = ["姓名", "身份证号", "电话", "常住居村委", "户籍居村委", "居住情况", "收入类别"]


def table(*rows: list[str]) -> bytes:
    return "\n".join(",".join(row) for row in [HEAD, *rows]).encode()


def row(serial: int, **given: str) -> list[str]:
    facts = {
        "name": "张桂珍", "number": someone(serial).identity_number, "phone": "13700000000",
        "home": "曹杨新村街道北岭园居委会", "hukou": "", "living": "独居", "income": "",
    }  # fmt: skip
    return list({**facts, **given}.values())


def checked(cast: Cast, *rows: list[str], by: Post | None = None) -> ImportBatch:
    by = by or cast.street
    return sheets.check(sheets.stage("people", "长者.csv", table(*rows), by).pk, by)


def faults(batch: ImportBatch, by: Post) -> dict[tuple[int, str], str]:
    rows = ImportRow.objects.visible_to(by).filter(batch=batch)
    return {(r.number, e.column): e.message for r in rows for e in r.errors}


def test_a_sheet_becomes_files(cast: Cast) -> None:
    batch = checked(
        cast,
        row(0),
        row(1, home="曹杨新村街道 · 南梅园居委会", hukou="外省市", income="低保"),
        row(2, home="长寿路街道", hukou="曹杨新村街道"),
    )
    assert faults(batch, cast.street) == {}
    done = sheets.commit(batch.pk, cast.street)
    assert done.result == {"新建档案": 3}
    people = list(Person.objects.visible_to(cast.street).filter(name="张桂珍").order_by("birth_date"))
    assert [(p.area_code, p.hukou_area_code, p.income) for p in people] == [
        ("310107005001", "310107005001", "general"),
        ("310107005002", "000000000000", "dibao"),
        ("310107015000", "310107005000", "general"),
    ]


def test_every_fault_stands_at_its_cell_and_nothing_is_imported(cast: Cast) -> None:
    batch = checked(
        cast,
        row(0, number="310199194001010149"),
        row(1, home="北岭园"),
        row(2, living="和猫住"),
        row(3, phone="1380"),
        row(4),
        row(4),
        row(5, number=cast.shen.identity_number),
        row(6, number=cast.people["dai"].identity_number),
        row(7, home="长寿路街道普雄居委会"),
        row(8, home="外省市"),
    )
    found = faults(batch, cast.street)
    assert set(found) == {
        (2, "identity_number"), (3, "area"), (4, "living"), (5, "phone"), (7, "identity_number"),
        (8, "identity_number"), (9, "identity_number"), (10, "area"), (11, "area"),
    }  # fmt: skip
    assert "第 6 行" in found[(7, "identity_number")]
    assert "沈桂芳" in found[(8, "identity_number")]
    assert "戴建国" not in found[(9, "identity_number")]
    assert "区民政局" in found[(9, "identity_number")]
    with pytest.raises(Refused):
        sheets.commit(batch.pk, cast.street)
    assert not Person.objects.unscoped("test").filter(name="张桂珍").exists()


def test_a_neighbour_imports_into_his_own_street_only(cast: Cast) -> None:
    batch = checked(cast, row(0), by=cast.neighbour_street)
    assert "不在您的辖区" in faults(batch, cast.neighbour_street)[(2, "area")]
    assert not ImportRow.objects.visible_to(cast.street).filter(batch=batch).exists()


@pytest.mark.parametrize("part", ["advisor", "doctor", "coordinator", "admin", "elder"])
def test_other_roles_do_not_import(cast: Cast, part: str) -> None:
    with pytest.raises(Forbidden):
        sheets.stage("people", "长者.csv", table(row(0)), cast.posts[part])


def test_a_large_sheet_costs_no_query_a_row(cast: Cast, django_assert_max_num_queries: object) -> None:
    rows = [row(n) for n in range(120)]
    with django_assert_max_num_queries(60):  # type: ignore[operator]
        batch = checked(cast, *rows)
        sheets.commit(batch.pk, cast.street)
    assert Person.objects.visible_to(cast.street).filter(name="张桂珍").count() == 120


def test_the_example_of_the_template_is_a_good_row(cast: Cast) -> None:
    example = [str(column.example) for column in PeopleImporter.columns]
    importer = PeopleImporter()
    cleaned, errors = importer.clean(
        dict(zip([c.key for c in importer.columns], example, strict=True)), importer.prepare(cast.street)
    )
    assert errors == []
    assert cleaned["area_code"] == "310107005001"
