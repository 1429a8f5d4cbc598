"""Reports of phones: taken once, in any order; a stranger's visit stays unknown to her."""

from dataclasses import replace
from datetime import timedelta

import pytest

from songhe.delivery.visits import actions, rostering
from songhe.delivery.visits.actions import report
from songhe.delivery.visits.models import Punch, Visit
from songhe.kernel import clock
from songhe.kernel.errors import Forbidden
from songhe.kernel.events.models import Event
from songhe.kernel.ids import uuid7


@pytest.fixture
def visit(delivery):
    return delivery.assigned()


@pytest.fixture
def carer(cast):
    return cast.carer


def fresh(visit):
    return Visit.objects.unscoped("test").get(pk=visit.pk)


def told(visit):
    rows = Event.objects.unscoped("test").filter(subject_id=visit.pk, kind__startswith="visit.check")
    return list(rows.order_by("id").values_list("kind", flat=True))


def test_in_and_out_make_a_done_visit(delivery, visit, carer):
    start = clock.now()
    pair = [delivery.punch(visit, "in", start), delivery.punch(visit, "out", start + timedelta(minutes=62))]
    with clock.frozen(start + timedelta(minutes=70)):
        outcomes = report(pair, by=carer)
    assert [o.status for o in outcomes] == ["recorded", "recorded"]
    done = fresh(visit)
    assert (done.state, done.minutes, done.done_items, done.signed) == ("done", 62, [1, 9, 24], True)
    assert done.flags == ["early"]
    assert told(visit) == ["visit.check_out"]


def test_the_same_batch_twice_changes_nothing(delivery, visit, carer):
    batch = [delivery.punch(visit, "in"), delivery.punch(visit, "out")]
    first = report([*batch, *batch], by=carer)
    before = (vars(fresh(visit)), Punch.objects.unscoped("test").count(), len(told(visit)))
    again = report(batch, by=carer)
    assert [o.status for o in first] == ["recorded"] * 4
    assert [o.status for o in again] == ["known", "known"]
    after = (vars(fresh(visit)), Punch.objects.unscoped("test").count(), len(told(visit)))
    assert {k: v for k, v in before[0].items() if k != "_state"} == {k: v for k, v in after[0].items() if k != "_state"}
    assert before[1:] == after[1:] == (2, 1)


def test_the_check_out_may_arrive_first(delivery, visit, carer):
    now = clock.now()
    with clock.frozen(now + timedelta(hours=3)):
        report([delivery.punch(visit, "out", now + timedelta(hours=2))], by=carer)
        assert fresh(visit).state == "assigned"
        report([delivery.punch(visit, "in", now + timedelta(hours=1))], by=carer)
    assert (fresh(visit).state, fresh(visit).minutes) == ("done", 60)


def test_outside_the_fence_is_remarked_and_never_blocked(delivery, visit, carer):
    [outcome] = report([delivery.punch(visit, "in", lng=121.43, reason="长者在女儿家")], by=carer)
    assert outcome.status == "recorded"
    assert outcome.message == "不在住处范围内"
    assert fresh(visit).state == "started"
    assert "outside_fence" in fresh(visit).flags


def test_no_position_is_remarked(delivery, visit, carer):
    report([delivery.punch(visit, "in", lng=None, lat=None, accuracy=None)], by=carer)
    assert fresh(visit).flags == ["no_position", "early"]


def test_a_position_that_may_be_anywhere_is_not_judged(delivery, visit, carer):
    report([delivery.punch(visit, "in", lng=121.43, accuracy=3000)], by=carer)
    assert "poor_position" in fresh(visit).flags
    assert "outside_fence" not in fresh(visit).flags


@pytest.mark.parametrize("wrong", [timedelta(hours=-9), timedelta(hours=5), timedelta(days=40)])
def test_a_wrong_clock_is_set_right_by_what_it_says_now(delivery, visit, carer, wrong):
    now = clock.now()
    with clock.frozen(now + timedelta(hours=2)):
        said = clock.now() + wrong
        pair = [delivery.punch(visit, "in", said - timedelta(minutes=60), phone_now=said),
                delivery.punch(visit, "out", said, phone_now=said)]
        report(pair, by=carer)
    done = fresh(visit)
    assert (done.started_at, done.minutes) == (now + timedelta(hours=1), 60)
    assert "clock_off" in done.flags


