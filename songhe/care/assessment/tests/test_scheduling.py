"""Visits: complete teams, free assessors, and a proposal that holds."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice
from uuid import UUID

import pytest

from songhe.care.assessment import actions, queries, rules, scheduling
from songhe.care.assessment.forms import ScheduleForm
from songhe.kernel import clock
from songhe.kernel.calendar import is_working_day
from songhe.kernel.errors import Refused
from songhe.register.workforce.models import Absence, Certificate, Worker
from songhe.simulation.cast import Cast

from .conftest import Bring, staff, tomorrow

pytestmark = pytest.mark.django_db


def member(n: int, assessor_class: str, **facts: object) -> rules.Member:
    return rules.Member(UUID(int=n), f"员{n}", assessor_class, UUID(int=99), **facts)  # type: ignore[arg-type]


def test_pairs_always_have_a_class_b_second() -> None:
    made = scheduling.pairs([member(1, "A"), member(2, "B"), member(3, "B"), member(4, "B"), member(5, "")])
    assert [(a.worker_id.int, b.worker_id.int) for a, b in made] == [(1, 2), (3, 4)]


def test_free_times_never_give_one_person_two_homes() -> None:
    team = (member(1, "A"), member(2, "B"))
    starts = [tomorrow(h) for h in (9, 10, 11, 14)]
    found = scheduling.free([team], {UUID(int=2): [tomorrow(14)]}, starts, timedelta(minutes=90))
    assert [s.at.hour for s in found] == [9, 11]


def test_usual_times_lie_on_working_days() -> None:
    friday = datetime(2026, 9, 30, 9, tzinfo=clock.SHANGHAI)
    days = {at.date() for at in islice(scheduling.usual_starts(friday, 3, "310107000000"), 12)}
    assert days == {date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 10)}
    assert all(is_working_day(d) for d in days)


def test_the_form_proposes_the_next_free_time_of_a_complete_team(cast: Cast, bring: Bring) -> None:
    bring("scheduled", cast.people["dai"])
    form = ScheduleForm(case=bring("assigned"), post=cast.agency)
    assert form.initial["scheduled_at"] == datetime(2026, 11, 19, 13, 30, tzinfo=clock.SHANGHAI)
    assert form.initial["assessor_b"] == cast.workers["assessor_b"].pk


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda c: {"a": c.workers["assessor_b"].pk}, "至少 2 名评估员"),
        (lambda c: {"a": c.workers["assessor_b"].pk, "b": c.workers["assessor"].pk}, "不是 B 类评估员"),
        (lambda c: {"a": c.workers["carer"].pk}, "王秀英 不是评估员"),
        (lambda c: {"a": staff(c, "other_agency", "A")[0].pk}, "不是承办评估机构的人员"),
        (lambda c: {"b": staff(c, "agency", "A")[0].pk}, "至少 1 名 B 类评估员"),
        (lambda c: {"b": None}, "须选定两名评估员"),
        (lambda c: {"at": clock.now() - timedelta(minutes=1)}, "已经过去"),
        (lambda c: {"at": None}, "请填写上门时间"),
    ],
)
def test_an_incomplete_team_or_a_past_time_is_refused(cast: Cast, bring: Bring, change, words: str) -> None:
    case = bring("assigned")
    plan = {"at": tomorrow(), "a": cast.workers["assessor"].pk, "b": cast.workers["assessor_b"].pk, **change(cast)}
    with pytest.raises(Refused, match=words) as refusal:
        actions.schedule(actions.Visit(case, plan["at"], plan["a"], plan["b"]), by=cast.agency)
    assert case.number in refusal.value.message
    assert refusal.value.field


def test_whoever_is_away_or_not_certified_is_not_sent(cast: Cast, bring: Bring) -> None:
    case, b = bring("assigned"), cast.workers["assessor_b"]
    visit = actions.Visit(case, tomorrow(), cast.workers["assessor"].pk, b.pk)
    away = Absence(worker=b, kind="病假", starts=tomorrow().date(), ends=tomorrow().date() + timedelta(days=1))
    Absence.objects.bulk_create([away])
    with pytest.raises(Refused, match="刘海 当日不在岗"):
        actions.schedule(visit, by=cast.agency)
    Absence.objects.unscoped("test").all().delete()
    Certificate.objects.unscoped("test").filter(worker=b).update(ends=clock.today())
    with pytest.raises(Refused, match="刘海 的评估员证书已过期"):
        actions.schedule(visit, by=cast.agency)


def test_nobody_is_sent_to_two_homes_at_once(cast: Cast, bring: Bring) -> None:
    taken = bring("scheduled")
    case = bring("assigned", cast.people["dai"])
    a, b = staff(cast, "agency", "A", "B")
    near = tomorrow(11)
    with pytest.raises(Refused, match=f"已有上门安排（{taken.number}）") as refusal:
        actions.schedule(actions.Visit(case, near, a.pk, cast.workers["assessor_b"].pk), by=cast.agency)
    assert refusal.value.field == "scheduled_at"
    assert actions.schedule(actions.Visit(case, near, a.pk, b.pk), by=cast.agency)[0].state == "scheduled"


def test_two_visits_of_one_set_do_not_overlap_either(cast: Cast, bring: Bring) -> None:
    one, two = bring("assigned"), bring("assigned", cast.people["dai"])
    a, b = cast.workers["assessor"].pk, cast.workers["assessor_b"].pk
    with pytest.raises(Refused, match="已有上门安排"):
        actions.schedule(
            [actions.Visit(one, tomorrow(), a, b), actions.Visit(two, tomorrow() + timedelta(minutes=89), a, b)], by=cast.agency
        )
    assert len(actions.schedule(
        [actions.Visit(one, tomorrow(), a, b), actions.Visit(two, tomorrow() + timedelta(minutes=90), a, b)], by=cast.agency
    )) == 2


def test_a_new_time_keeps_the_team_and_may_be_near_the_old_one(cast: Cast, bring: Bring) -> None:
    case = bring("scheduled")
    actions.reschedule(actions.Visit(case, tomorrow(11)), by=cast.assessor, reason="长者上午就诊")
    assert case.scheduled_at == tomorrow(11)
    assert case.assessor_b_id == cast.workers["assessor_b"].pk


def test_a_worker_who_left_disappears_from_the_choice(cast: Cast) -> None:
    Worker.objects.unscoped("test").filter(pk=cast.workers["assessor"].pk).update(ends=clock.today())
    names = [m.name for m in queries.assessors_of(cast.organisations["agency"].pk, clock.today())]
    assert names == ["刘海"]
