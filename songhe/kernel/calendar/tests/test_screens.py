"""The page of the working days: all staff read it, the bureau keeps it, an unknown year is said loudly."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from songhe.kernel.calendar import actions, days_changed, forget, is_certain, is_working_day
from songhe.kernel.calendar.models import Day
from songhe.kernel.errors import Forbidden, Refused
from songhe.kernel.events.models import Event
from songhe.kernel.sheets.models import ImportBatch
from songhe.simulation.cast import Cast

PAPER = "国务院办公厅关于2027年部分节假日安排的通知"
NEW = {"first": "2027-01-01", "last": "2027-01-03", "kind": "holiday", "name": "元旦", "source": PAPER, "reason": "通知已公布"}


@pytest.fixture(autouse=True)
def _fresh() -> object:
    forget()
    yield
    forget()


@pytest.fixture
def client(cast: Cast, sign_in: Callable[..., Client]) -> Client:
    return sign_in(cast.bureau)


def page(client: Client, year: int) -> str:
    return client.get(reverse("calendar:year", args=[year])).content.decode()


def test_a_published_year_is_drawn_with_its_paper(cast: Cast, sign_in: Callable[..., Client]) -> None:
    html = page(sign_in(cast.carer), 2026)
    assert "国务院办公厅关于2026年部分节假日安排的通知" in html
    assert "休</i>" in html
    assert "班</i>" in html
    assert "该年度放假安排尚未录入" not in html
    assert reverse("calendar:new") not in html
    assert "2026-10-10" in html


def test_an_unknown_year_is_said_loudly(client: Client) -> None:
    html = page(client, 2027)
    assert "该年度放假安排尚未录入" in html
    assert "暂按周一至周五推算" in html
    assert "2027 年度放假安排尚未录入" in client.get(reverse("calendar:now")).content.decode()


def test_a_holiday_is_entered_with_its_paper_and_on_record(cast: Cast, client: Client) -> None:
    told: list[object] = []
    days_changed.connect(lambda years, **_: told.append(years), weak=False, dispatch_uid="test.screens")
    try:
        response = client.post(reverse("calendar:new"), NEW)
    finally:
        days_changed.disconnect(dispatch_uid="test.screens")
    assert response.status_code == 303
    assert not is_working_day(date(2027, 1, 1))
    assert is_certain(date(2027, 6, 1))
    found = list(Event.objects.unscoped("test").filter(kind="calendar.changed").order_by("pk"))
    assert [e.data["date"] for e in found] == ["2027-01-01", "2027-01-02", "2027-01-03"]
    assert {(e.reason, e.post_id, e.data["from"], e.data["to"]) for e in found} == {("通知已公布", cast.bureau.pk, "", "holiday")}
    html = page(client, 2027)
    assert "该年度放假安排尚未录入" not in html
    assert "可能没有录全" in html
    assert "国庆节" in html, "what is still missing is named"
    assert "通知已公布" in html


def test_the_same_twice_changes_and_tells_nothing(client: Client) -> None:
    client.post(reverse("calendar:new"), NEW)
    client.post(reverse("calendar:new"), NEW)
    assert Event.objects.unscoped("test").filter(kind="calendar.changed").count() == 3


def test_a_published_day_is_taken_back_and_not_loaded_again(client: Client) -> None:
    from songhe.kernel.calendar import seed

    assert client.post(reverse("calendar:remove", args=["2026-10-10"]), {"reason": "通知更正"}).status_code == 303
    assert seed.load() == 0
    assert not is_working_day(date(2026, 10, 10))
    again = client.post(reverse("calendar:remove", args=["2026-10-10"]), {"reason": "通知更正"})
    assert again.status_code == 422
    assert "已经按平日计算" in again.content.decode()


def test_an_own_day_is_removed_and_stays_on_record(client: Client) -> None:
    client.post(reverse("calendar:new"), {**NEW, "last": ""})
    assert client.post(reverse("calendar:remove", args=["2027-01-01"]), {"reason": "登错年份"}).status_code == 303
    assert not Day.objects.filter(date=date(2027, 1, 1)).exists()
    assert not is_certain(date(2027, 6, 1))
    assert "登错年份" in page(client, 2027)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kind": "workday"}, "不是周末"),
        ({"name": ""}, "请写明是哪个节日"),
        ({"source": ""}, "这个字段"),
        ({"reason": ""}, "这个字段"),
        ({"last": "2026-12-30"}, "止日早于起日"),
        ({"last": "2027-06-01"}, "一次最多登记 31 天"),
        ({"first": "1203-01-01", "last": ""}, "年份不对"),
        ({"first": "二〇二七"}, "有效"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(client: Client, given: dict[str, str], said: str) -> None:
    before = Day.objects.count()
    response = client.post(reverse("calendar:new"), {**NEW, **given})
    html = response.content.decode()
    assert response.status_code == 422
    assert said in html
    assert Day.objects.count() == before
    if "source" not in given:
        assert PAPER in html


def test_a_day_that_is_none_is_not_found(client: Client) -> None:
    for day in ("2027-02-30", "tomorrow", "0001-01-01"):
        assert client.get(reverse("calendar:edit", args=[day])).status_code == 404
    assert client.get(reverse("calendar:year", args=[1999])).status_code == 404
    assert client.get(reverse("calendar:remove", args=["2027-05-05"])).status_code == 404


@pytest.mark.parametrize("part", ["street", "carer", "admin", "auditor"])
def test_staff_read_and_only_the_bureau_changes(cast: Cast, sign_in: Callable[..., Client], part: str) -> None:
    client = sign_in(cast.posts[part])
    assert client.get(reverse("calendar:now")).status_code == 200
    assert client.get(reverse("calendar:edit", args=["2026-10-01"])).status_code == 403
    assert client.post(reverse("calendar:new"), NEW).status_code == 403
    with pytest.raises(Forbidden):
        actions.remove_day(date(2026, 10, 1), by=cast.posts[part], reason="越权")


@pytest.mark.parametrize("part", ["elder", "daughter"])
def test_elders_and_families_have_no_such_page(cast: Cast, sign_in: Callable[..., Client], part: str) -> None:
    assert sign_in(cast.posts[part]).get(reverse("calendar:now")).status_code == 403


def test_a_year_goes_out_as_a_sheet_and_comes_in_as_one(cast: Cast, client: Client) -> None:
    response = client.get(reverse("calendar:year", args=[2026]), {"export": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert any("国庆节" in row for row in cells)
    head = next(row for row in cells if row[:2] == ["日期", "安排"])
    assert head[:4] == ["日期", "安排", "节日", "依据"]
    text = f"日期,安排,节日,依据\n2027-01-01,放假,元旦,{PAPER}\n2027-02-06,放假,春节,{PAPER}\n2027-02-20,调休上班,春节调休,{PAPER}\n"
    upload = SimpleUploadedFile("2027.csv", text.encode("utf-8-sig"), content_type="text/csv")
    batch = client.post(reverse("sheets:upload", args=["calendar"]), {"file": upload}, follow=True)
    assert batch.status_code == 200
    assert Day.objects.filter(date__year=2027).count() == 0, "nothing is entered before it is confirmed"
    confirmed = client.post(reverse("sheets:commit", args=[ImportBatch.objects.visible_to(cast.bureau).get().pk]), follow=True)
    assert "改动天数" in confirmed.content.decode()
    assert {d.date.isoformat(): d.kind for d in Day.objects.filter(date__year=2027)} == {
        "2027-01-01": "holiday", "2027-02-06": "holiday", "2027-02-20": "workday",
    }  # fmt: skip
    assert Event.objects.unscoped("test").filter(kind="calendar.changed", reason="表格导入").count() == 3


def test_a_change_without_reason_or_paper_is_refused(cast: Cast) -> None:
    new = actions.NewDay(date(2027, 1, 1), "holiday", "元旦", " ")
    with pytest.raises(Refused, match="请写明依据"):
        actions.set_days([new], by=cast.bureau, reason="公布")
    with pytest.raises(Refused, match="请填写理由"):
        actions.set_days([new], by=cast.bureau, reason=" ")


def test_a_year_costs_few_queries(client: Client, django_assert_max_num_queries: Callable[..., object]) -> None:
    client.get(reverse("calendar:year", args=[2026]))
    with django_assert_max_num_queries(10):  # type: ignore[attr-defined]
        client.get(reverse("calendar:year", args=[2026]))
