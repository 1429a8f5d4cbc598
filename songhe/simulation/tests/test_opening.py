"""The day on which the demo is opened: work to do at every hour, and nothing that was not served."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest

from songhe.care.ltci.tests.world import World
from songhe.delivery.plans.models import Slot
from songhe.delivery.visits.models import Visit
from songhe.kernel import checks, clock
from songhe.simulation import opening
from songhe.simulation.cast import Cast
from songhe.simulation.population.events import VisitAssumptions
from songhe.simulation.visiting import Phones

pytestmark = pytest.mark.django_db
WHY = "tests look at everything"
DAY = date(2026, 11, 18)


def at(hour: int, minute: int = 0) -> datetime:
    """A moment of the day."""
    return datetime(2026, 11, 18, hour, minute, tzinfo=clock.SHANGHAI)


def day_of(cast: Cast) -> None:
    """A crew of three and elders who are visited from morning to afternoon."""
    world = World(cast.organisations["provider"])
    world.worker("周萍")
    people = [world.elder() for _ in range(8)]
    world.build()
    for n, person in enumerate(people):
        start = 8 + n % 7
        Slot.objects.unscoped(WHY).create(
            plan=world.plans[person.pk], weekday=DAY.weekday(), earliest=time(start), latest=time(start + 1), minutes=60,
            items=[1, 9], staff_class="carer_medical",
        )


def open_the_demo(now: datetime) -> None:
    """What building the demo does last."""
    clock.set_clock(now)
    opening.live([Phones()], 1, VisitAssumptions(), now)


HOURS = [at(2), at(6, 40), at(12), at(15, 30), at(19), at(21, 50), at(23, 20)]


@pytest.mark.parametrize("now", HOURS, ids=lambda m: f"{m:%H:%M}")
def test_the_carer_has_visits_to_do_and_the_board_one_to_give_at_every_hour(cast: Cast, now: datetime) -> None:
    day_of(cast)
    open_the_demo(now)
    rows = Visit.objects.unscoped(WHY).filter(day=DAY)
    hers = list(rows.filter(carer=cast.workers["carer"], state="assigned").order_by("planned_start"))
    assert len(hers) >= (3 if now < at(21) else 1)
    for one, other in pairwise(hers):
        assert one.planned_start + timedelta(minutes=one.planned_minutes) <= other.planned_start
    for visit in hers:
        assert visit.planned_start.astimezone(clock.SHANGHAI).date() == DAY
        assert visit.planned_start + timedelta(hours=1) > now
    if now < at(21):
        assert rows.filter(state="planned", planned_start__gt=now).exists()
    assert checks.run_all() == []


def test_what_is_over_was_served_and_what_is_not_over_was_not(cast: Cast) -> None:
    day_of(cast)
    open_the_demo(at(15, 30))
    rows = Visit.objects.unscoped(WHY).filter(day=DAY)
    assert rows.filter(state="done").exists()
    assert not rows.filter(state="started").exists()
    assert not rows.filter(planned_start__gt=at(15), state__in=["done", "missed"]).exists()


def test_before_dawn_nothing_was_served_and_nothing_was_moved(cast: Cast) -> None:
    day_of(cast)
    open_the_demo(at(4))
    rows = Visit.objects.unscoped(WHY).filter(day=DAY)
    assert set(rows.values_list("state", flat=True)) <= {"planned", "assigned"}
    assert not rows.filter(why_carer__contains="来电").exists()


def test_the_week_ahead_is_made_and_tomorrow_is_rostered(cast: Cast) -> None:
    day_of(cast)
    Slot.objects.unscoped(WHY).update(weekday=(DAY.weekday() + 1) % 7)
    open_the_demo(at(20))
    rows = Visit.objects.unscoped(WHY).filter(day=DAY + timedelta(days=1))
    assert rows.filter(state="assigned").exists()


def test_a_day_without_visits_is_left_alone(cast: Cast) -> None:
    open_the_demo(at(19))
    assert not Visit.objects.unscoped(WHY).exists()
