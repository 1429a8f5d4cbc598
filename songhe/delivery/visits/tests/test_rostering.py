"""The first assignment rule, and hands that overrule it."""

from datetime import date, datetime, time, timedelta

import pytest

from songhe.delivery.conftest import TODAY, slot
from songhe.delivery.visits import actions, rostering
from songhe.delivery.visits.actions import report
from songhe.delivery.visits.models import Visit
from songhe.kernel import clock
from songhe.kernel.errors import Conflict, Forbidden, Missing, Refused
from songhe.register.workforce.models import Absence, Certificate, Shift

THURSDAY = TODAY + timedelta(days=1)


def at(day, text):
    return datetime.combine(day, time.fromisoformat(text), clock.SHANGHAI)


def of(day):
    return list(Visit.objects.unscoped("test").filter(day=day).order_by("planned_start", "person__pinyin"))


@pytest.fixture
def thursday(delivery):
    """One visit tomorrow at ten."""
    plan = delivery.active(slot(3))
    return delivery.visits(plan)[0]


def roster(cast, day=THURSDAY):
    return rostering.assign_day(day, by=cast.coordinator)


def only(cast, *keep):
    """Leave only the workers named at work."""
    Shift.objects.unscoped("test").exclude(worker__in=keep).delete()


def test_the_carer_who_came_before_comes_again(delivery, cast):
    new = delivery.worker("aa新人")
    plan = delivery.active(slot(2), slot(3))
    today = delivery.visits(plan)[0]
    rostering.assign([today.pk], cast.workers["carer"], by=cast.coordinator)
    result = roster(cast)
    [visit] = of(THURSDAY)
    assert result.assigned == 1
    assert (visit.carer_id, visit.rostered_id) == (cast.workers["carer"].pk, cast.workers["carer"].pk)
    assert visit.why_carer == "一直由其照护，保持连续"
    assert visit.carer_id != new.pk


def test_the_carer_asked_for_goes_before_the_one_who_came_before(delivery, cast):
    asked = delivery.worker("zz指定")
    plan = delivery.active(slot(2), slot(3, carer=asked.pk))
    rostering.assign([delivery.visits(plan)[0].pk], cast.workers["carer"], by=cast.coordinator)
    roster(cast)
    assert of(THURSDAY)[0].why_carer == "计划指定的护理员"
    assert of(THURSDAY)[0].carer_id == asked.pk


@pytest.mark.parametrize("bar", ["certificate", "absence", "left"])
def test_who_cannot_go_is_not_sent(delivery, cast, thursday, bar):
    only(cast, cast.workers["carer"])
    worker = cast.workers["carer"]
    if bar == "certificate":
        Certificate.objects.unscoped("test").filter(worker=worker).update(ends=TODAY)
    elif bar == "absence":
        Absence.objects.create(worker=worker, kind="事假", starts=THURSDAY, ends=THURSDAY + timedelta(days=1))
    else:
        worker.ends = THURSDAY
        worker.save()
    result = roster(cast)
    assert result.assigned == 0
    assert result.unserved[0].why == "当天无人上班"
    assert of(THURSDAY)[0].state == "planned"


def test_a_certificate_is_good_until_its_last_day(cast, thursday):
    only(cast, cast.workers["carer"])
    Certificate.objects.unscoped("test").filter(worker=cast.workers["carer"]).update(ends=THURSDAY)
    assert roster(cast).assigned == 1


def test_a_wish_for_a_man_is_kept_or_said(delivery, cast):
    delivery.active(slot(3), sex_wish="m")
    assert roster(cast).unserved[0].why == "没有符合性别意愿的护理员"
    him = delivery.worker("男护", sex="m")
    assert roster(cast).assigned == 1
    assert of(THURSDAY)[0].carer_id == him.pk


def test_a_nurse_may_do_what_a_carer_does_and_not_the_other_way(delivery, cast):
    only(cast, cast.workers["carer"])
    delivery.active(slot(3, items=(34,), staff_class="nurse"))
    assert roster(cast).unserved[0].why == "没有资质相符的护理员"


