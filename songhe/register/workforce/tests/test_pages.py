"""Lists and records of workers, and what their keepers do with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from songhe.kernel import clock, hooks
from songhe.kernel.access.models import Post
from songhe.kernel.errors import Forbidden, Refused
from songhe.kernel.events.models import Event
from songhe.register.workforce import actions, queries
from songhe.register.workforce.models import Absence, Certificate, Shift, Worker
from songhe.simulation.cast import Cast

pytestmark = pytest.mark.django_db
Enter = Callable[[Post], Client]
TODAY = date(2026, 11, 18)
NEW = {"name": "孙兰芳", "sex": "f", "phone": "13900000009", "occupation": "carer", "staff_class": "carer_health",
       "grade": "中级", "skills": ["bathing"], "languages": ["shanghainese"], "starts": "2026-11-01"}  # fmt: skip


def end_certificate(cast: Cast, part: str, day: date) -> None:
    Certificate.objects.unscoped("test").filter(worker=cast.workers[part]).update(ends=day)


def listed(client: Client, query: str) -> str:
    return str(client.get(f"{reverse('workforce:list')}?{query}").content.decode())


def test_certificates_that_run_out_within_the_warning_are_found(cast: Cast, sign_in: Enter) -> None:
    client = sign_in(cast.bureau)
    end_certificate(cast, "carer", TODAY + timedelta(days=60))
    end_certificate(cast, "other_carer", TODAY + timedelta(days=61))
    end_certificate(cast, "nurse", TODAY - timedelta(days=1))
    soon, expired = listed(client, "certificate=soon"), listed(client, "certificate=expired")
    assert "王秀英" in soon
    assert "60 天后到期" in soon
    assert "赵琴" not in soon
    assert "徐丽" not in soon
    assert "徐丽" in expired
    assert "王秀英" not in expired


def test_a_renewed_certificate_no_longer_warns(cast: Cast, sign_in: Enter) -> None:
    end_certificate(cast, "carer", TODAY - timedelta(days=5))
    wang = cast.workers["carer"]
    old = Certificate.objects.unscoped("test").get(worker=wang)
    actions.add_certificates(
        [(wang, {"kind": old.kind, "number": "NEW", "starts": TODAY, "ends": date(2030, 1, 1)})], by=cast.coordinator
    )
    assert "王秀英" not in listed(sign_in(cast.bureau), "certificate=expired")
    assert queries.barred([wang.pk], TODAY) == {}


def test_filters_and_search_narrow(cast: Cast, sign_in: Enter) -> None:
    client = sign_in(cast.bureau)
    for query in ("occupation=nurse", "class=nurse", "q=徐", "q=xuli"):
        found = listed(client, query)
        assert "徐丽" in found, query
        assert "王秀英" not in found, query
    Worker.objects.unscoped("test").filter(name="徐丽").update(ends=TODAY)
    assert "徐丽" not in listed(client, "service=in")
    assert "徐丽" in listed(client, "service=out")


def test_the_list_costs_few_queries_however_long(
    cast: Cast, sign_in: Enter, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    actions.add(
        [{**NEW, "organisation": cast.organisations["provider"], "name": f"孙{n}", "starts": TODAY} for n in range(60)],
        by=cast.coordinator,
    )
    client = sign_in(cast.bureau)
    client.get(reverse("workforce:list"))
    with django_assert_max_num_queries(9):  # type: ignore[attr-defined]
        client.get(reverse("workforce:list"))


def test_a_coordinator_registers_a_worker_of_her_own(cast: Cast, sign_in: Enter) -> None:
    response = sign_in(cast.coordinator).post(reverse("workforce:add"), NEW)
    assert response.status_code == 302
    made = Worker.objects.unscoped("test").get(name="孙兰芳")
    assert (made.organisation_id, made.pinyin, made.initials) == (cast.organisations["provider"].pk, "sunlanfang", "slf")
    assert made.skills == ["bathing"]
    page = sign_in(cast.coordinator).get(response["Location"]).content.decode()
    assert "助浴" in page
    assert "视同养老护理员（医疗照护）" in page
    assert "不能派单" in page, "no certificate yet"
    with pytest.raises(Forbidden):
        actions.add([{**NEW, "organisation": cast.organisations["other_provider"]}], by=cast.coordinator)


def test_what_does_not_go_together_is_said_beside_its_field(cast: Cast, sign_in: Enter) -> None:
    client = sign_in(cast.coordinator)
    wrong = client.post(reverse("workforce:add"), {**NEW, "phone": "123", "staff_class": "nurse"})
    found = wrong.content.decode()
    assert wrong.status_code == 422
    assert "手机号应为 11 位" in found
    assert "只有护士可登记为执业护士" in found
    assert "孙兰芳" in found, "nothing typed is lost"
    assessor = client.post(reverse("workforce:add"), {**NEW, "occupation": "assessor", "staff_class": ""})
    assert "评估员须选择类别" in assessor.content.decode()


def test_a_change_is_told_without_telling_what_stood_there(cast: Cast, sign_in: Enter) -> None:
    wang = cast.workers["carer"]
    form = {**NEW, "name": "王秀英", "phone": "13900000077", "staff_class": "carer_medical", "starts": "2017-01-01"}
    response = sign_in(cast.coordinator).post(reverse("workforce:edit", args=[wang.pk]), form)
    assert response.status_code == 302
    event = Event.objects.unscoped("test").filter(kind="worker.changed").get()
    assert "phone" in event.data["fields"]
    assert "13900000077" not in str(event.data)
    with pytest.raises(Refused, match="离职日期须晚于"):
        actions.change(wang, {"ends": date(2016, 1, 1)}, by=cast.coordinator)


def test_absences_do_not_overlap_and_planners_are_told(cast: Cast, sign_in: Enter) -> None:
    wang, heard = cast.workers["carer"], []

    def listener(ids: list[UUID], **facts: object) -> None:
        heard.append((list(ids), facts["starts"], facts["ends"]))

    hooks.on("worker.absent")(listener)  # type: ignore[arg-type]
    try:
        address = reverse("workforce:absence", args=[wang.pk])
        client = sign_in(cast.coordinator)
        form = {"kind": "年假", "starts": "2026-11-20", "last": "2026-11-22"}
        assert client.post(address, form).status_code == 302
        assert heard == [([wang.pk], date(2026, 11, 20), date(2026, 11, 23))]
        again = client.post(address, {**form, "starts": "2026-11-22", "last": "2026-11-25"})
        assert again.status_code == 422
        assert "已登记年假" in again.content.decode()
        assert len(heard) == 1
    finally:
        hooks._listeners["worker.absent"].remove(listener)  # type: ignore[arg-type]
    assert wang.pk in queries.barred([wang.pk], date(2026, 11, 22))
    assert queries.barred([wang.pk], date(2026, 11, 23)) == {}


def test_coming_back_ends_an_absence_or_strikes_it(cast: Cast, sign_in: Enter) -> None:
    wang = cast.workers["carer"]
    running = actions.absent(wang, "病假", TODAY - timedelta(days=3), TODAY + timedelta(days=3), by=cast.coordinator)
    coming = actions.absent(wang, "年假", TODAY + timedelta(days=9), TODAY + timedelta(days=12), by=cast.coordinator)
    client = sign_in(cast.coordinator)
    for row in (running, coming):
        assert client.post(reverse("workforce:back", args=[wang.pk, row.pk])).status_code == 302
    left = list(Absence.objects.unscoped("test").values_list("starts", "ends"))
    assert left == [(TODAY - timedelta(days=3), TODAY)]
    other = sign_in(cast.other_coordinator)
    assert other.post(reverse("workforce:back", args=[wang.pk, running.pk])).status_code == 404


def test_hours_of_two_shifts_are_kept(cast: Cast, sign_in: Enter) -> None:
    wang = cast.workers["carer"]
    response = sign_in(cast.coordinator).post(
        reverse("workforce:shifts", args=[wang.pk]), {"day0": "07:00-11:00、13:00-17:00"}
    )
    assert response.status_code == 302
    assert Shift.objects.unscoped("test").filter(worker=wang).count() == 2


def test_the_same_certificate_is_registered_once(cast: Cast, sign_in: Enter) -> None:
    address = reverse("workforce:certificate", args=[cast.workers["carer"].pk])
    form = {"kind": "健康证明", "number": "H1", "starts": "2026-01-01", "ends": "2026-12-31"}
    client = sign_in(cast.coordinator)
    assert client.post(address, form).status_code == 302
    again = client.post(address, form)
    assert again.status_code == 422
    assert "已登记" in again.content.decode()
    assert "不能早于发证日期" in client.post(address, {**form, "ends": "2025-12-31"}).content.decode()


def test_pay_classes_come_for_a_whole_month_in_one_query(
    cast: Cast, django_assert_num_queries: Callable[[int], object]
) -> None:
    wang = cast.workers["carer"]
    Worker.objects.unscoped("test").filter(pk=wang.pk).update(staff_class="carer_health", grade="中级")
    days = [date(2023, 12, 1) + timedelta(days=n) for n in range(62)]
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        found = queries.pay_classes((wang.pk, day) for day in days)
    assert found[wang.pk, date(2023, 12, 31)][0] == "carer_health"
    assert found[wang.pk, date(2024, 1, 1)][0] == "carer_medical"


def test_who_left_is_barred_and_may_be_forgotten(cast: Cast) -> None:
    wang = cast.workers["carer"]
    assert actions.erase([wang.pk], TODAY) == 0, "who is employed is not forgotten"
    actions.change(wang, {"ends": date(2026, 6, 1)}, by=cast.coordinator)
    assert "当天不在职" in [r.text for r in queries.barred([wang.pk], TODAY)[wang.pk]]
    assert queries.barred([wang.pk], date(2026, 5, 31)) == {}
    assert actions.erase([wang.pk, cast.shen.pk], TODAY) == 1
    gone = Worker.objects.unscoped("test").get(pk=wang.pk)
    assert (gone.name, gone.phone, gone.lng, gone.skills) == ("已注销人员", "", None, [])
    assert Certificate.objects.unscoped("test").filter(worker=wang).count() == 0
    assert actions.erase([wang.pk], TODAY) == 0
    assert clock.today() == TODAY
