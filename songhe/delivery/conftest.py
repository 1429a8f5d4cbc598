"""A small provider at work: plans, their visits, and a crew, for the tests of delivery."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import connection, connections

from songhe.delivery.plans import actions as plans
from songhe.delivery.plans.models import CarePlan
from songhe.delivery.visits import generation, rostering
from songhe.delivery.visits.actions import PunchReport
from songhe.delivery.visits.models import Visit
from songhe.kernel import clock
from songhe.kernel.ids import uuid7
from songhe.kernel.process.firing import fire
from songhe.register.people.models import Person
from songhe.register.sites.models import Organisation
from songhe.register.workforce.models import Certificate, Shift, Worker
from songhe.simulation import cast as cast_module
from songhe.simulation.cast import Cast

#: The Monday of the week in which every test lives.
MONDAY = date(2026, 11, 16)
TODAY = date(2026, 11, 18)


def slot(weekday: int = 2, at: str = "10:00", *, until: str = "", minutes: int = 60, items: Sequence[int] = (1, 9, 24),
         staff_class: str = "carer_health", carer: UUID | None = None) -> plans.SlotDraft:
    """One weekly visit; Wednesday at ten unless said otherwise."""
    earliest = time.fromisoformat(at)
    return plans.SlotDraft(weekday, earliest, time.fromisoformat(until or at), minutes, tuple(items), staff_class, carer)


@dataclass
class Delivery:
    """What the tests of delivery do to the cast's provider."""

    cast: Cast

    @property
    def provider(self) -> Organisation:
        return self.cast.organisations["provider"]

    def draft(self, *slots: plans.SlotDraft, person: Person | None = None, provider: Organisation | None = None,
              weekly: int = 300, starts: date = MONDAY, **more: object) -> CarePlan:
        """A plan that is being made."""
        return plans.draft(
            [plans.PlanDraft(person or self.cast.shen, provider or self.provider, 4, weekly, starts, slots, **more)],  # type: ignore[arg-type]
            by=self.cast.system,
        )[0]

    def active(self, *slots: plans.SlotDraft, **more: object) -> CarePlan:
        """A plan that is agreed, with its visits from today on."""
        plan = self.draft(*(slots or (slot(),)), **more)  # type: ignore[arg-type]
        fire(plan, "propose", by=self.cast.system)
        fire(plan, "agree", by=self.cast.system, data={"agreed_by": "沈桂芳"})
        return plan

    def visits(self, plan: CarePlan, until: date | None = None) -> list[Visit]:
        """The visits of a plan, in order of time."""
        rows = Visit.objects.unscoped("test").filter(plan=plan)
        return list((rows.filter(day__lt=until) if until else rows).order_by("planned_start"))

    def assigned(self, *slots: plans.SlotDraft, **more: object) -> Visit:
        """One visit of today on the carer's list."""
        plan = self.active(*(slots or (slot(),)), **more)
        visit = self.visits(plan)[0]
        worker = self.cast.workers["carer"]
        return rostering.assign([visit.pk], worker, by=self.cast.system, reason="测试")[0]

    def worker(self, name: str, sex: str = "f", staff_class: str = "carer_health", *, provider: Organisation | None = None,
               certified_until: date = date(2030, 1, 1), hours: tuple[int, int] = (8, 18), lng: float = 121.4036) -> Worker:
        """Another member of a crew."""
        org = provider or self.provider
        worker = Worker.objects.create(
            name=name, pinyin=name, organisation=org, sex=sex, occupation="nurse" if staff_class == "nurse" else "carer",
            staff_class=staff_class, starts=date(2020, 1, 1), area_code=org.area_code, lng=lng, lat=31.2412,
        )
        Certificate.objects.create(worker=worker, kind="证书", number=name, starts=date(2020, 1, 1), ends=certified_until)
        Shift.objects.bulk_create([Shift(worker=worker, weekday=d, starts=time(hours[0]), ends=time(hours[1])) for d in range(7)])
        return worker

    def person(self, name: str, serial: int, *, sex_wish: str = "", lng: float | None = None) -> Person:
        """Another elder of 曹杨."""
        person = cast_module._person(name, "f", date(1940, 1, 1) + timedelta(days=serial), 5, "310107005001", "alone")
        if sex_wish or lng is not None:
            person.sex_wish = sex_wish
            person.lng = lng if lng is not None else person.lng
            person.save()
        return person

    def punch(self, visit: Visit, kind: str, at: datetime | None = None, **more: object) -> PunchReport:
        """A report of the carer's phone at the elder's door."""
        values: dict[str, object] = {
            "id": uuid7(), "visit_id": visit.pk, "kind": kind, "phone_at": at or clock.now(), "carer_id": visit.carer_id,
            "lng": visit.person.lng, "lat": visit.person.lat, "accuracy": 10, "device": "phone-1",
            **({"items": tuple(visit.items), "signed": True} if kind == "out" else {}), **more,
        }
        return PunchReport(**values)  # type: ignore[arg-type]

    def generate(self, start: date = TODAY, days: int = 7) -> int:
        """Visits of some days of every running plan."""
        return generation.generate(start, start + timedelta(days=days), by=self.cast.system)


@pytest.fixture
def delivery(cast: Cast) -> Delivery:
    """The cast's provider, ready to work."""
    return Delivery(cast)


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: object, tmp_path: object) -> Iterator[str]:
    """A copy of the empty test database in the place of the default one, whose commits threads see.

    A race needs connections that see each other's commits, which a test inside a transaction
    cannot have; and SQLite's shared memory locks whole tables. Gives the vendor.
    """
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        usual_settings, usual = connections.databases["default"], connections["default"]
        vendor, drop = connection.vendor, None
        settings = dict(usual_settings)
        if vendor == "sqlite":
            settings |= {"NAME": f"{tmp_path}/race.sqlite3", "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20}}
            connection.ensure_connection()
            with sqlite3.connect(settings["NAME"]) as target:
                connection.connection.backup(target)
        else:
            known, name = connection.settings_dict, f"songhe_race_{uuid.uuid4().hex[:12]}"
            connection.close()
            server = psycopg.connect(
                dbname="postgres", user=known["USER"], password=known["PASSWORD"] or None, host=known["HOST"] or None,
                port=known["PORT"] or None, autocommit=True,
            )
            server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{known["NAME"]}"')
            settings["NAME"], drop = name, f'DROP DATABASE "{name}" WITH (FORCE)'
        connections.databases["default"] = connections.configure_settings({"default": settings})["default"]
        del connections["default"]
        try:
            yield vendor
        finally:
            connections["default"].close()
            connections.databases["default"] = usual_settings
            connections["default"] = usual
            if drop:
                server.execute(drop)
                server.close()