def test_a_visit_begins_within_its_window_and_after_the_road(delivery, cast):
    far = delivery.person("远处长者", 1, lng=121.4531)
    only(cast, cast.workers["carer"])
    delivery.active(slot(3, "10:00"))
    delivery.active(slot(3, "10:30", until="13:00"), person=far)
    assert roster(cast).assigned == 2
    first, second = of(THURSDAY)
    # 4.8 km × 1.3 at 15 km/h is 25 minutes after the first hour.
    assert first.planned_start == at(THURSDAY, "10:00")
    assert second.planned_start == at(THURSDAY, "11:25")


def test_a_window_that_leaves_no_time_for_the_road_stays_unserved(delivery, cast):
    far = delivery.person("远处长者", 1, lng=121.4531)
    only(cast, cast.workers["carer"])
    delivery.active(slot(3, "10:00"))
    delivery.active(slot(3, "11:00"), person=far)
    result = roster(cast)
    assert (result.assigned, result.unserved[0].why) == (1, "资质相符的护理员在该时段都已有安排")


def test_the_daily_cap_holds(delivery, cast):
    only(cast, cast.workers["carer"])
    Shift.objects.unscoped("test").update(starts=time(6), ends=time(22))
    for n in range(10):
        delivery.active(slot(3, f"{7 + n:02}:00", until="21:00"), person=delivery.person(f"长者{n}", n + 1, lng=121.4032))
    result = roster(cast)
    assert result.assigned == 8
    assert {u.why for u in result.unserved} == {"资质相符的护理员当天工时已满"}


def test_the_nearest_free_carer_goes(delivery, cast):
    near = delivery.worker("近处", lng=121.4032)
    delivery.worker("远处", lng=121.50)
    person = delivery.person("西边长者", 5, lng=121.30)
    only(cast, near, delivery.worker("更近", lng=121.31))
    delivery.active(slot(3), person=person)
    roster(cast)
    assert of(THURSDAY)[0].carer.name == "更近"


def test_running_it_twice_moves_nobody(delivery, cast, thursday):
    assert roster(cast).assigned == 1
    before = of(THURSDAY)[0].carer_id
    assert roster(cast) == rostering.Roster(0, ())
    assert of(THURSDAY)[0].carer_id == before


def test_a_window_of_today_that_has_passed_is_not_filled(delivery, cast):
    plan = delivery.active(slot(2, "10:00", until="11:00"))
    with clock.frozen(at(TODAY, "12:00")):
        assert roster(cast, TODAY).unserved[0].why == "约定的开始时段已过"
    with clock.frozen(at(TODAY, "10:40")):
        assert roster(cast, TODAY).assigned == 1
    assert delivery.visits(plan)[0].planned_start == at(TODAY, "10:40")


def test_another_provider_is_left_alone(delivery, cast, thursday):
    assert rostering.assign_day(THURSDAY, by=cast.other_coordinator).assigned == 0
    assert of(THURSDAY)[0].state == "planned"


@pytest.mark.parametrize("part", ["carer", "street", "daughter", "insurer"])
def test_only_the_provider_rosters(cast, thursday, part):
    with pytest.raises(Forbidden):
        rostering.assign_day(THURSDAY, by=cast.posts[part])


