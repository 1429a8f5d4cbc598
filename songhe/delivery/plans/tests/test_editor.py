"""The plan editor: the week against its budget, with and without scripts."""

import pytest
from django.urls import reverse

from songhe.delivery.conftest import slot
from songhe.delivery.plans.models import CarePlan, Slot
from songhe.kernel.access.models import ReadEntry
from songhe.kernel.process.firing import fire


@pytest.fixture
def plan(delivery):
    return delivery.draft(slot(2))


@pytest.fixture
def coordinator(sign_in, cast):
    return sign_in(cast.coordinator)


def slots(plan):
    return list(Slot.objects.unscoped("test").filter(plan=plan).order_by("weekday", "earliest"))


def form(**more):
    return {"weekdays": ["0", "3"], "earliest": "09:00", "latest": "10:30", "minutes": "45", "items": ["1", "9"],
            "staff_class": "", "carer": "", **more}


def test_the_editor_shows_week_budget_and_reasons(coordinator, plan):
    page = coordinator.get(reverse("plans:edit", args=[plan.pk])).content.decode()
    assert "每周已安排 60 分钟，额度 300 分钟" in page
    assert "还可安排 240 分钟" in page
    assert "照护4级，居家照护每周 5 小时" in page
    assert "可以提交" in page
    assert reverse("cases:step", args=["plan", plan.pk, "propose"]) in page


def test_opening_it_is_on_record(coordinator, plan):
    coordinator.get(reverse("plans:edit", args=[plan.pk]))
    assert ReadEntry.objects.unscoped("test").filter(person_id=plan.person_id, what="plan", purpose=plan.number).count() == 1


def test_what_stands_against_is_said_and_the_button_rests(coordinator, delivery, cast):
    plan = delivery.draft(slot(minutes=400))
    page = coordinator.get(reverse("plans:edit", args=[plan.pk])).content.decode()
    assert "每周安排 400 分钟，超过额度 300 分钟" in page
    assert "超出 100 分钟" in page
    assert reverse("cases:step", args=["plan", plan.pk, "propose"]) not in page


def test_a_visit_is_added_for_several_days_at_once(coordinator, plan):
    answer = coordinator.post(reverse("plans:slot_new", args=[plan.pk]), form())
    assert (answer.status_code, answer.url) == (303, reverse("plans:edit", args=[plan.pk]))
    assert [(s.weekday, s.minutes, s.items, s.staff_class) for s in slots(plan)] == [
        (0, 45, [1, 9], "carer_health"), (2, 60, [1, 9, 24], "carer_health"), (3, 45, [1, 9], "carer_health"),
    ]


def test_the_class_follows_the_items(coordinator, plan):
    coordinator.post(reverse("plans:slot_new", args=[plan.pk]), form(items=["1", "34"], weekdays=["0"]))
    assert slots(plan)[0].staff_class == "nurse"


def test_a_visit_is_changed_in_its_place(coordinator, plan):
    [before] = slots(plan)
    coordinator.post(reverse("plans:slot", args=[plan.pk, before.pk]), form(weekdays=["5"], latest=""))
    [after] = slots(plan)
    assert (after.pk, after.weekday, after.latest) == (before.pk, 5, after.earliest)


def test_a_visit_is_dropped(coordinator, plan):
    [row] = slots(plan)
    answer = coordinator.post(reverse("plans:drop", args=[plan.pk, row.pk]))
    assert answer.status_code == 303
    assert slots(plan) == []


def test_errors_stand_beside_their_fields_and_nothing_typed_is_lost(coordinator, plan):
    answer = coordinator.post(reverse("plans:slot_new", args=[plan.pk]), form(latest="08:00", items=[], minutes="77"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "最晚开始时间不能早于最早开始时间" in page
    assert "请至少选择一个服务项目" in page
    assert 'value="77"' in page
    assert len(slots(plan)) == 1


def test_the_dialog_is_a_fragment_and_leads_back_by_header(coordinator, plan):
    url = reverse("plans:slot_new", args=[plan.pk])
    opened = coordinator.get(url, {"day": "4"}, headers={"HX-Request": "true"}).content.decode()
    assert opened.lstrip().startswith('<div class="dialog-head">')
    wrong = coordinator.post(url, form(items=[]), headers={"HX-Request": "true"})
    assert (wrong.status_code, "<html" in wrong.content.decode()) == (200, False)
    done = coordinator.post(url, form(), headers={"HX-Request": "true"})
    assert done.headers["HX-Redirect"] == reverse("plans:edit", args=[plan.pk])


def test_the_check_says_what_the_visit_would_do(coordinator, plan):
    url = reverse("plans:check", args=[plan.pk])
    page = coordinator.post(url, form(minutes="150", weekdays=["0", "1"])).content.decode()
    assert "保存后每周合计 360 分钟，额度 300 分钟" in page
    assert "超过额度" in page
    assert len(slots(plan)) == 1
    assert "所选项目约需 10 分钟" in coordinator.post(url, {"items": ["1"]}).content.decode()


def test_goals_risks_and_wishes_are_kept(coordinator, plan):
    coordinator.post(
        reverse("plans:edit", args=[plan.pk]),
        {"starts": "2026-12-01", "sex_wish": "f", "goals": "能下床", "risks": ["跌倒", "压疮"], "other_risks": "青霉素过敏、养狗"},
    )
    plan.refresh_from_db()
    assert (plan.starts.isoformat(), plan.sex_wish, plan.goals) == ("2026-12-01", "f", "能下床")
    assert plan.risks == ["跌倒", "压疮", "青霉素过敏", "养狗"]


def test_a_plan_that_waits_for_the_family_is_only_shown(coordinator, cast, plan):
    fire(plan, "propose", by=cast.coordinator)
    answer = coordinator.get(reverse("plans:edit", args=[plan.pk]))
    assert answer.url == reverse("cases:page", args=["plan", plan.pk])


@pytest.mark.parametrize("name", ["edit", "slot_new", "check", "revise", "signature"])
def test_a_neighbour_gets_404(sign_in, cast, plan, name):
    client = sign_in(cast.other_coordinator)
    url = reverse(f"plans:{name}", args=[plan.pk])
    answer = client.post(url) if name in ("check", "revise") else client.get(url)
    assert answer.status_code == 404
    assert "沈桂芳" not in answer.content.decode()


@pytest.mark.parametrize("part", ["street", "carer", "daughter", "elder", "insurer", "admin"])
def test_only_a_maker_opens_the_editor(sign_in, cast, plan, part):
    assert sign_in(cast.posts[part]).get(reverse("plans:edit", args=[plan.pk])).status_code == 403


def test_signed_out_one_is_asked_to_sign_in(client, plan):
    assert client.get(reverse("plans:edit", args=[plan.pk])).status_code == 302


def test_adjusting_a_running_plan_opens_a_new_draft(coordinator, delivery):
    plan = delivery.active()
    answer = coordinator.post(reverse("plans:revise", args=[plan.pk]))
    new = CarePlan.objects.unscoped("test").get(previous=plan)
    assert answer.url == reverse("plans:edit", args=[new.pk])


def test_the_editor_costs_the_same_however_full_the_week(coordinator, delivery, cast, django_assert_max_num_queries):
    few, many = delivery.draft(slot(2)), delivery.draft(*(slot(d, f"{h:02}:00", carer=cast.workers["carer"].pk) for d in range(7) for h in (8, 10)))
    with django_assert_max_num_queries(30) as first:
        coordinator.get(reverse("plans:edit", args=[few.pk]))
    with django_assert_max_num_queries(len(first)):
        coordinator.get(reverse("plans:edit", args=[many.pk]))
