"""Furnishing: both sides of the house, one of everything, told as it happens from spring to NOW."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from songhe.care.ltci import paying, settlement
from songhe.care.ltci.models import ClaimLine, Pause, PaymentFile, Statement
from songhe.delivery.plans.models import Slot
from songhe.delivery.visits.models import Punch, Visit
from songhe.desk.intake import actions as intake
from songhe.kernel import clock
from songhe.kernel.access import reads
from songhe.kernel.access.models import Consent, Post, ReadEntry
from songhe.kernel.areas import queries as area_queries
from songhe.kernel.jobs.models import JobRun
from songhe.kernel.sheets import actions as importing
from songhe.kernel.sheets.models import ImportRow
from songhe.register.agreements.models import Agreement
from songhe.register.people import actions as people
from songhe.register.people.models import CareLevel, Cover, Diagnosis, Stay
from songhe.register.sites import actions as sites
from songhe.register.sites import bedding
from songhe.register.sites.models import BedKind
from songhe.register.workforce import actions as workforce
from songhe.register.workforce.models import Certificate, Shift
from songhe.simulation import cast as cast_module
from songhe.simulation.cast import Cast

from . import care
from .care import WHY, fresh
from .side import POINTS, Side, at, move_in, sides

#: The Wednesday on which every test lives.
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=clock.SHANGHAI)
SERVED_FROM = date(2026, 9, 1)
#: The elders' days in hospital.
AWAY = (date(2026, 9, 9), date(2026, 9, 12))


@dataclass
class House:
    """The cast with everything it does. ``parts`` are all posts by the part they play."""

    cast: Cast
    near: Side
    far: Side

    @property
    def parts(self) -> dict[str, Post]:
        """Every post that can be held by a human being."""
        return {k: p for k, p in self.cast.posts.items() if k != "system"}


def furnish(password: str = cast_module.PASSWORD) -> House:
    """Build the house in an empty, migrated database. The clock is put back afterwards."""
    with clock.frozen(NOW):
        cast = cast_module.build(password)
        area_queries.forget()
        house = House(cast, *sides(cast))
        both = (house.near, house.far)
        for side in both:
            _settle_in(house, side)
        care.live(both, SERVED_FROM, NOW.date(), {AWAY[0]: _to_hospital, AWAY[1]: _home_again})
        _settle_months(cast)
        with clock.frozen(NOW):
            for side in both:
                _today(house, side)
    return house


def _settle_in(house: House, side: Side) -> None:
    with at("2026-03-02"):
        move_in(side)
    covers = [people.NewCover(p.pk, "employee", date(2017, 1, 1)) for p in side.neighbours.values()]
    with at("2026-03-03"):
        people.open_covers(covers, by=side.street)
    _registers(house, side)
    side.rows["assessment_delivered"] = care.assess(side, side.elder, "delivered", date(2026, 6, 8))
    side.rows["enrolment"] = care.enrol(side, side.elder, "serving", date(2026, 8, 29))
    for n, point in enumerate(("choosing", "requested", "drafted", "planned")):
        care.assess(side, side.neighbours[point], "delivered", date(2026, 9, 7), 9 + 2 * n)
        side.rows[f"enrolment_{point}"] = care.enrol(side, side.neighbours[point], point, date(2026, 11, 16))
    for n, point in enumerate(("noticed", "surveyed", "scheduled", "assigned", "submitted")):
        side.rows[f"assessment_{point}"] = care.assess(side, side.neighbours[point], point, date(2026, 11, 16), 9 + 2 * n)


def _registers(house: House, side: Side) -> None:
    """Places, beds, papers and staff: what the registers hold besides people."""
    bureau, town = house.cast.posts["bureau"], side.town
    with at("2026-04-01"):
        row = {"kind": "care_home", "name": f"示例·{side.key}照护之家", "area_code": town, "organisation_id": side.provider.pk,
               "lng": 121.404, "lat": 31.241, "mode": "public_private"}  # fmt: skip
        site = sites.add_sites([row], by=bureau)[0]
        beds = bedding.add_beds(site, "201", ["1", "2"], [BedKind.Kind.APPROVED], date(2026, 4, 1), by=bureau)
        sites.set_hours(site, {0: [(time(8), time(17))]}, by=bureau)
        licence = {"kind": "设置备案", "number": f"BA-{side.key}", "starts": date(2026, 4, 1), "ends": date(2031, 4, 1)}
        sites.add_licences([(side.provider, licence)], by=bureau)
        worker = side.workers["carer"]
        absence = workforce.absent(worker, "年休假", date(2026, 12, 21), date(2026, 12, 24), by=side.coordinator)
        Diagnosis.objects.create(person=side.elder, code="I10", name="原发性高血压", since=date(2015, 1, 1))
    side.rows |= {
        "site": site, "bed": beds[0], "bed_kind": BedKind.objects.unscoped(WHY).filter(bed=beds[0]).first(),
        "organisation": side.provider, "worker": worker, "absence": absence,
        "certificate": Certificate.objects.unscoped(WHY).filter(worker=worker).first(),
        "shift": Shift.objects.unscoped(WHY).filter(worker=worker).first(),
        "agreement": Agreement.objects.unscoped(WHY).get(party_b=side.provider),
        "diagnosis": Diagnosis.objects.unscoped(WHY).get(person=side.elder),
    }


def _to_hospital(side: Side) -> None:
    people.open_stays([people.NewStay(side.elder.pk, "hospital", clock.now())], by=side.street)


def _home_again(side: Side) -> None:
    stay = Stay.objects.unscoped(WHY).get(person=side.elder)
    people.close_stays([stay.pk], by=side.street)


def _settle_months(cast: Cast) -> None:
    """September is paid; October is filed and waits for the insurer."""
    with at("2026-10-05", 10):
        settlement.settle_month(date(2026, 9, 1), through="approve")
        paying.pay_out(list(Statement.objects.unscoped(WHY).select_related("provider")), by=cast.posts["insurer"])
    with at("2026-11-05", 10):
        settlement.settle_month(date(2026, 10, 1), through="submit")


def _today(house: House, side: Side) -> None:
    """What happens this morning, and samples of what the months have left."""
    asker = side.family
    side.rows["help"] = intake.ask_for_help([intake.Call(side.elder, "visit", "护理员今天几点来？")], by=asker)[0]
    people.open_stays([people.NewStay(side.neighbours["choosing"].pk, "hospital", _moment("2026-11-17"))], by=side.street)
    reads.log(side.coordinator, [side.elder.pk], what="file", purpose="上门服务")
    side.rows |= {"account": side.street.account, "post": side.street}
    side.rows["job"] = JobRun.objects.create(
        kind="sheets.check", title="核对", state="done", by_post_id=side.coordinator.pk, by=side.coordinator.label
    )
    table = "姓名,身份证号,常住居村委,居住情况\n张无名,310199194405060041,没有这里,独居\n"
    side.rows["batch"] = importing.stage("people", f"{side.key}.csv", _sheet(table), by=side.street)
    importing.check(side.rows["batch"].pk, by=side.street)
    _samples(side)


def _sheet(table: str) -> bytes:
    return table.encode("utf-8-sig")


def _samples(side: Side) -> None:
    def first(model: Any, **where: Any) -> Any:
        found = model.objects.unscoped(WHY).filter(**where).order_by("pk").first()
        assert found is not None, (side.key, model, where)
        return found

    elder = side.elder
    visits = Visit.objects.unscoped(WHY).filter(person=elder)
    side.rows |= {
        "person": elder, "relative": side.relative, "cover": first(Cover, person=elder), "level": first(CareLevel, person=elder),
        "stay": first(Stay, person=side.neighbours["choosing"]), "consent": first(Consent, person_id=elder.pk),
        "read": first(ReadEntry, person_id=elder.pk), "import_row": first(ImportRow, batch=side.rows["batch"]),
        "visit": visits.get(day=NOW.date(), state="assigned"), "visit_ahead": visits.exclude(state="cancelled").get(day=date(2026, 11, 20)),
        "visit_done": visits.filter(state="done").first(),
        "slot": first(Slot, plan=side.rows["plan_serving"]), "slot_drafted": first(Slot, plan=side.rows["plan_drafted"]), "punch": first(Punch, visit__person=elder),
        "statement": first(Statement, provider=side.provider, state="submitted"),
        "statement_paid": first(Statement, provider=side.provider, state="paid"),
        "claim": first(ClaimLine, person=elder), "payment": first(PaymentFile), "pause": first(Pause, enrolment__person=elder),
        "enrolment": fresh(side.rows["enrolment"]),
    }
    care.prove(side, side.rows["visit_done"])
    for point in POINTS:
        if row := side.rows.get(f"plan_{point}"):
            side.rows[f"plan_{point}"] = fresh(row)


def _moment(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(9), clock.SHANGHAI)


__all__ = ["NOW", "House", "furnish"]
