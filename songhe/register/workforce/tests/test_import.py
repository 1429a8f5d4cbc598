"""Workers, sites and organisations from sheets: template, faults by cell, all or nothing."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from songhe.kernel.access.models import Post
from songhe.kernel.errors import Forbidden, Refused
from songhe.kernel.registry import importers
from songhe.kernel.sheets import actions as sheets
from songhe.kernel.sheets import queries as uploads
from songhe.kernel.sheets import template
from songhe.register.sites.models import Licence, Organisation, Site
from songhe.register.workforce.models import Certificate, Worker
from songhe.simulation.cast import Cast

pytestmark = pytest.mark.django_db
CARD = {"证书": "健康证明", "证书编号": "H1", "发证日期": "2026-01-01", "有效期止": "2026-12-31"}
SUN = {"姓名": "孙兰芳", "性别": "女", "电话": "13900000009", "岗位类别": "养老护理员",
       "服务类别": "养老护理员（健康照护）", "职业技能等级": "中级", "技能": "助浴、鼻饲护理", "入职日期": "2026-11-01"}  # fmt: skip
WANG = {"姓名": "王秀英", "性别": "女", "电话": "13900000001", "岗位类别": "养老护理员",
        "服务类别": "养老护理员（医疗照护）", "职业技能等级": "中级", "入职日期": "2017-01-01"}  # fmt: skip


def upload(kind: str, rows: list[dict[str, str]], by: Post) -> Any:
    heads = [str(column.title) for column in importers.get(kind).columns]
    out = io.StringIO()
    writer = csv.DictWriter(out, heads)
    writer.writeheader()
    writer.writerows(rows)
    return sheets.check(sheets.stage(kind, "a.csv", out.getvalue().encode(), by).pk, by)


def faults(batch: Any, by: Post) -> dict[tuple[int, str], str]:
    found = uploads.faults(batch, importers.get(batch.kind), by)
    return {(fault.number, fault.column): fault.message for fault in found}


@pytest.mark.parametrize("kind", ["workers", "sites", "organisations"])
def test_the_template_of_each_table_can_be_made(kind: str) -> None:
    importer = importers.get(kind)
    assert template(importer.columns, title=importer.title)[:2] == b"PK"


def test_new_workers_and_certificates_of_known_ones_come_in_together(cast: Cast) -> None:
    rows = [{**SUN, **CARD}, {**SUN, **CARD, "证书编号": "H2"}, {**WANG, **CARD}]
    batch = upload("workers", rows, cast.coordinator)
    assert batch.bad == 0, faults(batch, cast.coordinator)
    assert sheets.commit(batch.pk, cast.coordinator).result == {"新增人员": 1, "登记证书": 3}
    made = Worker.objects.unscoped("test").get(name="孙兰芳")
    assert made.skills == ["bathing", "tube_feeding"]
    assert made.organisation_id == cast.organisations["provider"].pk
    assert Certificate.objects.unscoped("test").filter(worker=cast.workers["carer"]).count() == 2
    assert Worker.objects.unscoped("test").filter(name="王秀英").count() == 1


def test_every_fault_of_a_worker_has_its_cell_and_nothing_comes_in(cast: Cast) -> None:
    rows = [
        {**SUN, "电话": "123"},
        {**SUN, "岗位类别": "厨师"},
        {**SUN, "技能": "按摩"},
        {**SUN, "机构": "示例·长寿社区养老服务社"},
        {**SUN, **CARD, "证书编号": ""},
        {**SUN, **CARD, "有效期止": "2025-01-01"},
        {**SUN, "岗位类别": "评估员", "服务类别": ""},
        {**SUN, "服务类别": "执业护士"},
    ]
    batch = upload("workers", rows, cast.coordinator)
    found = faults(batch, cast.coordinator)
    assert set(found) >= {(2, "电话"), (3, "岗位类别"), (4, "技能"), (5, "机构"), (6, "证书编号"), (7, "有效期止"),
                          (8, "评估员类别"), (9, "服务类别")}  # fmt: skip
    assert "不属于您的岗位" in found[5, "机构"]
    with pytest.raises(Refused):
        sheets.commit(batch.pk, cast.coordinator)
    assert not Worker.objects.unscoped("test").filter(name="孙兰芳").exists()


def test_lines_about_one_worker_must_agree(cast: Cast) -> None:
    rows = [{**SUN, **CARD}, {**SUN, "性别": "男"}, {**SUN, **CARD}]
    found = faults(upload("workers", rows, cast.coordinator), cast.coordinator)
    assert "第 2 行" in found[3, "性别"]
    assert "同一张证书" in found[4, "证书编号"]


def test_a_certificate_that_is_known_already_stops_the_whole_import(cast: Cast) -> None:
    batch = upload("workers", [{**WANG, **CARD}], cast.coordinator)
    sheets.commit(batch.pk, cast.coordinator)
    again = upload("workers", [{**WANG, **CARD}, {**SUN}], cast.coordinator)
    assert "已登记" in faults(again, cast.coordinator)[2, "证书编号"]
    assert not Worker.objects.unscoped("test").filter(name="孙兰芳").exists()


def test_the_bureau_names_the_employer(cast: Cast) -> None:
    missing = faults(upload("workers", [SUN], cast.bureau), cast.bureau)
    assert "请填写机构全称" in missing[2, "机构"]
    batch = upload("workers", [{**SUN, "机构": "示例·长寿社区养老服务社"}], cast.bureau)
    sheets.commit(batch.pk, cast.bureau)
    made = Worker.objects.unscoped("test").get(name="孙兰芳")
    assert made.organisation_id == cast.organisations["other_provider"].pk


def test_sites_come_in_with_their_operator_and_faults_have_their_cell(cast: Cast) -> None:
    good = {"名称": "示例·曹杨社区长者食堂", "类型": "社区长者食堂", "街镇": "曹杨新村街道", "运营机构": "示例·曹杨护理站",
            "核定容量": "80", "经度": "121.4", "纬度": "31.24"}  # fmt: skip
    wrong = [
        {**good, "街镇": "江苏路街道"}, {**good, "类型": "饭店"}, {**good, "运营机构": "没有这家"},
        {**good, "经度": "31.24", "纬度": "121.4"}, {**good, "纬度": ""}, {**good, "核定容量": "很多"},
    ]  # fmt: skip
    found = faults(upload("sites", wrong, cast.bureau), cast.bureau)
    assert set(found) == {(2, "街镇"), (3, "类型"), (4, "运营机构"), (5, "经度"), (6, "纬度"), (7, "核定容量")}
    assert "填反" in found[5, "经度"]
    sheets.commit(upload("sites", [good], cast.bureau).pk, cast.bureau)
    site = Site.objects.get(name=good["名称"])
    assert (site.organisation, site.capacity, site.position_status) == (cast.organisations["provider"], 80, "surveyed")
    assert "已登记" in faults(upload("sites", [good], cast.bureau), cast.bureau)[2, "名称"]
    assert "第 2 行" in faults(upload("sites", [{**good, "名称": "二店"}] * 2, cast.bureau), cast.bureau)[3, "名称"]


def test_organisations_come_in_with_their_licences(cast: Cast) -> None:
    row = {"机构名称": "示例·新护理站", "类别": "护理站", "街镇": "长寿路街道", "长护险定点": "是", "证照": "医疗机构执业许可证",
           "证号": "A1", "有效期起": "2024-01-01", "有效期止": "2029-12-31"}  # fmt: skip
    rows = [row, {**row, "证照": "营业执照", "证号": "B1"}, {**row, "机构名称": "示例·曹杨护理站", "街镇": "曹杨新村街道", "证号": "C1"}]
    batch = upload("organisations", rows, cast.bureau)
    assert batch.bad == 0, faults(batch, cast.bureau)
    assert sheets.commit(batch.pk, cast.bureau).result == {"新增机构": 1, "登记证照": 3}
    made = Organisation.objects.get(name="示例·新护理站")
    assert made.is_ltci_provider
    assert made.area_code == "310107015000"
    assert Licence.objects.filter(organisation=made).count() == 2
    wrong = [{**row, "统一社会信用代码": "91310107MA1G0000XX"}, {**row, "证号": ""}, {**row, "有效期止": "2023-01-01"}, row]
    found = faults(upload("organisations", wrong, cast.bureau), cast.bureau)
    assert set(found) >= {(2, "统一社会信用代码"), (3, "证号"), (4, "有效期止"), (5, "证号")}


def test_only_the_named_roles_may_upload(cast: Cast) -> None:
    for kind, post in (("sites", cast.coordinator), ("organisations", cast.home), ("workers", cast.street)):
        with pytest.raises(Forbidden):
            sheets.importer_for(kind, post)
