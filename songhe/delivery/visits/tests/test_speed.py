"""A day of four thousand visits through the actions, in sets.

The seconds are printed and not judged here: ``make bench ONLY=simulate.month`` measures a whole month at full size.
"""

from datetime import date, time, timedelta
from time import perf_counter

import pytest

from songhe.delivery.conftest import MONDAY
from songhe.delivery.plans.models import CarePlan, Slot
from songhe.delivery.visits import actions, generation, rostering
from songhe.delivery.visits.actions import PunchReport
from songhe.delivery.visits.models import Visit
from songhe.kernel import bulk, clock
from songhe.kernel.ids import uuid7
from songhe.register.people.models import Person
from songhe.register.sites.models import Organisation
from songhe.register.workforce.models import Certificate, Shift, Worker

VISITS, PROVIDERS, CARERS = 4_000, 32, 20


def town(cast):
    """Providers with crews, and people with one visit on Monday each."""
    providers = [Organisation(name=f"护理站{n}", pinyin=f"h{n:03}", kind="nursing_station", area_code="310107005000",
                              starts=date(2020, 1, 1), source_id=f"speed:{n}") for n in range(PROVIDERS)]
    Organisation.objects.bulk_create(providers)
    workers = [
        Worker(name=f"护{p}-{n}", pinyin=f"w{n:02}", organisation=providers[p], sex="f", occupation="carer",
               staff_class="carer_medical", starts=date(2020, 1, 1), area_code="310107005000",
               lng=121.38 + p * 0.001, lat=31.24)
        for p in range(PROVIDERS) for n in range(CARERS)
    ]
    bulk.insert(workers)
    bulk.insert([Certificate(worker=w, kind="证书", number="1", starts=date(2020, 1, 1)) for w in workers])
    bulk.insert([Shift(worker=w, weekday=0, starts=time(7), ends=time(20)) for w in workers])
    people = [
        Person(name=f"长者{n}", pinyin=f"p{n:05}", initials="p", sex="f", birth_date=date(1940, 1, 1), identity_number="",
               identity_index=f"speed{n}", identity_tail="", hukou_area_code="310107005001", area_code="310107005001",
               lng=121.38 + n % PROVIDERS * 0.001, lat=31.24 + n % 97 * 0.0001, living="alone")
        for n in range(VISITS)
    ]
    bulk.insert(people)
    plans = [
        CarePlan(number=f"S{n}", state="active", person=p, provider=providers[n % PROVIDERS], level=3, weekly_minutes=180,
                 starts=MONDAY, area_code=p.area_code)
        for n, p in enumerate(people)
    ]
    bulk.insert(plans)
    bulk.insert([
        Slot(plan=p, weekday=0, earliest=time(8 + n % 9), latest=time(8 + n % 9 + 3), minutes=45, items=[1, 9], staff_class="carer_health")
        for n, p in enumerate(plans)
    ])


@pytest.mark.slow
def test_thousands_of_visits_are_lived_as_one_set(cast, capsys):
    town(cast)
    by, times = cast.system, {}

    def timed(name, work):
        began = perf_counter()
        answer = work()
        times[name] = perf_counter() - began
        return answer

    with clock.frozen(clock.midnight(MONDAY) + timedelta(hours=5)):
        made = timed("generate", lambda: generation.generate(MONDAY, MONDAY + timedelta(days=1), by=by))
        roster = timed("assign", lambda: rostering.assign_day(MONDAY, by=by))
    rows = list(Visit.objects.unscoped("test").filter(state="assigned").values_list("pk", "carer_id", "planned_start"))

    def reports(kind, after):
        return [
            PunchReport(id=uuid7(), visit_id=pk, kind=kind, phone_at=start + timedelta(minutes=after), carer_id=carer,
                        lng=121.38, lat=31.24, accuracy=10, items=(1, 9), signed=kind == "out")
            for pk, carer, start in rows
        ]

    with clock.frozen(clock.midnight(MONDAY) + timedelta(hours=23)):
        timed("check in", lambda: actions.report(reports("in", 1), by=by))
        timed("check out", lambda: actions.report(reports("out", 44), by=by))
    done = Visit.objects.unscoped("test").filter(state="done").count()
    with capsys.disabled():
        print("\n" + "  ".join(f"{name} {seconds:.1f} s" for name, seconds in times.items()), f"({done} of {made})")
    assert made == VISITS
    assert roster.assigned == done
    assert done > VISITS * 0.9
