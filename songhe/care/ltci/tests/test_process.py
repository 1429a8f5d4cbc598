"""Every (state, step, role) of both lives: the table says who may do what, and nothing else happens."""

from datetime import date

import pytest
from django.db import transaction

from songhe.care.ltci import settlement
from songhe.care.ltci.models import Enrolment, Statement
from songhe.care.ltci.process import ENROLMENT, SETTLEMENT
from songhe.delivery.plans.models import CarePlan
from songhe.kernel.access.models import Post
from songhe.kernel.access.roles import Role
from songhe.kernel.errors import Conflict, Forbidden, Missing, Refused
from songhe.kernel.events.models import Event
from songhe.kernel.process.firing import fire
from songhe.register.people.models import CareLevel

from .world import OCTOBER, World

pytestmark = pytest.mark.django_db


def posts(cast):
    """One post of every role, over this person and in this provider where the role has either."""
    found = {p.role: p for p in reversed(cast.posts.values())}
    mine = Post.objects.create(account=cast.home.account, role=Role.HOME, organisation_id=cast.organisations["provider"].pk,
                               area_code="310107", starts=cast.home.starts)
    return {**found, Role.HOME: mine, Role.ELDER: cast.elder, Role.FAMILY: cast.daughter, Role.COORDINATOR: cast.coordinator,
            Role.STREET: cast.street}


def tried(row, step, post, data):
    """What came of a step, undone again."""
    before = Event.objects.unscoped("test").count()
    try:
        with transaction.atomic():
            [moved] = fire(row.__class__.objects.unscoped("test").get(pk=row.pk), step, by=post, reason="测试理由", data=data)
            assert Event.objects.unscoped("test").count() > before
            transaction.set_rollback(True)
            return "taken", moved.state
    except (Forbidden, Missing, Conflict) as refused:
        assert Event.objects.unscoped("test").count() == before
        return type(refused).__name__.lower(), ""


@pytest.mark.parametrize("state", list(ENROLMENT.by_state))
def test_a_service_relation_moves_by_its_table_alone(cast, state):
    world = World(cast.organisations["provider"])
    world.build()
    provider = cast.organisations["provider"]
    CareLevel.objects.create(person=cast.shen, scheme="shanghai", level=4, label="照护四级", starts=date(2026, 1, 1))
    row = Enrolment.objects.create(number="CH-1", person=cast.shen, provider=None if state == "choosing" else provider, state=state,
                                   started_on=date(2026, 2, 1), area_code=cast.shen.area_code)
    CarePlan.objects.create(number="JH-1", person=cast.shen, provider=provider, level=4, weekly_minutes=300, starts=date(2026, 2, 1),
                            state="active", area_code=cast.shen.area_code)
    data = {"provider": str(cast.organisations["other_provider" if state == "choosing" else "provider"].pk)}
    for role, post in posts(cast).items():
        for step in ENROLMENT.steps:
            outcome, after = tried(row, step.name, post, data)
            if role not in step.who:
                assert outcome == "forbidden", (role, step.name)
            elif role in (Role.COORDINATOR, Role.HOME) and state == "choosing":
                assert outcome == "missing", (role, step.name)
            elif state not in step.sources:
                assert outcome == "conflict", (role, step.name)
            else:
                assert (outcome, after) == ("taken", step.target), (role, step.name)


@pytest.mark.parametrize("state", list(SETTLEMENT.by_state))
def test_a_statement_moves_by_its_table_alone(cast, state):
    world = World(cast.organisations["provider"])
    carer, elder = world.worker("王秀英"), world.elder()
    world.visit(elder, carer, OCTOBER.replace(day=6))
    world.build()
    row = settlement.draft(world.provider, OCTOBER, by=cast.system)
    way = {"drafted": (), "submitted": ("submit",), "approved": ("submit", "approve"), "paid": ("submit", "approve", "pay"),
           "reversed": ("submit", "approve", "reverse")}[state]
    for step in way:
        fire(row, step, by=cast.insurer if step == "reverse" else cast.system, reason="测试")
    for role, post in posts(cast).items():
        for step in SETTLEMENT.steps:
            outcome, after = tried(row, step.name, post, {})
            if role not in step.who:
                assert outcome == "forbidden", (role, step.name)
            elif state not in step.sources:
                assert outcome == "conflict", (role, step.name)
            else:
                assert (outcome, after) == ("taken", step.target), (role, step.name)


def test_neighbours_move_nothing(cast, world: World):
    carer, elder = world.worker("王秀英"), world.elder()
    world.visit(elder, carer, OCTOBER.replace(day=6))
    world.build()
    statement = settlement.draft(world.provider, OCTOBER, by=cast.system)
    relation = Enrolment.objects.unscoped("test").get(person=elder)
    for row, step, post in (
        (statement, "submit", cast.other_coordinator), (relation, "suspend", cast.other_coordinator),
        (relation, "end", cast.neighbour_street), (relation, "change", cast.stranger), (relation, "change", cast.elder),
    ):
        with pytest.raises((Missing, Forbidden)):
            fire(row, step, by=post, reason="测试")
    assert Statement.objects.unscoped("test").get().state == "drafted"


@pytest.mark.parametrize("process", [ENROLMENT, SETTLEMENT])
def test_a_step_that_needs_a_reason_is_not_taken_without(process, cast, world: World):
    wanting = [s.name for s in process.steps if s.reason_required]
    assert wanting
    world.elder()
    world.build()
    row = Enrolment.objects.unscoped("test").get() if process is ENROLMENT else None
    for name in wanting if row else ():
        role = next(iter(sorted(process.by_step[name].who & {"coordinator", "street"})))
        with pytest.raises(Refused, match="理由"):
            fire(row, name, by={"coordinator": cast.coordinator, "street": cast.street}[role])


def test_the_deadlines_of_a_month_follow_its_calendar(cast, world: World):
    carer, elder = world.worker("王秀英"), world.elder()
    world.visit(elder, carer, OCTOBER.replace(day=6))
    world.build()
    row = settlement.draft(world.provider, OCTOBER, by=cast.system)
    assert row.due_on == date(2026, 11, 6)
    fire(row, "submit", by=cast.system)
    # Filed after its day: as many working days from now as the calendar puts between the two steps.
    assert row.due_on == date(2026, 11, 25)
    fire(row, "approve", by=cast.insurer)
    assert row.due_on == date(2026, 12, 2)
