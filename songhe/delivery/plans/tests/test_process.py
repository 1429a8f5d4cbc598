"""Every (state, step, role) of a plan: the table says who may do what, and nothing else happens."""

import pytest
from django.db import transaction

from songhe.delivery.conftest import slot
from songhe.delivery.plans.models import CarePlan
from songhe.delivery.plans.process import PROCESS
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.errors import Conflict, Forbidden, Missing, Refused
from songhe.kernel.events.models import Event
from songhe.kernel.process.firing import fire


def posts(cast):
    found = {p.role: p for p in reversed(cast.posts.values())}
    home = Post.objects.create(account=found[Role.HOME].account, role=Role.HOME, starts=found[Role.HOME].starts,
                               organisation_id=cast.organisations["provider"].pk)
    return {**found, Role.HOME: home, Role.ELDER: cast.elder, Role.FAMILY: cast.daughter, Role.COORDINATOR: cast.coordinator}


@pytest.mark.parametrize("name", [s.name for s in PROCESS.steps])
def test_every_state_and_role(name, cast, delivery):
    plan = delivery.draft(slot())
    step = PROCESS.by_step[name]
    for role, post in posts(cast).items():
        for state in PROCESS.by_state:
            with transaction.atomic():
                CarePlan.objects.unscoped("test").filter(pk=plan.pk).update(state=state)
                before = Event.objects.unscoped("test").count()
                allowed = role in step.who and state in step.sources
                try:
                    with transaction.atomic():
                        fire(CarePlan(pk=plan.pk), name, by=post, reason="测试理由", data={"agreed_by": "沈桂芳"})
                    taken = True
                except (Forbidden, Refused, Missing, Conflict):
                    taken = False
                assert taken == allowed, (role, state)
                now = CarePlan.objects.unscoped("test").get(pk=plan.pk).state
                assert now == (step.target or state if allowed else state), (role, state)
                assert (Event.objects.unscoped("test").count() > before) == allowed, (role, state)
                transaction.set_rollback(True)


@pytest.mark.parametrize("part", ["other_coordinator", "stranger", "neighbour", "neighbour_street", "carer"])
def test_a_neighbour_finds_no_plan(cast, delivery, part):
    plan = delivery.draft(slot())
    assert not CarePlan.objects.visible_to(cast.posts[part]).filter(pk=plan.pk).exists()


def test_a_carer_finds_the_plan_of_whom_she_visits(cast, delivery):
    visit = delivery.assigned()
    assert CarePlan.objects.visible_to(cast.carer).filter(pk=visit.plan_id).exists()
    assert not CarePlan.objects.visible_to(cast.other_carer).exists()
