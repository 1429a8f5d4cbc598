"""Elders, plans and visits of a provider's month, stored at once: the ground of the settlement's tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from songhe.care.ltci.models import Enrolment
from songhe.delivery.plans.models import CarePlan
from songhe.delivery.visits.models import Visit
from songhe.kernel import bulk, checks, clock
from songhe.kernel.crypto import blind_index
from songhe.kernel.identity import Sex, make_synthetic_identity
from songhe.kernel.invariants import Violation
from songhe.register.people.models import CareLevel, Cover, Person, Stay
from songhe.register.sites.models import Organisation
from songhe.register.workforce.models import Certificate, Worker

SINCE = date(2026, 1, 1)
OCTOBER = date(2026, 10, 1)


def broken() -> list[Violation]:
    """What does not hold of the insurance, the books and the cases. These rows have no phones behind them, so
    what other rooms ask of theirs is left to them.
    """
    return checks.run_all(only=[i.key for i in checks.every() if i.key.split(".")[0] in ("ltci", "ledger", "process")])


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment in Shanghai."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.SHANGHAI)


@dataclass
class World:
    """Rows to be stored; ``build`` stores what was added since the last time."""

    provider: Organisation
    area: str = "310107005001"
    elders: list[Person] = field(default_factory=list)
    plans: dict[UUID, CarePlan] = field(default_factory=dict)
    serial: int = 0
    _rows: list[Any] = field(default_factory=list)

    def worker(self, name: str, staff_class: str = "carer_medical") -> Worker:
        """A carer with her certificate."""
        nurse = staff_class == "nurse"
        worker = Worker(
            organisation=self.provider, name=name, pinyin=name, sex="f", occupation="nurse" if nurse else "carer",
            staff_class=staff_class, grade="" if nurse else "初级", area_code=self.area, starts=SINCE,
        )
        kind = "护士执业证书" if nurse else "养老护理员职业技能等级证书"
        self._rows += [worker, Certificate(worker=worker, kind=kind, number=name, starts=SINCE, ends=date(2030, 1, 1))]
        return worker

    def elder(self, *, level: int | None = 3, form: str = "home", bonus: str = "", provider: Organisation | None = None,
              state: str = "serving", since: date = SINCE, name: str = "") -> Person:
        """An elder who is insured, has a level and is served."""
        self.serial += 1
        n = self.serial
        birth = date(1935, 1, 1) + timedelta(days=n // 400)
        number = make_synthetic_identity(birth, Sex.FEMALE, n % 400)
        named = name or f"长者{n}"
        person = Person(
            name=named, pinyin=f"zhangzhe{n}", initials="zz", sex="f", birth_date=birth, identity_number=number,
            identity_index=blind_index(number, "identity"), identity_tail="", hukou_area_code=self.area, area_code=self.area,
            living="alone", lng=121.4031, lat=31.2411, synthetic=True,
        )
        self._rows += [person, Cover(person=person, kind="employee", starts=SINCE)]
        if level is not None:
            self._rows.append(CareLevel(person=person, scheme="shanghai", level=level, label=f"照护{level}级", starts=SINCE,
                                        ends=date(2028, 1, 1), official=True))
        served_by = provider or self.provider
        self._rows.append(
            Enrolment(
                number=f"CH-T{served_by.pk.hex[-6:]}{n:05d}", person=person, form=form, provider=served_by, bonus=bonus, state=state,
                started_on=since, area_code=self.area,
            )
        )
        if form == "home":
            plan = CarePlan(
                number=f"JH-T{served_by.pk.hex[-6:]}{n:05d}", person=person, provider=served_by, level=level or 0, weekly_minutes=180,
                starts=since, agreed_by=named, agreed_at=at(since, 9), state="active", area_code=self.area,
            )
            self._rows.append(plan)
            self.plans[person.pk] = plan
        self.elders.append(person)
        return person

    def visit(self, person: Person, carer: Worker, day: date, hour: int = 9, minutes: int = 60, **changes: Any) -> Visit:
        """A visit that was served and signed."""
        start = at(day, hour)
        values: dict[str, Any] = {
            "plan": self.plans[person.pk], "person": person, "provider": self.plans[person.pk].provider, "carer": carer,
            "state": "done", "day": day, "planned_start": start, "planned_minutes": 60, "staff_class": "carer_medical",
            "items": [1, 9], "done_items": [1, 9], "started_at": start, "ended_at": start + timedelta(minutes=minutes),
            "minutes": minutes, "signed": True, "area_code": self.area,
        }
        visit = Visit(**{**values, **changes})
        self._rows.append(visit)
        return visit

    def stay(self, person: Person, kind: str, starts: datetime, ends: datetime | None = None) -> Stay:
        """In hospital, or in the provider's home."""
        home = self.provider if kind == "institution" else None
        stay = Stay(person=person, kind=kind, starts=starts, ends=ends, organisation_id=home.pk if home else None)
        self._rows.append(stay)
        return stay

    def build(self) -> World:
        """Store everything, kind by kind, in the order in which kinds first appeared."""
        kinds: dict[type, list[Any]] = {}
        for row in self._rows:
            kinds.setdefault(type(row), []).append(row)
        # Visits last: they point to all the others.
        for model in sorted(kinds, key=lambda m: m is Visit):
            bulk.insert(kinds[model])
        self._rows.clear()
        return self


def crowd(world: World, elders: int, visits_each: int, month: date = OCTOBER) -> World:
    """A big month: every elder with so many visits, spread so that nobody is at two places at once."""
    carers = [world.worker(f"护理员{n}") for n in range(-(-elders // 6))]
    people = [world.elder(level=5) for _ in range(elders)]
    for n, person in enumerate(people):
        carer, hour = carers[n // 6], 7 + 2 * (n % 6)
        for k in range(visits_each):
            world.visit(person, carer, month + timedelta(days=k % 31), hour)
    return world
