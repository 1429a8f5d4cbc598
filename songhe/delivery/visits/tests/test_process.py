"""Every (state, step, role): the table says who may do what, and nothing else happens."""

from datetime import timedelta

import pytest
from django.db import transaction

from songhe.delivery.visits import actions, rostering
from songhe.delivery.visits.models import Visit
from songhe.delivery.visits.process import PROCESS
from songhe.kernel import clock
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.errors import Conflict, Forbidden, Missing, Refused
from songhe.kernel.events.models import Event


def posts(cast):
    """One post of every role, in this provider and over this person where the role has either."""
    found = {p.role: p for p in reversed(cast.posts.values())}
    home = found[Role.HOME]
    mine = Post(account=home.account, role=Role.HOME, organisation_id=cast.organisations["provider"].pk, starts=home.starts)
    mine.save()
    return {**found, Role.HOME: mine, Role.ELDER: cast.elder, Role.FAMILY: cast.daughter, Role.CARER: cast.carer,
            Role.COORDINATOR: cast.coordinator}


def put(visit, state):
    """The visit in a state, with the times that the state must have."""
    now = clock.now()
    times = {"started": {"started_at": now}, "done": {"started_at": now, "ended_at": now + timedelta(hours=1), "minutes": 60}}
    none = {"started_at": None, "ended_at": None, "minutes": None}
    carer = None if state == "planned" else visit.carer_id
    Visit.objects.unscoped("test").filter(pk=visit.pk).update(state=state, carer_id=carer, **{**none, **times.get(state, {})})


def take(step, visit, post, cast, delivery):
    """Take a step the way its screen or phone does."""
    ids = [visit.pk]
    if step in ("check_in", "check_out"):
        if step == "check_out":
            put_in = delivery.punch(visit, "in", clock.now() - timedelta(minutes=61))
            actions.report([put_in], by=cast.system)
        kind = {"check_in": "in", "check_out": "out"}[step]
        carer = cast.workers["nurse"].pk if post.role == Role.NURSE else visit.carer_id
        [outcome] = actions.report([delivery.punch(visit, kind, carer_id=carer)], by=post)
        if outcome.status == "refused":
            raise Refused("refused", outcome.message)
    elif step == "assign":
        rostering.assign(ids, cast.workers["carer"], by=post, reason="测试")
    elif step == "unassign":
        actions.unassign(ids, by=post)
    elif step == "miss":
        actions.miss(ids, by=post)
    else:
        actions.cancel(ids, by=post, reason="测试原因")


@pytest.mark.parametrize("step", [s.name for s in PROCESS.steps])
def test_every_state_and_role(step, cast, delivery):
    visit = delivery.assigned(*_next_week())
    declared = PROCESS.by_step[step]
    for role, post in posts(cast).items():
        for state in PROCESS.by_state:
            with transaction.atomic():
                put(visit, state)
                before = Event.objects.unscoped("test").count()
                allowed = role in declared.who and state in declared.sources
                try:
                    with transaction.atomic():
                        take(step, visit, post, cast, delivery)
                except (Forbidden, Refused, Missing, Conflict):
                    taken = False
                else:
                    taken = True
                now = Visit.objects.unscoped("test").get(pk=visit.pk).state
                if allowed:
                    assert taken, (role, state)
                    assert now == declared.target, (role, state)
                    assert Event.objects.unscoped("test").count() > before
                elif taken:
                    # A report that is kept but moves nothing: a phone may speak at any time.
                    assert step in ("check_in", "check_out"), (role, state)
                    assert role in declared.who, (role, state)
                else:
                    assert now == state, (role, state)
                transaction.set_rollback(True)


def _next_week():
    from songhe.delivery.conftest import slot

    return [slot(1)]


def test_a_step_out_of_turn_is_a_conflict(cast, delivery):
    visit = delivery.assigned(*_next_week())
    actions.miss([visit.pk], by=cast.coordinator)
    with pytest.raises(Conflict, match="未上门"):
        actions.cancel([visit.pk], by=cast.coordinator, reason="测试原因")


def test_cancelling_wants_a_reason(cast, delivery):
    visit = delivery.assigned(*_next_week())
    with pytest.raises(Refused, match="原因"):
        actions.cancel([visit.pk], by=cast.coordinator, reason=" ")


def test_the_family_cancels_in_good_time_only(cast, delivery):
    visit = delivery.assigned()
    with pytest.raises(Refused, match="不足 24 小时"):
        actions.cancel([visit.pk], by=cast.daughter, reason="临时有事")
    actions.cancel([visit.pk], by=cast.coordinator, reason="家属来电")


def test_a_relative_without_the_right_to_act_cancels_nothing(cast, delivery):
    visit = delivery.assigned(*_next_week())
    relative = cast.relatives["daughter"]
    relative.may_act = False
    relative.save()
    with pytest.raises(Forbidden, match="未授权"):
        actions.cancel([visit.pk], by=cast.daughter, reason="临时有事")


@pytest.mark.parametrize("part", ["other_coordinator", "stranger", "neighbour"])
def test_a_neighbour_cancels_nothing(cast, delivery, part):
    visit = delivery.assigned(*_next_week())
    with pytest.raises(Missing):
        actions.cancel([visit.pk], by=cast.posts[part], reason="测试原因")


def test_missed_is_told_by_the_clock_only_after_its_time(cast, delivery):
    visit = delivery.assigned()
    end = visit.planned_start + timedelta(minutes=60 + 120)
    with clock.frozen(end - timedelta(minutes=1)):
        assert actions.miss_overdue(by=cast.system) == 0
    with clock.frozen(end + timedelta(minutes=1)):
        assert actions.miss_overdue(by=cast.system) == 1
        assert actions.miss_overdue(by=cast.system) == 0