class TestByHand:
    def test_a_fit_carer_needs_no_reason(self, cast, thursday):
        [visit] = rostering.assign([thursday.pk], cast.workers["carer"], by=cast.coordinator)
        assert (visit.state, visit.why_carer, visit.rostered_id) == ("assigned", "人工排班", cast.workers["carer"].pk)

    def test_the_start_may_be_set(self, cast, thursday):
        rostering.assign([thursday.pk], cast.workers["carer"], by=cast.coordinator, start=at(THURSDAY, "14:00"))
        assert of(THURSDAY)[0].planned_start == at(THURSDAY, "14:00")

    def test_a_worker_of_another_provider_is_refused(self, cast, thursday):
        with pytest.raises(Refused, match="不是该服务机构"):
            rostering.assign([thursday.pk], cast.workers["other_carer"], by=cast.coordinator)

    def test_an_expired_certificate_cannot_be_overruled(self, cast, thursday):
        Certificate.objects.unscoped("test").filter(worker=cast.workers["carer"]).update(ends=TODAY)
        with pytest.raises(Refused, match="没有当天有效的证书"):
            rostering.assign([thursday.pk], cast.workers["carer"], by=cast.coordinator, reason="实在没人")

    def test_two_visits_at_once_cannot_be_overruled(self, delivery, cast, thursday):
        delivery.active(slot(3, "10:30"), person=delivery.person("另一位", 7))
        both = [v.pk for v in of(THURSDAY)]
        with pytest.raises(Refused, match="已有服务"):
            rostering.assign(both, cast.workers["carer"], by=cast.coordinator, reason="赶一赶")
        assert {v.state for v in of(THURSDAY)} == {"planned"}

    def test_a_wish_may_be_overruled_with_a_reason(self, delivery, cast):
        plan = delivery.active(slot(3), sex_wish="m")
        visit = delivery.visits(plan)[0]
        with pytest.raises(Refused, match="与性别意愿不符") as refused:
            rostering.assign([visit.pk], cast.workers["carer"], by=cast.coordinator)
        assert refused.value.field == "reason"
        rostering.assign([visit.pk], cast.workers["carer"], by=cast.coordinator, reason="家属电话同意")
        assert of(THURSDAY)[0].why_carer == "家属电话同意"

    def test_a_neighbours_visit_is_missing(self, cast, thursday):
        with pytest.raises(Missing):
            rostering.assign([thursday.pk], cast.workers["other_carer"], by=cast.other_coordinator)

    def test_a_visit_that_has_begun_is_not_moved(self, delivery, cast, thursday):
        rostering.assign([thursday.pk], cast.workers["carer"], by=cast.coordinator)
        with clock.frozen(at(THURSDAY, "10:00")):
            report([delivery.punch(of(THURSDAY)[0], "in")], by=cast.carer)
            with pytest.raises(Conflict, match="服务中"):
                rostering.assign([thursday.pk], cast.workers["nurse"], by=cast.coordinator)

    def test_taking_it_back_restores_the_window(self, cast, thursday):
        rostering.assign([thursday.pk], cast.workers["carer"], by=cast.coordinator, start=at(THURSDAY, "14:00"))
        actions.unassign([thursday.pk], by=cast.coordinator)
        [visit] = of(THURSDAY)
        assert (visit.state, visit.carer_id, visit.rostered_id, visit.planned_start) == ("planned", None, None, at(THURSDAY, "10:00"))


def test_candidates_say_what_speaks_for_and_against(delivery, cast, thursday):
    delivery.worker("过期", certified_until=date(2026, 1, 1))
    delivery.worker("晚班", hours=(13, 18))
    away = delivery.worker("请假")
    Absence.objects.create(worker=away, kind="病假", starts=THURSDAY, ends=THURSDAY + timedelta(days=2))
    found = {c.worker.name: c for c in rostering.candidates(thursday)}
    assert found["王秀英"].objections == ()
    assert [o.text for o in found["过期"].objections] == ["没有当天有效的证书"]
    assert [o.text for o in found["请假"].objections] == ["当天请假"]
    assert found["请假"].barred
    assert [o.text for o in found["晚班"].objections] == ["不在上班时间 13:00–18:00 内"]
    assert not found["晚班"].barred
    assert "赵琴" not in found
    assert list(found)[-1] in ("过期", "请假")


def test_a_break_at_noon_is_kept_free(delivery, cast):
    only(cast, cast.workers["carer"])
    Shift.objects.unscoped("test").filter(weekday=3).update(starts=time(8), ends=time(11, 30))
    Shift.objects.create(worker=cast.workers["carer"], weekday=3, starts=time(13), ends=time(17))
    delivery.active(slot(3, "11:00", until="14:00"))
    assert roster(cast).assigned == 1
    [visit] = of(THURSDAY)
    assert visit.planned_start == at(THURSDAY, "13:00")
    found = rostering.candidates(visit, start=at(THURSDAY, "11:00"))
    assert [o.text for o in next(c for c in found if c.worker.name == "王秀英").objections] == ["11:30–13:00 休息"]