def test_a_time_in_the_future_is_taken_as_now(delivery, visit, carer):
    report([delivery.punch(visit, "in", clock.now() + timedelta(days=2))], by=carer)
    assert fresh(visit).started_at == clock.now()
    assert "from_future" in fresh(visit).flags


def test_a_missed_visit_comes_back_when_the_phone_leaves_the_basement(delivery, visit, carer, cast):
    start = visit.planned_start
    pair = [delivery.punch(visit, "in", start), delivery.punch(visit, "out", start + timedelta(minutes=60))]
    with clock.frozen(start + timedelta(hours=10)):
        assert actions.miss_overdue(by=cast.system) == 1
        assert fresh(visit).state == "missed"
        report(pair, by=carer)
    assert fresh(visit).state == "done"
    assert fresh(visit).flags == ["missed_before"]


def test_a_carer_of_another_provider_cannot_tell_the_visit_from_nothing(delivery, visit, cast):
    stranger = cast.workers["other_carer"].pk
    real = delivery.punch(visit, "in", carer_id=stranger)
    nothing = replace(real, id=uuid7(), visit_id=uuid7())
    one, two = report([real, nothing], by=cast.other_carer)
    assert (one.status, one.message, one.state) == (two.status, two.message, two.state) == ("refused", "没有找到该次服务，请刷新今日安排", "")
    assert fresh(visit).state == "assigned"
    assert not Punch.objects.unscoped("test").exists()


def test_the_id_of_anothers_report_opens_nothing(delivery, visit, cast, carer):
    mine = delivery.punch(visit, "in")
    report([mine], by=carer)
    [outcome] = report([replace(mine, carer_id=cast.workers["other_carer"].pk)], by=cast.other_carer)
    assert (outcome.status, outcome.state) == ("refused", "")


def test_nobody_reports_for_somebody_else(delivery, visit, cast):
    [outcome] = report([delivery.punch(visit, "in")], by=cast.nurse)
    assert (outcome.status, outcome.message) == ("refused", "只能为本人签到签退")
    assert fresh(visit).state == "assigned"


def test_a_coordinator_does_not_check_in(delivery, visit, cast):
    with pytest.raises(Forbidden):
        report([delivery.punch(visit, "in")], by=cast.coordinator)


def test_one_bad_report_does_not_cost_the_others(delivery, visit, carer):
    outcomes = report([delivery.punch(visit, "in", visit_id=uuid7()), delivery.punch(visit, "in")], by=carer)
    assert [o.status for o in outcomes] == ["refused", "recorded"]


def test_a_colleague_who_stood_in_is_remarked_whatever_comes_first(delivery, visit, cast):
    now, nurse = clock.now(), cast.workers["nurse"].pk
    stood_in = delivery.punch(visit, "in", now + timedelta(minutes=10), carer_id=nurse)
    own = delivery.punch(visit, "in", now)
    with clock.frozen(now + timedelta(hours=1)):
        report([stood_in], by=cast.nurse)
        assert (fresh(visit).carer_id, "other_carer" in fresh(visit).flags) == (nurse, True)
        report([own], by=cast.carer)
    first = fresh(visit)
    assert (first.carer_id, first.flags) == (cast.workers["carer"].pk, ["repeated", "early"])


def test_a_cancelled_visit_takes_no_report(delivery, visit, cast, carer):
    actions.cancel([visit.pk], by=cast.coordinator, reason="长者外出")
    [outcome] = report([delivery.punch(visit, "in")], by=carer)
    assert outcome.status == "refused"
    assert "已取消" in outcome.message
    assert fresh(visit).state == "cancelled"


def test_thousands_are_reported_in_the_same_number_of_queries(delivery, cast, django_assert_num_queries, django_assert_max_num_queries):
    from songhe.delivery.conftest import slot

    plan = delivery.active(*(slot(d, f"{h:02}:00") for d in range(5) for h in (8, 10, 12)), weekly=2000)
    visits = delivery.visits(plan)
    for v in visits:
        rostering.assign([v.pk], cast.workers["carer"], by=cast.system, reason="测试")
    visits = delivery.visits(plan)
    with clock.frozen(visits[-1].planned_start + timedelta(days=1)):
        with django_assert_max_num_queries(12) as few:
            report([delivery.punch(visits[0], "in", visits[0].planned_start)], by=cast.carer)
        rest = [delivery.punch(v, "in", v.planned_start) for v in visits[1:]]
        with django_assert_max_num_queries(len(few)):
            report(rest, by=cast.carer)
