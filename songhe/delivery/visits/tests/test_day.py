"""The provider's day: time lines, who waits and why, and the hands that help."""

import pytest
from django.urls import reverse

from songhe.delivery.conftest import TODAY, slot
from songhe.delivery.visits.models import Visit
from songhe.kernel.events.models import Event
from songhe.register.workforce.models import Certificate, Shift

THURSDAY = "2026-11-19"


@pytest.fixture
def client(sign_in, cast):
    return sign_in(cast.coordinator)


@pytest.fixture
def visit(delivery):
    return delivery.visits(delivery.active(slot(3, until="11:00")))[0]


def day(client, on=THURSDAY):
    return client.get(reverse("visits:day"), {"day": on}).content.decode()


def fresh(visit):
    return Visit.objects.unscoped("test").get(pk=visit.pk)


def test_who_waits_stands_on_top_with_what_could_be_done(client, visit):
    page = day(client)
    assert "沈桂芳" in page
    assert "10:00–11:00" in page
    assert "可自动排班" in page
    assert "自动排班</button>" in page


def test_why_nobody_can_go_is_said_before_anything_is_pressed(client, delivery):
    delivery.active(slot(3), sex_wish="m")
    assert "没有符合性别意愿的护理员" in day(client)


def test_the_button_rosters_and_says_what_is_left(client, visit, delivery):
    delivery.active(slot(3), person=delivery.person("另一位", 2), sex_wish="m")
    answer = client.post(reverse("visits:roster"), {"day": THURSDAY}, follow=True)
    page = answer.content.decode()
    assert "已排班 1 次" in page
    assert "还有 1 次没有合适的护理员" in page
    assert fresh(visit).state == "assigned"
    assert 'class="day-bar is-assigned at-17 for-4"' in page


def test_a_day_without_visits_says_what_to_do(client):
    assert "这一天没有上门服务" in day(client, "2027-01-01")
    assert "自动排班</button>" not in day(client, "2027-01-01")


def test_nonsense_for_a_day_is_today(client):
    assert TODAY.isoformat() in day(client, "昨天")


def test_a_neighbour_sees_and_rosters_nothing_of_it(sign_in, cast, visit):
    other = sign_in(cast.other_coordinator)
    assert "沈桂芳" not in day(other)
    other.post(reverse("visits:roster"), {"day": THURSDAY})
    assert fresh(visit).state == "planned"
    for name in ("page", "assign", "cancel", "miss"):
        assert other.get(reverse(f"visits:{name}", args=[visit.pk])).status_code == 404
    for name in ("assign", "cancel", "miss", "unassign"):
        assert other.post(reverse(f"visits:{name}", args=[visit.pk]), {"reason": "原因"}).status_code == 404


@pytest.mark.parametrize("part", ["carer", "street", "daughter", "insurer", "bureau", "admin"])
def test_only_the_provider_has_the_board(sign_in, cast, part):
    client = sign_in(cast.posts[part])
    assert client.get(reverse("visits:day")).status_code == 403
    assert client.post(reverse("visits:roster")).status_code == 403


def test_assigning_by_hand_shows_everybody_and_what_speaks_against(client, cast, visit, delivery):
    from datetime import date

    delivery.worker("过期的人", certified_until=date(2026, 1, 1))
    url = reverse("visits:assign", args=[visit.pk])
    page = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert page.lstrip().startswith('<div class="dialog-head">')
    assert "没有当天有效的证书" in page
    assert "赵琴" not in page
    back = reverse("visits:day") + f"?day={THURSDAY}"
    answer = client.post(url, {"carer": cast.workers["carer"].pk, "start": "10:30", "next": back})
    assert (answer.status_code, answer.url) == (303, back)
    assert (fresh(visit).carer.name, fresh(visit).planned_start.strftime("%H:%M")) == ("王秀英", "02:30")


def test_what_speaks_against_her_wants_a_reason_in_the_form(client, cast, delivery):
    visit = delivery.visits(delivery.active(slot(3), sex_wish="m"))[0]
    url = reverse("visits:assign", args=[visit.pk])
    data = {"carer": cast.workers["carer"].pk, "start": "10:00"}
    wrong = client.post(url, data)
    assert wrong.status_code == 422
    assert "仍要派单的，请写明理由" in wrong.content.decode()
    assert fresh(visit).state == "planned"
    client.post(url, {**data, "reason": "家属电话同意"})
    assert fresh(visit).why_carer == "家属电话同意"


def test_a_stranger_put_into_the_form_is_refused(client, cast, visit):
    answer = client.post(reverse("visits:assign", args=[visit.pk]), {"carer": cast.workers["other_carer"].pk, "start": "10:00"})
    assert answer.status_code == 422
    assert fresh(visit).carer_id is None


def test_the_way_back_never_leads_off_the_site(client, cast, visit):
    data = {"carer": cast.workers["carer"].pk, "start": "10:00", "next": "https://example.org/"}
    assert client.post(reverse("visits:assign", args=[visit.pk]), data).url == reverse("visits:page", args=[visit.pk])


def test_cancelling_missing_and_taking_back(client, cast, visit):
    url = reverse("visits:cancel", args=[visit.pk])
    assert "请填写取消原因" in client.post(url, {"reason": ""}).content.decode()
    assert fresh(visit).state == "planned"
    client.post(reverse("visits:assign", args=[visit.pk]), {"carer": cast.workers["carer"].pk, "start": "10:00"})
    client.post(reverse("visits:unassign", args=[visit.pk]))
    assert fresh(visit).state == "planned"
    client.post(url, {"reason": "长者外出"})
    assert fresh(visit).state == "cancelled"
    assert Event.objects.unscoped("test").get(kind="visit.cancel").reason == "长者外出"
    again = client.post(reverse("visits:miss", args=[visit.pk]), {"reason": ""})
    assert "已取消" in again.content.decode()


def test_the_board_costs_the_same_however_full(client, cast, delivery, django_assert_max_num_queries):
    delivery.active(slot(3))
    with django_assert_max_num_queries(45) as few:
        day(client)
    count = len(few)
    for n in range(8):
        delivery.worker(f"护{n}")
        delivery.active(slot(3, f"{8 + n:02}:00"), person=delivery.person(f"长者{n}", n + 1))
    client.post(reverse("visits:roster"), {"day": THURSDAY})
    with django_assert_max_num_queries(count):
        day(client)


def test_the_menu_counts_who_waits_today(client, delivery):
    delivery.active(slot(2))
    assert '<span class="count">1<span' in day(client)


def test_a_day_off_is_no_objection_and_a_missing_certificate_is(client, cast, delivery):
    Shift.objects.unscoped("test").filter(worker=cast.workers["carer"]).delete()
    page = client.get(reverse("visits:day")).content.decode()
    rest = page.split("王秀英")[1].split("</div>")[0]
    assert "当天不上班" in rest
    assert "day-bars" not in rest
    Certificate.objects.unscoped("test").filter(worker=cast.workers["carer"]).delete()
    page = client.get(reverse("visits:day")).content.decode()
    assert "day-bars" in page.split("王秀英")[1].split("</div>")[0]
