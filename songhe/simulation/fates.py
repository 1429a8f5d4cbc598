"""What a day does to people: deaths are recorded, hospitals admit and discharge, carers fall ill."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np

from songhe.kernel import clock
from songhe.kernel.access.posts import system
from songhe.register.people.actions import deaths, spells
from songhe.register.people.models import Person, Stay
from songhe.register.workforce.models import Absence

from .population import daily
from .population.draw import stream
from .population.visiting import draw_absences

if TYPE_CHECKING:
    from .living import Town

WHY = "simulation"


def live(town: Town, day: date) -> None:
    """The night before the day, recorded in the morning."""
    clock.set_clock(datetime.combine(day, time(4, 30), clock.SHANGHAI))
    rng = stream(town.population.seed, "fates", day.isoformat())
    living = _living(town)
    _discharge(town, day)
    dead = _deaths(town, rng, living, day)
    living[dead] = False
    _admit(town, rng, living, day)
    _fall_ill(town, rng, day)


def _living(town: Town) -> np.ndarray:
    return ~town.placed.among(Person.objects.unscoped(WHY).filter(death_date__isnull=False).values_list("pk", flat=True))


def _deaths(town: Town, rng: np.random.Generator, living: np.ndarray, day: date) -> np.ndarray:
    """Deaths of the day before, by the mortality that the population was made with."""
    people = town.population.people
    rates = daily.death_rates(people.age, people.sex, people.true_level, town.population.mortality, town.stated.life)
    drawn = daily.draw_deaths(rng, rates) & living
    found: np.ndarray = np.flatnonzero(drawn)
    if len(found):
        deaths.record_deaths(
            {town.placed.people[i]: day - timedelta(days=1) for i in found}, by=system(), reason="殡葬信息比对"
        )
    return found


def _admit(town: Town, rng: np.random.Generator, living: np.ndarray, day: date) -> None:
    """Hospital stays that begin today among those who live at home and are in nobody's bed."""
    busy = set(
        Stay.objects.unscoped(WHY).filter(ends__isnull=True).values_list("person_id", flat=True)
    ) | set(Stay.objects.unscoped(WHY).filter(ends__gt=clock.now()).values_list("person_id", flat=True))
    free = living & ~town.placed.among(busy)
    admissions = daily.draw_admissions(rng, town.population.people.true_level, free, town.stated.life)
    begins = datetime.combine(day, time(9), clock.SHANGHAI)
    clock.set_clock(begins)
    news = []
    for who, days in zip(admissions.person, admissions.days, strict=True):
        pid = town.placed.people[int(who)]
        news.append(spells.NewStay(pid, "hospital", begins, organisation_name="示例·区中心医院"))
        town.leaving.setdefault(day + timedelta(days=int(days)), []).append(pid)
    if news:
        spells.open_stays(news, by=system())


def _discharge(town: Town, day: date) -> None:
    """Everybody whose time in hospital is over goes home in the morning."""
    leaving = town.leaving.pop(day, [])
    rows = Stay.objects.unscoped(WHY).filter(person_id__in=leaving, kind="hospital", ends__isnull=True)
    if ids := list(rows.values_list("pk", flat=True)):
        spells.close_stays(ids, by=system())


def _fall_ill(town: Town, rng: np.random.Generator, day: date) -> None:
    """Carers who do not come today, and for how long."""
    on_duty = np.asarray(town.staff.workers.visits_homes)
    absences = draw_absences(rng, on_duty, town.stated.visit)
    away = set(Absence.objects.unscoped(WHY).filter(ends__gt=day).values_list("worker_id", flat=True))
    Absence.objects.bulk_create(
        [
            Absence(worker_id=town.placed.workers[int(w)], kind="病假", starts=day, ends=day + timedelta(days=int(n)))
            for w, n in zip(absences.carer, absences.days, strict=True)
            if town.placed.workers[int(w)] not in away
        ]
    )
